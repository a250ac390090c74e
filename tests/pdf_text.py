"""What a PDF says, read by another program than the one that made it."""

from __future__ import annotations

import pypdfium2


def pdf_pages(content: bytes) -> list[str]:
    """Return the text of each page, in reading order."""
    with pypdfium2.PdfDocument(content) as opened:
        pages = [one.get_textpage().get_text_range() for one in opened]
    return [one.replace("\ufffe", "") for one in pages]  # where a word is broken
