"""The audits one by one: notices, their service, what is made of the answers, referral."""

from __future__ import annotations

from typing import Any, NamedTuple

from pydantic import BaseModel

from lambdas.desk.app import OFFICER, YEAR, acting, app, at, number_of, officer, year_of
from lambdas.desk.forms import Arrived, Referred, Reviewed, Seen, Served
from signet import policy as policies
from signet.cpd import desk, desk_cases, desk_notices, desk_reviews, rules
from signet.cpd.desk_cases import Seen as Viewed
from signet.cpd.desk_office import of_year, seen
from signet.cpd.model import AuditCase, AuditState
from signet.cpd.notices import Way
from signet.errors import Fault, Invalid, NotFound
from signet.web.answer import Answer, Page, SeeOther
from signet.web.form_view import FormView
from signet.web.forms import read
from signet.web.request import Request

CASES = f"{YEAR}cases/"
CASE = f"{CASES}<number>/"
STATES = {
    AuditState.SELECTED: "Opened, no notice yet",
    AuditState.ASKED: "Notice made",
    AuditState.ANSWERED: "Answered, to be reviewed",
    AuditState.MORE_ASKED: "More asked",
    AuditState.SATISFIED: "Satisfied",
    AuditState.NOT_SATISFIED: "Not satisfied",
    AuditState.PRACTICE_REVIEW: "Referred to practice review",
    AuditState.COUNCIL: "Referred to Council",
}
WHERE = (("within", "In the province"), ("elsewhere", "Anywhere else"))


class Act(NamedTuple):
    """Something to do with an audit: its form, the page's title, and the button's words."""

    form: type[BaseModel]
    title: str
    button: str


ACTS = {
    "notice": Act(Seen, "Make a notice", "Make the notice"),
    "service": Act(Served, "Record service of the notice", "Record it"),
    "arrival": Act(Arrived, "Record when the notice arrived", "Record it"),
    "returned": Act(Seen, "The notice came back", "Record that it came back"),
    "review": Act(Reviewed, "Review the answers", "Record the outcome"),
    "refer": Act(Referred, "Refer the audit", "Refer it"),
}


@app.get(CASES, OFFICER)
def list_cases(request: Request, year: str) -> Answer:
    """A page of the audits in one state; that they were seen is written down."""
    wanted = year_of(year)
    try:
        state = AuditState(request.query.get("state", AuditState.ANSWERED))
    except ValueError:
        raise NotFound from None
    found = desk.cases(wanted, state, request.query.get("after", ""))
    detail = {"state": state, "members": len(found.cases)}
    seen(officer(request), of_year(wanted), "cpd.desk.audits.seen", **detail)
    cpd = rules.of_year(wanted, policies.load())
    facts = {
        "year": wanted,
        "state": state,
        "states": STATES,
        "found": found,
        "clocks": [desk.clock_of(case, cpd) for case in found.cases],
        "today": request.today,
    }
    return Page("cpd_desk/cases.html", facts)


@app.get(CASE, OFFICER)
def show_case(request: Request, year: str, number: str) -> Answer:
    """One audit with all that was said in it; that it was seen is written down."""
    wanted = year_of(year)
    found = desk.find(officer(request), wanted, number_of(number))
    case = found.view.audit
    if case is None:
        raise NotFound("There is no audit of this member for that year.")
    facts = {
        **_facts(wanted, number),
        "case": case,
        "clocks": found.clocks,
        "name": desk.name_of(found.record),
        "view": found.view,
        "today": request.today,
        "possible": _possible(case),
    }
    return Page("cpd_desk/case.html", facts)


def _possible(case: AuditCase) -> list[tuple[str, str]]:
    """What can be done with an audit as it stands, as (address, words)."""
    names: list[str] = []
    service = case.notices[-1].service if case.notices else None
    if case.state.open:
        names += ["notice"] if service or not case.notices else ["service", "notice"]
        if service and service.way is Way.MAIL:
            names += ["arrival", "returned"]
    if case.state in (AuditState.ASKED, AuditState.ANSWERED, AuditState.MORE_ASKED):
        names.append("review")
    if case.state in (AuditState.NOT_SATISFIED, AuditState.PRACTICE_REVIEW):
        names.append("refer")
    return [(at(case.year, "cases", case.member, name), ACTS[name].title) for name in names]


def _facts(year: int, number: str) -> dict[str, Any]:
    return {"year": year, "number": number, "states": STATES, "where": WHERE}


@app.get(f"{CASE}<what>/", OFFICER)
def ask(request: Request, year: str, number: str, what: str) -> Answer:
    """The form of an act, for the audit as it now stands."""
    wanted, known = year_of(year), _act(what)
    case = desk_cases.case_of(wanted, number_of(number))
    values = {"version": [str(case.version)]}
    form = FormView(known.form, values, (), request.new_id())
    return _act_page(request, wanted, number, what, form)


@app.post(f"{CASE}<what>/", OFFICER)
def do(request: Request, year: str, number: str, what: str) -> Answer:
    """Do it to the audit as the form's page showed it."""
    wanted, known = year_of(year), _act(what)
    try:
        _do(request, wanted, number_of(number), what, read(known.form, request.form))
    except Invalid as invalid:
        form = FormView.again(known.form, request.form, invalid, request.act)
        return _act_page(request, wanted, number, what, form, invalid.status)
    return SeeOther(at(wanted, "cases", number))


def _do(request: Request, year: int, number: str, what: str, said: Any) -> None:
    by, seen = acting(request), Viewed(year, number, said.version)
    match said:
        case Served():
            if said.way is Way.MAIL and said.where is None:
                raise Invalid(Fault("where", "Choose where the address is"), rule="NOT-1")
            within = said.where != "elsewhere"
            desk_notices.record_service(by, seen, said.way, said.on, within=within)
        case Arrived():
            desk_notices.record_arrival(by, seen, said.on)
        case Reviewed():
            desk_reviews.review(by, seen, said.outcome, said.words)
        case Referred():
            desk_reviews.refer(by, seen, said.to, said.words)
        case _ if what == "notice":
            desk_notices.notify(by, seen)
        case _:
            desk_notices.record_return(by, seen)


def _act(what: str) -> Act:
    if what not in ACTS:
        raise NotFound
    return ACTS[what]


def _act_page(
    request: Request, year: int, number: str, what: str, form: FormView, status: int = 200
) -> Page:
    facts = {
        **_facts(year, number),
        "what": what,
        "about": ACTS[what],
        "title": ACTS[what].title,
        "form": form,
        "cpd": rules.of_year(year, policies.load()),
        "today": request.today,
        "outcomes": [(one, STATES[one]) for one in desk_reviews.OUTCOMES],
        "referrals": [(one, STATES[one]) for one in desk_reviews.REFERRALS],
        "ways": ((Way.PERSONAL, "Handed over in person"), (Way.MAIL, "Posted by prepaid mail")),
    }
    return Page("cpd_desk/act.html", facts, status)
