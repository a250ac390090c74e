"""Entering a decision in the register: proposed by one officer, approved by another (T30)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lambdas.complaints.desk.acts import form_again
from lambdas.complaints.desk.app import CASE, OFFICERS, acting, app, at, officer
from lambdas.complaints.desk.queue import shared
from signet.complaints import receipt_codes
from signet.complaints.desk import entries
from signet.complaints.desk.case_model import CaseFile, Proposed
from signet.complaints.desk.context import CaseVersion, Officer
from signet.complaints.desk.opened_case import open_case
from signet.complaints.model import About, Case
from signet.errors import Conflict, FieldError, Invalid, Refused
from signet.web.answer import Answer, Page, SeeOther
from signet.web.form_view import FormView, blank
from signet.web.forms import read
from signet.web.request import Request, id_of

if TYPE_CHECKING:
    from lambdas.complaints.desk.forms import Entry
    from signet.publish.proposed import PageComparison

ENTRY = f"{CASE}entry/"
KINDS = (
    ("status_changed", "A change of status", "Suspension or cancellation, with its direction"),
    ("condition_imposed", "A condition on practice", "Its name and text; of members only"),
    ("decision_recorded", "The decision itself", "Its name, and a summary; of members only"),
)
Error = Invalid | Conflict | Refused


@app.get(ENTRY, OFFICERS)
def ask_entry(request: Request, case: str) -> Answer:
    """Show the form of an entry or, where one waits for approval, that entry and its decision."""
    return _page(request, case)


def _page(request: Request, id_: str, error: Error | None = None) -> Page:
    by = officer(request)
    case_file = open_case(by, id_of(id_))
    case = case_file.case
    status = error.status if error else 200
    context = {**shared(by), "case": case, "names": case_file.names, "act": request.new_id()}
    if case.entering:
        return _waiting_page(request, by, case, context, error)
    context |= {
        "form": _again(request, case, error) if error else _blank(case_file, by, request),
        "kinds": KINDS,
        "statuses": _statuses(by, case_file),
    }
    return Page("complaints/desk/entry.html", context, status)


def _waiting_page(
    request: Request, by: Officer, case: Case, context: dict[str, Any], error: Error | None
) -> Page:
    from lambdas.complaints.desk.forms import RefuseEntry  # imported here, as below
    from lambdas.register.desk.words import fields, kind

    waiting = entries.waiting(by, case)
    form = blank(RefuseEntry, request.new_id(), version=str(case.version))
    if error:
        invalid = error if isinstance(error, Invalid) else Invalid(message=error.message)
        values = {**request.form, "version": [str(case.version)]}
        form = FormView.again(RefuseEntry, values, invalid, request.new_id())
    context |= {"form": form, "waiting": waiting}
    if waiting:
        (record,) = waiting.opened.records
        context["record"] = record
        context["entries"] = [
            (kind(one.kind), one, fields(record.subject, one.data, by.policy))
            for one in record.entries
        ]
    return Page("complaints/desk/entry_waiting.html", context, error.status if error else 200)


def _again(request: Request, case: Case, error: Error) -> FormView:
    """Return the form as it was submitted, as a new operation."""
    from lambdas.complaints.desk.forms import Entry  # imported here: few requests use a form

    if isinstance(error, Conflict):
        return form_again(Entry, request, case, error)
    values = {**request.form, "version": [str(case.version)]}
    invalid = error if isinstance(error, Invalid) else Invalid(message=error.message)
    return FormView.again(Entry, values, invalid, request.new_id())


def _blank(case_file: CaseFile, by: Officer, request: Request) -> FormView:
    from lambdas.complaints.desk.forms import Entry  # imported here: few requests use a form

    values = {"number": case_file.number, "effective_on": by.today.isoformat()}
    return blank(Entry, request.new_id(), version=str(case_file.case.version), **values)


def _statuses(by: Officer, case_file: CaseFile) -> list[tuple[str, str]]:
    is_permit = case_file.case.about is About.PERMIT
    known = by.policy.permit_statuses if is_permit else by.policy.statuses
    return [(code, one.name) for code, one in known.items() if not one.good]


@app.post(ENTRY, OFFICERS)
def propose_entry(request: Request, case: str) -> Answer:
    """Propose the entry: it is made once a second officer approves it."""
    from lambdas.complaints.desk.forms import Entry  # imported here: few requests use a form

    by = acting(request)
    try:
        submitted = read(Entry, request.form)
        seen = CaseVersion(id_of(case), submitted.version)
        entries.propose(by, seen, _proposed(submitted, by, case), _pages(by))
    except (Invalid, Conflict, Refused) as error:
        return _page(request, case, error)
    return SeeOther(at("cases", case, "entry"))


def _pages(by: Officer) -> PageComparison:
    from signet.publish.proposed import PageComparison  # imported here: only proposing needs it

    return PageComparison(by.policy, by.today)


def _proposed(submitted: Entry, by: Officer, case: str) -> Proposed:
    _check_whole(submitted)
    return Proposed(
        number=submitted.number.upper(),
        kind=submitted.kind,
        data=_data(submitted, by, case),
        effective_on=submitted.effective_on,
        authority=submitted.authority,
    )


NEEDED = {
    "status_changed": {"status": "Choose the new status"},
    "condition_imposed": {"title": "Name the condition", "text": "Write the condition’s text"},
    "decision_recorded": {"title": "Name the decision"},
}


def _check_whole(submitted: Entry) -> None:
    """Raise Invalid where a field is missing that the kind of entry needs."""
    needed = dict(NEEDED[submitted.kind])
    if submitted.kind == "decision_recorded" and submitted.published:
        needed |= {"direction": "Say who directed publication"}
    errors = [
        FieldError(name, message)
        for name, message in needed.items()
        if not getattr(submitted, name)
    ]
    if errors:
        raise Invalid(*errors)


def _data(submitted: Entry, by: Officer, case: str) -> dict[str, Any]:
    """Return the data of an entry of this kind, from the fields that belong to it."""
    if submitted.kind == "status_changed":
        status_data = {
            "status": submitted.status,
            "reason": "discipline",
            "direction": submitted.direction,
        }
        return {name: value for name, value in status_data.items() if value}
    if submitted.kind == "condition_imposed":
        return {
            "condition": submitted.title,
            "text": submitted.text,
            "published": submitted.published,
        }
    named = receipt_codes.entry(case, by.operation, by.key)
    decided = {"decision": named, "title": submitted.title, "decided_on": by.today.isoformat()}
    decision_data = {"summary": submitted.text, "publication_directed_by": submitted.direction}
    return decided | (decision_data if submitted.published else {})


@app.post(f"{ENTRY}approve", OFFICERS)
def approve_entry(request: Request, case: str) -> Answer:
    """Enter in the register exactly what was shown."""
    from lambdas.complaints.desk.forms import ApproveEntry  # imported here: few requests use a form

    by = acting(request)
    try:
        submitted = read(ApproveEntry, request.form)
        entries.approve(by, CaseVersion(id_of(case), submitted.version), submitted.hash)
    except (Invalid, Conflict, Refused) as error:
        return _page(request, case, error)
    return SeeOther(at("cases", case))


@app.post(f"{ENTRY}refuse", OFFICERS)
def refuse_entry(request: Request, case: str) -> Answer:
    """Refuse the proposed entry, with a reason."""
    from lambdas.complaints.desk.forms import RefuseEntry  # imported here: few requests use a form

    by = acting(request)
    try:
        submitted = read(RefuseEntry, request.form)
        entries.refuse(by, CaseVersion(id_of(case), submitted.version), submitted.words)
    except (Invalid, Conflict, Refused) as error:
        return _page(request, case, error)
    return SeeOther(at("cases", case))


@app.post(f"{ENTRY}withdraw", OFFICERS)
def withdraw_entry(request: Request, case: str) -> Answer:
    """Withdraw the officer's own proposal."""
    from lambdas.complaints.desk.forms import OnCase  # imported here: few requests use a form

    by = acting(request)
    submitted = read(OnCase, request.form)
    entries.withdraw(by, CaseVersion(id_of(case), submitted.version))
    return SeeOther(at("cases", case))
