"""A decision on its way to the register: the registrar's form, and finishing what was begun."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lambdas.caseroom.acts import form_again
from lambdas.caseroom.app import CASE, REGISTRAR, acting, app, at, id_of, officer
from lambdas.caseroom.queue import shared
from signet.complaints import codes, desk_entries
from signet.complaints.desk_case import opened
from signet.complaints.desk_model import CaseFile, Proposed
from signet.complaints.desk_office import Officer, Seen
from signet.complaints.model import About, Case
from signet.errors import Conflict, Fault, Invalid
from signet.web.answer import Answer, Page, SeeOther
from signet.web.form_view import FormView, blank
from signet.web.forms import read
from signet.web.request import Request

if TYPE_CHECKING:
    from lambdas.caseroom.forms import Entry

ENTRY = f"{CASE}entry/"
KINDS = (
    ("status_changed", "A change of status", "Suspension or cancellation, with its direction"),
    ("condition_imposed", "A condition on practice", "Its name and text; of members only"),
    ("decision_recorded", "The decision itself", "Its name, and a summary; of members only"),
)


@app.get(ENTRY, REGISTRAR)
def ask_entry(request: Request, case: str) -> Answer:
    """The form of an entry; or, where one is on its way, the button that finishes it."""
    return _page(request, case)


def _page(request: Request, id_: str, error: Invalid | Conflict | None = None) -> Page:
    by = officer(request)
    found = opened(by, id_of(id_))
    held = found.case
    form = _again(request, held, error) if error else _blank(found, by, request)
    facts = {
        **shared(by),
        "case": held,
        "form": form,
        "kinds": KINDS,
        "statuses": _statuses(by, found),
        "act": request.new_id(),
    }
    return Page("complaints/desk_entry.html", facts, error.status if error else 200)


def _again(request: Request, case: Case, error: Invalid | Conflict) -> FormView:
    """The form as it was sent, as a new act: what the register refused was begun already."""
    from lambdas.caseroom.forms import Entry  # late: few requests use a form, none all

    if isinstance(error, Conflict):
        return form_again(Entry, request, case, error)
    values = {**request.form, "version": [str(case.version)]}
    return FormView.again(Entry, values, error, request.new_id())


def _blank(found: CaseFile, by: Officer, request: Request) -> FormView:
    from lambdas.caseroom.forms import Entry  # late: few requests use a form, none all

    given = {"number": found.number, "effective_on": by.today.isoformat()}
    return blank(Entry, request.new_id(), version=str(found.case.version), **given)


def _statuses(by: Officer, found: CaseFile) -> list[tuple[str, str]]:
    is_permit = found.case.about is About.PERMIT
    known = by.policy.permit_statuses if is_permit else by.policy.statuses
    return [(code, one.name) for code, one in known.items() if not one.good]


@app.post(ENTRY, REGISTRAR)
def make_entry(request: Request, case: str) -> Answer:
    """Make the entry."""
    from lambdas.caseroom.forms import Entry  # late: few requests use a form, none all

    by = acting(request)
    try:
        said = read(Entry, request.form)
        desk_entries.enter(by, Seen(id_of(case), said.version), _proposed(said, by, case))
    except (Invalid, Conflict) as error:
        return _page(request, case, error)
    return SeeOther(at("cases", case))


def _proposed(said: Entry, by: Officer, case: str) -> Proposed:
    _check_whole(said)
    return Proposed(
        number=said.number.upper(),
        kind=said.kind,
        data=_data(said, by, case),
        effective_on=said.effective_on,
        authority=said.authority,
    )


NEEDED = {
    "status_changed": {"status": "Choose the new status"},
    "condition_imposed": {"title": "Name the condition", "text": "Write the condition’s text"},
    "decision_recorded": {"title": "Name the decision"},
}


def _check_whole(said: Entry) -> None:
    """Raise Invalid where a kind of entry lacks what belongs to it."""
    needed = dict(NEEDED[said.kind])
    if said.kind == "decision_recorded" and said.published:
        needed |= {"direction": "Say who directed publication"}
    faults = [Fault(name, told) for name, told in needed.items() if not getattr(said, name)]
    if faults:
        raise Invalid(*faults)


def _data(said: Entry, by: Officer, case: str) -> dict[str, Any]:
    """What an entry of the kind says, from the fields that belong to it."""
    if said.kind == "status_changed":
        given = {"status": said.status, "reason": "discipline", "direction": said.direction}
        return {name: value for name, value in given.items() if value}
    if said.kind == "condition_imposed":
        return {"condition": said.title, "text": said.text, "published": said.published}
    named = codes.entry(case, by.act, by.key)
    decided = {"decision": named, "title": said.title, "decided_on": by.today.isoformat()}
    told = {"summary": said.text, "publication_directed_by": said.direction}
    return decided | (told if said.published else {})


@app.post(f"{ENTRY}finish", REGISTRAR)
def finish_entry(request: Request, case: str) -> Answer:
    """Go on with an entry that was broken off."""
    desk_entries.finish(acting(request), id_of(case))
    return SeeOther(at("cases", case))
