"""States in which forms are there that aren't in the state of the authorization table's tests.

Each gives the parts of the form's address, and what is typed into it where that differs.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, NamedTuple

from signet.accounts import actions as accounts
from signet.accounts.model import Role
from signet.complaints.desk import entries
from signet.complaints.desk.case_model import Proposed
from signet.complaints.files import checking
from signet.complaints.files.checking import Means
from signet.cpd import actions as cpd
from signet.cpd.desk import conditions
from signet.cpd.forms import NotPractisingDraft, ResumptionDraft
from signet.cpd.model import AuditState
from signet.cpd.store import not_practising
from signet.uploads.scanner import StandIn
from tests import complaint_desk, cpd_office, uploaded
from tests.complaint_evidence import RULES, arrive, invited
from tests.complaint_office import OFFICE_KEY
from tests.complaint_office import TODAY as FILED_ON
from tests.cpd_members import NUMBER, TODAY, YEAR, audited, context
from tests.employing import Firm, bought, live, owned_by
from tests.people import person
from tests.uploading import objects_of_its_own

if TYPE_CHECKING:
    from tests.service.web.test_authorization import World

NOW = datetime(2026, 11, 21, 19, tzinfo=UTC)  # of the authorization table's tests


class State(NamedTuple):
    """What leads to a form, and what is typed instead of what the table says."""

    parts: Mapping[str, str]
    typed: Mapping[str, str] = {}


def a_grant(world: World, _: str) -> State:
    """Ask for a role as an administrator, for another to decide."""
    other = person(Role.ADMINISTRATOR, now=NOW)
    asked = accounts.ask_grant(
        other.principal(NOW),
        world.stranger.account,
        Role.CPD_OFFICER,
        "starts",
        now=NOW,
        operation_id=secrets.token_hex(16),
    )
    return State({"grant": asked})


def an_entry(_: World, __: str) -> State:
    """Propose an entry of what a case came to, for another officer to decide."""
    case = complaint_desk.decided("100077")
    told = Proposed(
        number="100077",
        kind="condition_imposed",
        data={"condition": "Supervision", "text": "Works under supervision", "published": False},
        effective_on=FILED_ON,
        authority="Discipline Committee, G 46",
    )
    entries.propose(complaint_desk.officer("a"), complaint_desk.seen(case), told)
    return State({"case": case.id})


def a_sealed_file(_: World, emulator: str) -> State:
    """Return a file of a complaint that was checked and sealed."""
    how = Means(objects_of_its_own(emulator), StandIn(), OFFICE_KEY, RULES)
    filing, id_ = invited()
    checking.process(arrive(how, id_, uploaded.JPEG), how, FILED_ON)
    return State({"case": filing.case(0), "file": id_})


def an_audit(_: World, __: str) -> State:
    """Return a member's audit, of which notice was given."""
    audited(AuditState.ASKED)
    return State({"year": str(YEAR)})


def a_condition(_: World, __: str) -> State:
    """Set a condition that a member is to meet before practising again."""
    away = NotPractisingDraft(reason="illness", understood="yes")
    id_ = cpd.file_not_practising(context(today=date(2026, 11, 20)), away)
    back = ResumptionDraft(resumes_on=date(2026, 12, 1), version=1)
    cpd.resume(context(), id_, back)
    (held,) = not_practising(NUMBER)
    officer = cpd_office.officer(today=TODAY)
    conditions.set_condition(officer, NUMBER, (id_, held.version), "A course", "Board", TODAY)
    (held,) = not_practising(NUMBER)
    parts = {"number": NUMBER, "absence": id_, "condition": held.conditions[0].id}
    return State(parts, {"met_on": "2026-11-21", "version": str(held.version)})


def another_firm(world: World) -> Firm:
    """Return a company that the officer has nothing to do with."""
    return owned_by(world.stranger, granted=1)


def a_company(world: World, _: str) -> State:
    """Return a company for the career desk."""
    return State({"company": another_firm(world).id})


def a_lot(world: World, _: str) -> State:
    """Return a company's credits."""
    of_firm = another_firm(world)
    return State({"company": of_firm.id, "lot": of_firm.lots[0]})


def to_block(world: World, _: str) -> State:
    """Return a company that nobody has blocked so far."""
    return State({"company": another_firm(world).id, "step": "block"})


def a_payment(world: World, _: str) -> State:
    """Return a payment for credits."""
    return State({"session": bought(another_firm(world))})


def an_odd_payment(world: World, _: str) -> State:
    """Return a payment of another sum than the package costs."""
    return State({"session": bought(another_firm(world), more=1)})


def a_posting(world: World, _: str) -> State:
    """Return a posting that is shown."""
    return State({"number": live(another_firm(world))})


BUILT: Mapping[str, Callable[[World, str], State]] = {
    "POST /services/admin/grants/<grant>/refuse": a_grant,
    "POST /services/complaints/desk/cases/<case>/entry/refuse": an_entry,
    "POST /services/complaints/desk/cases/<case>/files/<file>/original/": a_sealed_file,
    "POST /services/cpd/<year>/audit/": an_audit,
    "POST /services/cpd/desk/not-practising/<number>/<absence>/met/<condition>/": a_condition,
    "POST /services/jobs/desk/companies/<company>/grant": a_company,
    "POST /services/jobs/desk/companies/<company>/lots/<lot>/": a_lot,
    "POST /services/jobs/desk/companies/<company>/vetting/<step>/": to_block,
    "POST /services/jobs/desk/payments/<session>/refund": a_payment,
    "POST /services/jobs/desk/payments/<session>/settle": an_odd_payment,
    "POST /services/jobs/desk/postings/<number>/<what>/": a_posting,
    "POST /services/jobs/desk/postings/<number>/correct/": a_posting,
}
