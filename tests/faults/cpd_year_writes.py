"""What is written of a year as a whole: its roll, its draw and audits, and each night.

The clock carries on what was broken off of these: whoever sends them again is the clock.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from signet.cpd import actions, draw
from signet.cpd.desk import audit_draw, audits, year_roll
from signet.cpd.forms import NotPractisingDraft
from signet.cpd.standings import nightly
from tests.cpd_members import POLICY, YEAR, context, join, log_two
from tests.cpd_office import (
    FIRST,
    SECOND,
    drawn,
    fixed,
    held,
    join_all,
    officer,
    rolled,
    seal,
)
from tests.entries import day
from tests.faults.cpd_writes import Form, write_of
from tests.faults.matrix import Write

NIGHT = day("2026-12-02")  # a reminder was due the day before
YEAR_BEFORE = day("2025-11-28")  # a declaration of that day has lapsed a few days ago


def _by(form: Form, account: str = "officer-a") -> Any:
    return officer(account, act=form["act"])


def _begin_roll(form: Form) -> None:
    year_roll.begin(_by(form), YEAR)


def _work_roll(form: Form) -> None:
    """Portion after portion, by the officer's act, as the clock does."""
    roll = year_roll.of(YEAR)
    assert roll is not None
    while year_roll.continue_roll(officer(act=form["act"]), YEAR, 4).done_at is None:
        continue


def _fix_list(form: Form) -> None:
    audit_draw.fix_list(_by(form), YEAR, Decimal(25), secrets.token_bytes(32))


def _seal(form: Form) -> None:
    commitment = draw.commitment(held().terms, SECOND)
    audit_draw.seal(_by(form, "officer-b"), YEAR, commitment)


def _open_second(form: Form) -> None:
    audit_draw.open_seed(_by(form, "officer-b"), YEAR, SECOND)


def _give_up(form: Form) -> None:
    audit_draw.give_up(_by(form), YEAR, "A seed was told to somebody")


def _begin_audits(form: Form) -> None:
    audits.begin_opening(_by(form), YEAR)


def _open_audits(form: Form) -> None:
    while audits.open_drawn(_by(form), YEAR).opening:
        continue


def _night(_form: Form) -> None:
    nightly.begin(NIGHT, POLICY)
    at_night = officer(today=NIGHT).now
    while (
        done := nightly.continue_run(at_night, NIGHT, POLICY, lambda: True)
    ) and done.done_at is None:
        continue


WHOLE_YEAR: dict[str, Callable[[Form], None]] = {
    "A roll begun": _begin_roll,
    "A roll worked out": _work_roll,
    "A list fixed": _fix_list,
    "A seed sealed": _seal,
    "The second seed opened": _open_second,
    "A draw given up": _give_up,
    "The opening of audits begun": _begin_audits,
    "The audits of those drawn opened": _open_audits,
    "A night": _night,
}


def writes() -> list[Write]:
    """Every write of a year as a whole."""
    return [write_of(name, do, _year) for name, do in WHOLE_YEAR.items()]


def _year(name: str) -> Form:
    """Eight members, and the year's draw as far as the write needs it."""
    if name == "A night":
        return _dusk()
    join_all()
    act = secrets.token_hex(16)
    match name:
        case "A roll worked out":
            year_roll.begin(officer(act=act), YEAR)
        case "A list fixed":
            rolled()
        case "A seed sealed" | "A draw given up" | "The second seed opened":
            rolled()
            fixed()
            seal(FIRST, "officer-a")
        case "The opening of audits begun":
            drawn()
        case "The audits of those drawn opened":
            drawn()
            audits.begin_opening(officer(act=act), YEAR)
    if name == "The second seed opened":
        seal(SECOND, "officer-b")
        audit_draw.open_seed(officer("officer-a"), YEAR, FIRST)
    return {"act": act}


def _dusk() -> Form:
    """Return a member to be reminded, and one whose declaration of not practising has lapsed."""
    join()
    join("100002")
    log_two()
    away = NotPractisingDraft(reason="illness", understood="yes")
    actions.file_not_practising(context("100002", today=YEAR_BEFORE), away)
    return {}
