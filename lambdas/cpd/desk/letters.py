"""Notices as letters: what waits to be posted, the letters to print, and recording the posting."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from pynamodb.exceptions import PynamoDBException

from lambdas.cpd.desk.app import (
    OFFICER,
    YEAR,
    acting,
    app,
    at,
    barred,
    check_unconcerned,
    member_number,
    officer,
    year_of,
)
from lambdas.cpd.desk.cases import WHERE
from lambdas.cpd.desk.forms import Posted
from signet import policy as policies
from signet.cpd import rules, store
from signet.cpd.desk import audits, notices, overview
from signet.cpd.desk.context import log_view, of_member, of_year
from signet.cpd.documents import CpdNotice
from signet.cpd.model import AuditCase, AuditState, Notice
from signet.errors import Conflict, FieldError, Invalid, NotFound, Refused, Unavailable
from signet.letters import coverage, documents
from signet.policy import CpdPolicy
from signet.register import reading as register
from signet.register.tables import ContactRow
from signet.web.answer import Answer, Download, Page, SeeOther
from signet.web.form_view import FormView, blank
from signet.web.forms import read
from signet.web.request import Request, whole_number


class Letter(NamedTuple):
    """A notice that waits to be posted, as the list shows it."""

    case: AuditCase
    name: str
    address: str
    unprintable: tuple[str, ...]

    @property
    def earlier(self) -> bool:
        """Tell whether an earlier notice of the same request wasn't served either."""
        return any(one.service is None for one in rules.asked_by(self.case)[:-1])

    @property
    def value(self) -> str:
        """Return its value in the form: the member's number and the audit's version."""
        return f"{self.case.member}:{self.case.version}"


@app.get(f"{YEAR}letters/", OFFICER)
def show_letters(request: Request, year: str) -> Answer:
    """List the unserved notices with their addresses: four reads. Logs the viewing."""
    cpd_year = year_of(year)
    form = blank(Posted, request.new_id(), on=request.today.isoformat())
    return _posting_page(request, cpd_year, form)


def _posting_page(request: Request, year: int, form: FormView, status: int = 200) -> Page:
    waiting = overview.unserved(year, barred(request))
    log_view(officer(request), of_year(year), "cpd.desk.letters.seen", members=len(waiting))
    numbers = [case.member for case in waiting]
    addresses, names = _addresses(numbers), register.member_names(numbers)
    context = {
        "year": year,
        "waiting": [
            _listed(case, names.get(case.member, ""), addresses.get(case.member, ""))
            for case in waiting
        ],
        "form": form,
        "where": WHERE,
    }
    return Page("cpd/desk/letters.html", context, status)


def _listed(case: AuditCase, name: str, address: str) -> Letter:
    more = _more(case, case.notices[-1])
    return Letter(case, name, address, coverage.uncovered(name, address, more))


@app.get(f"{YEAR}letters.pdf", OFFICER)
def print_letters(request: Request, year: str) -> Answer:
    """Print the letters of the notices on the page above, in its order."""
    cpd_year = year_of(year)
    waiting = overview.unserved(cpd_year, barred(request))
    if not waiting:
        raise NotFound("No letter waits to be posted.")
    log_view(officer(request), of_year(cpd_year), "cpd.desk.letters.printed", members=len(waiting))
    latest = [(case, case.notices[-1]) for case in waiting]
    return _pdf(request, latest, f"cpd-{cpd_year}-letters.pdf")


@app.get(f"{YEAR}cases/<number>/letter.pdf", OFFICER)
def print_letter(request: Request, year: str, number: str) -> Answer:
    """Print the letter of one of an audit's notices, the latest unless the address names one."""
    check_unconcerned(request, member_number(number))
    case = audits.case_of(year_of(year), number)
    if not case.notices:
        raise NotFound("No notice of this audit has been made.")
    notice = notices.notice_of(case, request.query.get("notice", ""))
    detail = {"year": case.year, "notice": notice.id}
    log_view(officer(request), of_member(number), "cpd.desk.letter.printed", **detail)
    return _pdf(request, [(case, notice)], f"cpd-{case.year}-{number}-letter.pdf")


