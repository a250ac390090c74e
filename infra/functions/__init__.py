"""The functions: what each serves, what triggers it, and what it may do.

The AWS stacks, the local gateway, streams and scheduler all derive from FUNCTIONS. Each domain has
a module here that lists its own, found by listing this folder. A function can do nothing that isn't
listed: its role allows exactly these actions on exactly these resources.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import get_args

from infra.functions.model import QUERY, Bundle, Function


def _found() -> Iterator[Function]:
    """Yield the functions of every domain's module, by its name and then as it lists them."""
    names = sorted(one.name for one in pkgutil.iter_modules(__path__))
    modules = [importlib.import_module(f"{__name__}.{name}") for name in names]
    counted = [getattr(module, "COUNTED", {}) for module in modules]
    for module in modules:
        for one in getattr(module, "FUNCTIONS", ()):
            yield _counting(one, counted) if one.name == "home" else one


def _counting(home: Function, counted: Iterable[Mapping[str, tuple[str, ...]]]) -> Function:
    """Return the index of the services with the right to count what waits at each desk.

    A domain's COUNTED has the partition keys that are counted, by TABLE/INDEX.
    """
    whose = dict(home.whose)
    for domain in counted:
        for name, keys in domain.items():
            whose[name] = (*whose.get(name, ()), *keys)
    indexes = {name: frozenset({QUERY}) for name in whose if "/" in name}
    return replace(home, whose=whose, indexes=indexes)


FUNCTIONS: tuple[Function, ...] = tuple(_found())
# The bundles that a function is deployed from: no other is made.
BUNDLES: tuple[Bundle, ...] = tuple(
    name for name in get_args(Bundle) if any(one.bundle == name for one in FUNCTIONS)
)
# The keys that private keys are wrapped with, and the one function that may unwrap with each.
WRAPPING = {key: one.name for one in FUNCTIONS for key in sorted(one.unwraps)}
