"""Notices as letters: what waits to be posted, the letters to print, and that they were posted."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from pynamodb.exceptions import PynamoDBException

from lambdas.desk.app import OFFICER, YEAR, acting, app, at, number_of, officer, year_of
from lambdas.desk.cases import WHERE
from lambdas.desk.forms import Posted
from signet import policy as policies
from signet.cpd import desk, desk_cases, desk_notices, rules
from signet.cpd.desk_office import of_member, of_year, seen
from signet.cpd.model import AuditCase, AuditState
from signet.errors import Fault, Invalid, NotFound, Unavailable
from signet.register import reading as register
from signet.register.tables import ContactRow
from signet.web.answer import Answer, Download, Page, SeeOther
from signet.web.form_view import FormView, blank
from signet.web.forms import read
from signet.web.request import Request

if TYPE_CHECKING:
    from signet.cpd import letters as paper

NOTICE = "letter_notice.txt"
PDF = "application/pdf"


@app.get(f"{YEAR}letters/", OFFICER)
def show_letters(request: Request, year: str) -> Answer:
    """The notices that wait to be served, with the addresses: four reads; seeing them is noted."""
    wanted = year_of(year)
    form = blank(Posted, request.new_id(), on=request.today.isoformat())
    return _posting_page(request, wanted, form)


def _posting_page(request: Request, year: int, form: FormView, status: int = 200) -> Page:
    waiting = desk.unserved(year)
    seen(officer(request), of_year(year), "cpd.desk.letters.seen", members=len(waiting))
    addresses = _addresses(case.member for case in waiting)
    facts = {
        "year": year,
        "waiting": [(case, addresses.get(case.member, "")) for case in waiting],
        "form": form,
        "where": WHERE,
    }
    return Page("cpd_desk/letters.html", facts, status)


@app.get(f"{YEAR}letters.pdf", OFFICER)
def print_letters(request: Request, year: str) -> Answer:
    """The letters of the notices on the page above, in its order."""
    wanted = year_of(year)
    waiting = desk.unserved(wanted)
    if not waiting:
        raise NotFound("No letter waits to be posted.")
    seen(officer(request), of_year(wanted), "cpd.desk.letters.printed", members=len(waiting))
    return _pdf(request, waiting, f"cpd-{wanted}-letters.pdf")


@app.get(f"{YEAR}cases/<number>/letter.pdf", OFFICER)
def print_letter(request: Request, year: str, number: str) -> Answer:
    """The letter of an audit's latest notice."""
    case = desk_cases.case_of(year_of(year), number_of(number))
    if not case.notices:
        raise NotFound("No notice of this audit has been made.")
    seen(officer(request), of_member(number), "cpd.desk.letter.printed", year=case.year)
    return _pdf(request, [case], f"cpd-{case.year}-{number}-letter.pdf")


def _pdf(request: Request, cases: Sequence[AuditCase], name: str) -> Download:
    # Only here: typefaces take a while to import, and few requests print anything.
    from signet.cpd import letters as paper

    addresses = _addresses(case.member for case in cases)
    made = [_letter(request, case, addresses.get(case.member, "")) for case in cases]
    return Download(paper.write(made, request.now), PDF, name)


def _letter(request: Request, case: AuditCase, address: str) -> paper.Letter:
    from signet.cpd import letters as paper  # late, as above

    policy = policies.load()
    cpd = rules.of_year(case.year, policy)
    name = desk.name_of(register.standing_on(case.member, request.today))
    reviews = [r for r in case.reviews if r.outcome is AuditState.MORE_ASKED]
    facts = {
        "year": case.year,
        "name": name,
        "drawn": bool(case.place),
        "more": reviews[-1].words if reviews else "",
        "days": cpd.notice_days,
        "within": cpd.mail_days_within,
        "elsewhere": cpd.mail_days_elsewhere,
        "activities": cpd.minimum_activities,
        "categories": cpd.minimum_categories,
        "reviewer": cpd.reviewer,
        "council": cpd.council,
        "regulator": policy.regulator,
        "site": os.environ.get("SIGNET_SITE_URL", "").rstrip("/"),
    }
    about, paragraphs = paper.text(NOTICE, facts)
    return paper.Letter(
        sender=policy.regulator.letterhead,
        to=(name, *(line.strip() for line in address.split(",", 1) if line.strip())),
        dated=case.notices[-1].made_on,
        reference=f"CPD {case.year}-{case.member}-{len(case.notices)}",
        about=about,
        paragraphs=paragraphs,
        signed=("For the Registrar",),
    )


def _addresses(numbers: Iterable[str]) -> dict[str, str]:
    """The latest addresses given, by member (NOT-1)."""
    try:
        rows = list(ContactRow.batch_get(list(numbers), consistent_read=True))
    except PynamoDBException as error:
        raise Unavailable from error
    return {row.number: row.address or "" for row in rows}


@app.post(f"{YEAR}posted", OFFICER)
def record_posting(request: Request, year: str) -> Answer:
    """Record that several letters were posted on a day."""
    wanted = year_of(year)
    try:
        said = read(Posted, request.form)
        chosen = dict(_versioned(one) for one in said.posted)
        within = said.where == "within"
        desk_notices.record_posting(acting(request), wanted, chosen, said.on, within=within)
    except Invalid as invalid:
        form = FormView.again(Posted, request.form, invalid, request.act)
        return _posting_page(request, wanted, form, invalid.status)
    return SeeOther(at(wanted, "letters"))


def _versioned(text: str) -> tuple[str, int]:
    number, _, version = text.partition(":")
    if not version.isdecimal():
        raise Invalid(Fault("posted", "Choose the letters from the list"))
    return number_of(number), int(version)
