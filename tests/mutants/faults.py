"""Whether a group is as it should be: new survivors and stale explanations are faults."""

from __future__ import annotations

from collections.abc import Sequence

from tests.mutants.groups import Group, Known
from tests.mutants.judged import Judged

LEAST = 95  # percent of the mutants that tests have to notice, whatever is explained


def faults(found: Sequence[Judged], known: Sequence[Known]) -> list[str]:
    """Return what is wrong: unexplained survivors, explanations of none, too few caught."""
    survived = {one.change for one in found if not one.caught}
    explained = {one.change for one in known}
    told = [f"survived, and isn't explained: {one}" for one in sorted(survived - explained)]
    told += [f"explained, but doesn't survive: {one}" for one in sorted(explained - survived)]
    if share(found) < LEAST:
        told.append(f"only {share(found):.1f} % are caught; at least {LEAST} % are to be")
    return told


def share(found: Sequence[Judged]) -> float:
    """Return how many of a hundred mutants were caught."""
    return 100 * sum(one.caught for one in found) / len(found) if found else 100


def summary(group: Group, found: Sequence[Judged]) -> str:
    """Return the figures of a group in one line."""
    caught, slow = sum(one.caught for one in found), sum(one.slow for one in found)
    return (
        f"{group.name}: {len(found):,} mutants, {caught:,} caught ({share(found):.1f} %), "
        f"{slow} of them by taking too long; {len(found) - caught} survive"
    )
