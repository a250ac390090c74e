"""botocore's service descriptions, reduced to the operations that the code names.

Each time a function starts, its clients are built from these descriptions.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

_WORD = re.compile(r"\w+")
_CAPITAL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def reduce(folder: Path) -> None:
    """Reduce the service descriptions in a bundle's folder to what any Python code in it names.

    Call it after the dependencies are installed; what our own code names counts too.
    """
    data = folder / "botocore" / "data"
    named = _named(folder)
    kept = {one.name for one in data.iterdir() if one.is_dir()}
    for packed in sorted(data.glob("*/*/service-2.json.gz")):
        model = json.loads(gzip.decompress(packed.read_bytes()))
        _write(packed.with_suffix(""), _reduced(model, named))
        packed.unlink()  # the bundle is compressed as a whole
    endpoints = data / "endpoints.json"
    endpoints_data = json.loads(endpoints.read_text(encoding="utf-8"))
    for partition in endpoints_data["partitions"]:
        services = partition["services"]
        partition["services"] = {name: services[name] for name in services if name in kept}
    _write(endpoints, endpoints_data)


def _named(folder: Path) -> set[str]:
    """Return every word in the code: an operation is named as ListObjects or as list_objects."""
    return {
        word
        for source in folder.rglob("*.py")
        for word in _WORD.findall(source.read_text(encoding="utf-8"))
    }


def _reduced(model: dict[str, Any], named: set[str]) -> dict[str, Any]:
    operations = {
        name: one
        for name, one in model["operations"].items()
        if name in named or _CAPITAL.sub("_", name).lower() in named
    }
    shapes = model["shapes"]
    kept: set[str] = set()
    waiting = list(_shapes(operations))
    while waiting:
        shape = waiting.pop()
        if shape not in kept:
            kept.add(shape)
            waiting += _shapes(shapes[shape])
    used = {name: one for name, one in shapes.items() if name in kept}
    return {
        **model,  # the rest stays, its documentation included
        "operations": _undocumented(operations),
        "shapes": _undocumented(used),
    }


def _shapes(part: Any) -> Iterator[str]:
    """Yield the names of the shapes that a part of a description refers to."""
    if isinstance(part, Mapping):
        for key, value in part.items():
            if key == "shape" and isinstance(value, str):
                yield value
            else:
                yield from _shapes(value)
    elif isinstance(part, list):
        for value in part:
            yield from _shapes(value)


def _undocumented(part: Any) -> Any:
    if isinstance(part, dict):
        # A member may have that name too: then its value isn't a string.
        return {
            key: _undocumented(value)
            for key, value in part.items()
            if not (key == "documentation" and isinstance(value, str))
        }
    return [_undocumented(one) for one in part] if isinstance(part, list) else part


def _write(file: Path, content: Any) -> None:
    file.write_text(json.dumps(content, separators=(",", ":")), encoding="utf-8")
