"""The functions: what each serves, what triggers it, and what it may do.

The AWS stacks, the local gateway, streams and scheduler all derive from FUNCTIONS. Each domain has
a module here that lists its own, found by listing this folder. A function can do nothing that isn't
listed: its role allows exactly these actions on exactly these resources.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from typing import get_args

from infra.functions.model import Bundle, Function


def _found() -> Iterator[Function]:
    """Yield the functions of every domain's module, by its name and then as it lists them."""
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda one: one.name):
        yield from getattr(importlib.import_module(f"{__name__}.{module.name}"), "FUNCTIONS", ())


FUNCTIONS: tuple[Function, ...] = tuple(_found())
# The bundles that a function is deployed from: no other is made.
BUNDLES: tuple[Bundle, ...] = tuple(
    name for name in get_args(Bundle) if any(one.bundle == name for one in FUNCTIONS)
)
# The keys that private keys are wrapped with, and the one function that may unwrap with each.
WRAPPING = {key: one.name for one in FUNCTIONS for key in sorted(one.unwraps)}
