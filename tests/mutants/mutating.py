"""mutmut, told to leave sentences alone; run by its path, in a workspace that has its settings.

A rule's outcome is its ids, words of the policy, dates and amounts. The sentence beside it is for
people: a test of each letter of it would only repeat it, and change with it.
"""

from __future__ import annotations

import resource
from collections.abc import Iterable

import libcst
from mutmut.__main__ import cli
from mutmut.mutation import mutators


def words_alone(node: libcst.BaseString) -> Iterable[libcst.BaseString]:
    """Yield the mutants of a string, none of a sentence."""
    value = str(node.evaluated_value) if isinstance(node, libcst.SimpleString) else ""
    if " " in value and any(map(str.isalpha, value)):
        return
    yield from mutators.operator_string(node)


# A mutant that collects things for ever is to fail before the machine does.
MOST_MEMORY = 4 << 30

if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, resource.getrlimit(resource.RLIMIT_AS)[1]))
    mutators.mutation_operators[:] = [  # type: ignore[index]
        (kind, words_alone if operator is mutators.operator_string else operator)
        for kind, operator in mutators.mutation_operators
    ]
    cli()
