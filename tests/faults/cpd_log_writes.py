"""What members write to their logs, to be put under the crash matrix."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from signet.cpd import actions, store
from signet.cpd.forms import AuditAnswerDraft
from signet.cpd.model import AuditState
from signet.cpd.standings import following
from tests.cpd_members import (
    NUMBER,
    POLICY,
    TODAY,
    YEAR,
    audited,
    clean_file,
    context,
    draft,
    enter,
    join,
    log_two,
)
from tests.entries import day
from tests.faults.cpd_writes import Form, write_of
from tests.faults.matrix import Write

ANSWERED_ON = day("2027-01-20")


def _by(form: Form) -> Any:
    return context(act=form["act"])


def _add(form: Form) -> None:
    actions.add_activity(_by(form), YEAR, draft())


def _edit(form: Form) -> None:
    said = draft("peer", title="Another course")
    actions.edit_activity(_by(form), YEAR, form["activity"], form["version"], said)


def _attach(form: Form) -> None:
    """Name another file in place of the one that was named."""
    version = form["version"]
    actions.attach(_by(form), YEAR, form["activity"], version, [form["other"]])


def _remove(form: Form) -> None:
    actions.remove_activity(_by(form), YEAR, form["activity"], form["version"])


def _declare(form: Form) -> None:
    actions.declare(_by(form), YEAR)


def _answer(form: Form) -> None:
    said = AuditAnswerDraft(remarks="Here it is", files=(form["other"],))
    actions.answer_audit(context(act=form["act"], today=ANSWERED_ON), YEAR, said)


def _follow(_form: Form) -> None:
    following.follow(NUMBER, TODAY, POLICY)


LOG: dict[str, Callable[[Form], None]] = {
    "An activity logged": _add,
    "An activity changed": _edit,
    "Evidence put in place of other": _attach,
    "An activity removed with its evidence": _remove,
    "A year declared": _declare,
    "An audit answered with a file": _answer,
    "A change of the register followed": _follow,
}


def writes() -> list[Write]:
    """Every write of the log."""
    return [write_of(name, do, _log) for name, do in LOG.items()]


def _log(name: str) -> Form:
    """Return a member with two activities, one of which names a file."""
    join()
    if name.startswith("An audit"):
        audited(AuditState.ASKED)
        return {"other": clean_file()}
    first, _ = log_two()
    actions.attach(context(), YEAR, first, 1, [clean_file()])
    if name.startswith("A change"):
        enter(NUMBER, "category_changed", "2026-11-20", category="student")
    held = store.activity(NUMBER, YEAR, first)
    assert held is not None
    return {"activity": first, "version": held.version, "other": clean_file()}
