"""The site's own style sheets, scripts and pictures, named by their content."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

MATERIAL = "material.css"
FONT = re.compile(rb"url\(([\w-]+\.woff2)\)")  # as our style sheets name a typeface
OWN = Path(__file__).resolve().parents[3] / "site" / "assets"


class AssetError(Exception):
    """A page uses an asset that doesn't exist; the message names it."""


@dataclass(frozen=True, slots=True)
class Asset:
    """One file to publish: its path below the site's root, with the hash in its name."""

    path: str
    content: bytes


def _named(name: str, content: bytes) -> Asset:
    stem, _, suffix = name.rpartition(".")
    digest = hashlib.sha256(content).hexdigest()[:10]
    return Asset(f"assets/{stem}.{digest}.{suffix}", content)


def _material() -> bytes:
    """Return Material's style sheet, in a cascade layer so that the site's own rules always win."""
    spec = find_spec("material")
    if spec is None or spec.origin is None:
        raise AssetError("Material for MkDocs isn't installed")
    (sheet,) = Path(spec.origin).parent.glob("templates/assets/stylesheets/main.*.min.css")
    from signet.publish.render import material  # its parser isn't installed in functions

    css = material.reduced(sheet.read_text(encoding="utf-8"))
    return f'@charset "UTF-8";@layer material{{{css}}}\n'.encode()


def collect() -> dict[str, Asset]:
    """Return every asset by the name the templates use, such as "signet.css"."""
    own = (file.name for file in OWN.iterdir() if file.is_file() and not file.name.startswith("."))
    return {name: _asset(name) for name in (MATERIAL, *sorted(own))}


@cache
def _asset(name: str) -> Asset:
    if name == MATERIAL:
        return _named(name, _material())
    content = (OWN / name).read_bytes()
    if name.endswith(".css"):
        content = FONT.sub(lambda found: f"url({address(found[1].decode())})".encode(), content)
    return _named(name, content)


def integrity(name: str) -> str:
    """Return the Subresource Integrity hash of asset `name`. Raises AssetError if there is none.

    It stops anyone who can change a file of the site from putting a script into a page of a
    service.
    """
    address(name)
    return f"sha384-{base64.b64encode(hashlib.sha384(_asset(name).content).digest()).decode()}"


def address(name: str) -> str:
    """Return the address of asset `name` from the site's root. Raises AssetError if there is none.

    For the site's own assets this works without Material, which functions don't have installed.
    """
    try:
        return f"/{_asset(name).path}"
    except FileNotFoundError:
        raise AssetError(f"no asset called {name!r} in {OWN.name}/") from None
