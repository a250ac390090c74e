"""The services that the index at /services/ lists: a module a domain, found by this folder."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator

from lambdas.index.model import Service


def _found() -> Iterator[Service]:
    """Yield the services of every domain's module."""
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda one: one.name):
        imported = importlib.import_module(f"{__name__}.{module.name}")
        yield from getattr(imported, "SERVICES", ())


SERVICES: tuple[Service, ...] = tuple(sorted(_found(), key=lambda one: one.title.casefold()))