def _pdf(request: Request, asked: Sequence[tuple[AuditCase, Notice]], name: str) -> Download:
    addresses = _addresses(case.member for case, _ in asked)
    letters = [_notice(request, one, of, addresses.get(one.member, "")) for one, of in asked]
    regulator = policies.load().regulator
    content = documents.render(letters, regulator, "Notices to produce the CPD record")
    return Download(content, documents.PDF, name)


def _notice(request: Request, case: AuditCase, notice: Notice, address: str) -> CpdNotice:
    policy = policies.load()
    cpd = rules.of_year(case.year, policy)
    name = overview.name_of(register.standing_on(case.member, request.today))
    return CpdNotice(
        to=(name, *(line.strip() for line in address.split(",", 1) if line.strip())),
        dated=notice.made_on,
        reference=f"CPD {case.year}-{case.member}-{case.notices.index(notice) + 1}",
        name=name,
        year=case.year,
        drawn=bool(case.place),
        late=_late(case, cpd),
        more=_more(case, notice),
        days=cpd.notice_days,
        within=cpd.mail_days_within,
        elsewhere=cpd.mail_days_elsewhere,
        activities=cpd.minimum_activities,
        categories=cpd.minimum_categories,
        reviewer=cpd.reviewer,
        council=cpd.council,
        jurisdiction=policy.regulator.jurisdiction,
        contact=policy.regulator.contact,
        site=os.environ.get("SIGNET_SITE_URL", "").rstrip("/"),
    )


def _more(case: AuditCase, notice: Notice) -> str:
    """Return what a review found missing before a notice was made, "" for a first notice."""
    words = {r.id: r.words for r in case.reviews if r.outcome is AuditState.MORE_ASKED}
    before = case.notices[: case.notices.index(notice) + 1]
    return next((words[one.id] for one in reversed(before) if one.id in words), "")


def _late(case: AuditCase, cpd: CpdPolicy) -> str:
    """Return what a letter says of a late declaration, "" where none was late."""
    stored_year = store.year(case.member, case.year)
    declared = stored_year.declarations
    if not declared or rules.in_time(case.year, stored_year.activities, declared, cpd):
        return ""
    due = rules.in_words(cpd.declaration_due(case.year))
    if declared[0].declared_on > cpd.declaration_due(case.year):
        return f"It was received on {rules.in_words(declared[0].declared_on)}; it was due by {due}."
    return f"Part of what it rests on was logged after {due}, when it was due."


def _addresses(numbers: Iterable[str]) -> dict[str, str]:
    """Return the latest addresses given, by member (NOT-1)."""
    try:
        rows = list(ContactRow.batch_get(list(numbers), consistent_read=True))
    except PynamoDBException as error:
        raise Unavailable from error
    return {row.number: row.address or "" for row in rows}


@app.post(f"{YEAR}posted", OFFICER)
def record_posting(request: Request, year: str) -> Answer:
    """Record that several letters were posted on a day."""
    cpd_year = year_of(year)
    try:
        submitted = read(Posted, request.form)
        chosen = dict(_versioned(one) for one in _chosen(submitted))
        within = submitted.where == "within"
        notices.record_posting(acting(request), cpd_year, chosen, submitted.on, within=within)
    except Invalid as invalid:
        form = FormView.again(Posted, request.form, invalid, request.operation_id)
        return _posting_page(request, cpd_year, form, invalid.status)
    except (Conflict, Refused) as error:
        problem = Invalid(message=f"{error.message} Choose again from the letters that still wait.")
        form = FormView.again(Posted, request.form, problem, request.new_id())
        return _posting_page(request, cpd_year, form, error.status)
    return SeeOther(at(cpd_year, "letters"))


def _chosen(submitted: Posted) -> tuple[str, ...]:
    chosen = submitted.shown if submitted.which == "all" else submitted.posted
    if not chosen:
        raise Invalid(FieldError("posted", "Choose the letters that were posted"))
    return chosen


def _versioned(text: str) -> tuple[str, int]:
    number, _, text = text.partition(":")
    version = whole_number(text)
    if version is None:
        raise Invalid(FieldError("posted", "Choose the letters from the list"))
    return member_number(number), version
