"""Safe repairs of complaint data, for `signet fsck --mend`.

They lose nothing: files are finished as by a sweep, orphaned objects are deleted, and cases' index
keys are derived again from the cases. What only a backup could restore is left to people.
"""

from __future__ import annotations

from datetime import date, datetime

from pynamodb.exceptions import UpdateError
from pynamodb.expressions.update import Action

from signet.complaints import store
from signet.complaints.files import leftovers
from signet.complaints.files.checking import Means
from signet.complaints.integrity import holdings
from signet.complaints.integrity.holdings import LISTING, listing
from signet.complaints.tables import CaseRow


def repair_all(how: Means, now: datetime, today: date) -> dict[str, int]:
    """Repair what can be repaired; return how often each repair was made. Raises Unavailable."""
    swept = leftovers.sweep(how, now, today)
    return {
        "files sealed": swept.sealed,
        "files refused": swept.refused,
        "files found gone": swept.gone,
        "stray copies removed": swept.strays,
        "cases listed anew": relist(how),
    }


def relist(how: Means) -> int:
    """Correct the index keys of cases; return how many were wrong. Raises Unavailable.

    A case that is changed meanwhile is skipped: that change sets its index keys.
    """
    stored = holdings.read(how.objects)
    right = {id_: store.case_row(case) for id_, case in stored.cases.items()}
    wrong = [id_ for id_, row in right.items() if listing(row) != listing(stored.case_rows[id_])]
    return sum(_listed(stored.case_rows[id_], listing(right[id_])) for id_ in wrong)


def _listed(row: CaseRow, said: dict[str, str]) -> bool:
    actions: list[Action] = [
        getattr(CaseRow, name).set(said[name]) if name in said else getattr(CaseRow, name).remove()
        for name in LISTING
    ]
    try:
        row.update(actions=actions, condition=CaseRow.version == row.version)
    except UpdateError:
        return False
    return True
