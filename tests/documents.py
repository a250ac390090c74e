"""What the documents show, for tests that do as they say."""

from __future__ import annotations

import re
from pathlib import Path

DOCS = Path(__file__).parents[1] / "docs"


def section(document: str, name: str) -> str:
    """Return the text under a heading of the second level, up to the next."""
    text = (DOCS / document).read_text(encoding="utf-8")
    return text.split(f"\n## {name}\n", 1)[1].split("\n## ", 1)[0]


def example_folder(out: Path) -> Path:
    """Return the folder that the description of the exchange format gives as its example."""
    blocks = re.findall(
        r"`(\w+\.\w+)`:\n\n((?:    .*\n|\n)+)", section("exchange-format.md", "A small example")
    )
    out.mkdir(parents=True, exist_ok=True)
    for name, block in blocks:
        lines = [line.removeprefix("    ") for line in block.strip("\n").splitlines()]
        (out / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return out


def commands(document: str) -> list[str]:
    """Return the `signet` commands of a document; a backslash joins a line to the next."""
    text = (DOCS / document).read_text(encoding="utf-8").replace("\\\n", " ")
    return re.findall(r"^    (signet .*)$", text, re.MULTILINE)
