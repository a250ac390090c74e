"""Subset the site's typeface, `make typeface`: Public Sans of the locked npm package.

Its licence is the SIL Open Font License 1.1. The result is stored in `site/assets`, so that neither
the build nor a function needs what made it; the same package gives the same bytes.
"""

import sys
from collections.abc import Set as AbstractSet
from io import BytesIO
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "node_modules" / "@fontsource-variable" / "public-sans"
ASSETS = ROOT / "site" / "assets"
WEIGHTS = (400, 400, 700)  # from, as it is unless told, to
# Figures of one width, accents that are composed, and forms of some languages.
FEATURES = ("kern", "mark", "mkmk", "ccmp", "locl", "tnum", "lnum")
LICENCE_NAMES = (0, 1, 2, 4, 5, 6, 13, 14)  # copyright, names, version, licence
# Latin Extended-A, and the comma below of Romanian: names of Central Europe and Turkey.
EXTENDED = frozenset(range(0x100, 0x180)) | {0x218, 0x219, 0x21A, 0x21B}


def subset(package: Path = PACKAGE) -> dict[str, bytes]:
    """Return the files of the typeface by name: one for most pages, one that some names need."""
    source = package / "files" / "public-sans-latin-wght-normal.woff2"
    more = package / "files" / "public-sans-latin-ext-wght-normal.woff2"
    return {"public-sans.woff2": _made(source), "public-sans-ext.woff2": _made(more, EXTENDED)}


def _made(file: Path, wanted: AbstractSet[int] | None = None) -> bytes:
    font = TTFont(file, recalcTimestamp=False)
    font = instantiateVariableFont(font, {"wght": WEIGHTS})
    options = Options(hinting=False, layout_features=list(FEATURES), name_IDs=list(LICENCE_NAMES))
    subsetter = Subsetter(options)
    there = frozenset(font.getBestCmap())
    subsetter.populate(unicodes=there if wanted is None else there & wanted)
    subsetter.subset(font)
    font.flavor = "woff2"
    out = BytesIO()
    font.save(out)
    return out.getvalue()


def main() -> int:
    """Write the files; return the exit code."""
    for name, content in subset().items():
        (ASSETS / name).write_bytes(content)
        sys.stdout.write(f"{name}: {len(content):,} bytes\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
