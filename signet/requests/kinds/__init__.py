"""The kinds of requests, a module each, found by this folder; `signet.requests.kind` says more."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache

from signet.requests.kind import Kind


@cache
def kinds() -> Mapping[str, Kind]:
    """Return all kinds by their codes."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    modules = [importlib.import_module(f"{__name__}.{name}").KIND for name in names]
    return {kind.code: kind for kind in modules}
