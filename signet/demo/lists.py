"""Reading the lists that the sample is drawn from."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from signet.policy import Policy, PolicyError

HERE = Path(__file__).parent


@cache
def read(name: str) -> dict[str, Any]:
    """Return the list called `name`, such as "places"."""
    return tomllib.loads((HERE / f"{name}.toml").read_text(encoding="utf-8"))


@cache
def origins() -> tuple[dict[str, Any], ...]:
    """Return the origins of names, from every file of `names/`."""
    files = sorted((HERE / "names").glob("*.toml"))
    return tuple(
        origin
        for file in files
        for origin in tomllib.loads(file.read_text(encoding="utf-8"))["origin"]
    )


def _named(node: Any, key: str) -> set[str]:
    """Return every value of `key` anywhere below."""
    if isinstance(node, list):
        return {word for item in node for word in _named(item, key)}
    if not isinstance(node, dict):
        return set()
    here = {node[key]} if isinstance(node.get(key), str) else set()
    return here.union(*(_named(value, key) for value in node.values()))


def check(policy: Policy) -> None:
    """Raise PolicyError for words of the lists that the policy pack doesn't have."""
    careers, scopes, standings = read("careers"), read("scopes"), read("standings")
    for what, used, known in (
        (
            "designations",
            _named(careers, "grant") | _named(careers, "withdraw"),
            policy.designations,
        ),
        ("categories", _named(careers, "category"), policy.categories),
        ("statuses", _named(standings, "status"), policy.statuses),
        ("reasons", _named(standings, "reason"), policy.reasons),
        (
            "disciplines",
            set(careers["disciplines"]) | _named(scopes, "discipline"),
            policy.disciplines,
        ),
        ("activities", set(scopes["activities"].values()), policy.activities),
    ):
        if unknown := sorted(used - set(known)):
            raise PolicyError(f"the sample's {what} aren't in the policy pack: {unknown}")
