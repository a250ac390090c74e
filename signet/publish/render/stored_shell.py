"""A shell built in advance and stored in a folder, for functions, where MkDocs isn't installed.

It is built with a placeholder for the site's address, which isn't known before the site is
deployed; loading it replaces the placeholder by the real address.
"""

from __future__ import annotations

from pathlib import Path

from signet.publish.render.shell import ROOT, Shell
from signet.publish.site import Site

FOLDER = ROOT / "var" / "shell"
STAND_IN = "https://address-of-the-site.invalid"
_TEMPLATE = "template.html"
_FILES = "files"
_WITH_ADDRESSES = (".html",)


def store(shell: Shell, folder: Path) -> None:
    """Write a shell that was built for the address STAND_IN into an empty folder."""
    for name, content in [(_TEMPLATE, shell.template.encode()), *_files(shell)]:
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)


def _files(shell: Shell) -> list[tuple[str, bytes]]:
    return [(f"{_FILES}/{path}", content) for path, content in sorted(shell.files.items())]


def load(site: Site, folder: Path = FOLDER) -> Shell | None:
    """Return the shell in the folder, with the site's address, or None when there is none.

    The notice is the one that it was built with.
    """
    template = folder / _TEMPLATE
    if not template.exists():
        return None
    within = folder / _FILES
    return Shell(
        template=template.read_text("utf-8").replace(STAND_IN, site.url),
        files={
            file.relative_to(within).as_posix(): _addressed(file, site.url)
            for file in sorted(within.rglob("*"))
            if file.is_file()
        },
    )


def _addressed(file: Path, url: str) -> bytes:
    content = file.read_bytes()
    if not file.name.endswith(_WITH_ADDRESSES):
        return content
    return content.replace(STAND_IN.encode(), url.encode())
