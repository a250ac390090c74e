"""The individual audits: notices, their service, reviews of the answers, referral."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from pydantic import BaseModel

from lambdas.cpd.desk.app import (
    LOOKERS,
    OFFICER,
    YEAR,
    acting,
    app,
    at,
    barred,
    check_unconcerned,
    files_of,
    member_number,
    officer,
    works,
    year_of,
)
from lambdas.cpd.desk.forms import (
    Arrived,
    CameBack,
    Referred,
    Reopened,
    Reviewed,
    Served,
    Versioned,
)
from signet import policy as policies
from signet.accounts import store as accounts
from signet.cpd import conflicts, dashboard, rules
from signet.cpd.desk import audits, notices, overview, reviews
from signet.cpd.desk.audits import AuditVersion as Viewed
from signet.cpd.desk.context import log_view, of_year
from signet.cpd.model import AuditCase, AuditState, Ground, Notice
from signet.errors import Conflict, FieldError, Invalid, NotFound, Refused
from signet.letters.service import Way
from signet.register import reading as register
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
OPEN = "open"  # all states of running audits, in one list
LISTS = {OPEN: "Under audit", **{str(state): words for state, words in STATES.items()}}
GROUNDS = {
    Ground.LOG: "What is logged shows it, with its files",
    Ground.OTHER_RECORD: "The record was produced another way, for instance on paper",
    Ground.EXCUSED: "The member was exempt or is excused for the year",
    Ground.MISTAKE: "The audit was opened by mistake",
    Ground.OTHER: "Another ground, given in the reasons",
}
WHERE = (("within", "In the province"), ("elsewhere", "Anywhere else"))


class Action(NamedTuple):
    """An action on an audit: its form, the page's title, and the button's label."""

    form: type[BaseModel]
    title: str
    button: str


ACTS = {
    "notice": Action(Versioned, "Make a notice", "Make the notice"),
    "service": Action(Served, "Record service of a notice", "Record it"),
    "arrival": Action(Arrived, "Record when a notice arrived", "Record it"),
    "returned": Action(CameBack, "A notice came back", "Record that it came back"),
    "review": Action(Reviewed, "Review the answers", "Record the outcome"),
    "refer": Action(Referred, "Refer the audit", "Refer it"),
}
REOPEN = Action(Reopened, "Reopen the audit", "Reopen it")


@app.get(CASES, LOOKERS)
def list_cases(request: Request, year: str) -> Answer:
    """List, a page at a time, the audits in one state or all that are open; log the viewing."""
    cpd_year, asked = year_of(year), request.query.get("state", OPEN)
    if asked not in LISTS:
        raise NotFound
    state, after = (None if asked == OPEN else AuditState(asked)), request.query.get("after", "")
    case_list = overview.cases(cpd_year, state, after)
    detail = {"state": asked, "members": len(case_list.cases)}
    log_view(officer(request), of_year(cpd_year), "cpd.desk.audits.seen", **detail)
    cpd = rules.of_year(cpd_year, policies.load())
    context = {
        "year": cpd_year,
        "state": asked,
        "states": LISTS,
        "found": case_list,
        "names": register.member_names(case.member for case in case_list.cases),
        "barred": barred(request),
        "clocks": [overview.clock_of(case, cpd) for case in case_list.cases],
        "today": request.today,
    }
    return Page("cpd/desk/cases.html", context)


@app.get(CASE, LOOKERS)
def show_case(request: Request, year: str, number: str) -> Answer:
    """Show one audit with everything logged and written in it; log the viewing."""
    cpd_year = year_of(year)
    member_page = overview.find(officer(request), cpd_year, member_number(number))
    case = member_page.view.audit
    if case is None:
        raise NotFound("There is no audit of this member for that year.")
    by = [*(one.by for one in case.reviews), *(one.by for one in case.reopenings)]
    recusals = conflicts.of_member(number)
    context = {
        **_page_context(cpd_year, number),
        "case": case,
        "officer": works(request),
        "clocks": member_page.clocks,
        "name": overview.name_of(member_page.record),
        "view": member_page.view,
        "late": dashboard.late_words(member_page.view),
        "logged": dashboard.logged(member_page.view),
        "files": files_of(request, number),
        "names": names_of([*by, *(one.account for one in recusals)]),
        "recusals": recusals,
        "grounds": GROUNDS,
        "events": _events(case),
        "today": request.today,
        "possible": _possible(request, case),
    }
    return Page("cpd/desk/case.html", context)


def names_of(ids: Sequence[str]) -> dict[str, str]:
    """Return the e-mail addresses of accounts, by id: the names on the desk's pages."""
    return {one.id: one.email for one in accounts.accounts(set(ids))} if ids else {}


def _events(case: AuditCase) -> list[tuple[str, Any]]:
    """Return outcomes and reopenings in chronological order, as (kind, event)."""
    dated = [("review", one.reviewed_at, one) for one in case.reviews]
    again = [("reopening", one.reopened_at, one) for one in case.reopenings]
    return [(kind, one) for kind, _, one in sorted([*dated, *again], key=lambda event: event[1])]


def _possible(request: Request, case: AuditCase) -> list[tuple[str, str]]:
    """Return what can be done with an audit in its present state, as (address, title)."""
    names: list[str] = []
    if case.state.open and works(request):
        names += ["service"] if _for("service", case) else []
        names += ["arrival", "returned"] if _for("arrival", case) else []
        names += ["review", "notice"]
    if case.state in (AuditState.NOT_SATISFIED, AuditState.PRACTICE_REVIEW) and works(request):
        names.append("refer")
    if not case.state.open and case.decided_by != request.principal.account:
        names.append("reopen")
    titles = {name: action.title for name, action in {**ACTS, "reopen": REOPEN}.items()}
    return [(at(case.year, "cases", case.member, name), titles[name]) for name in names]


def _for(what: str, case: AuditCase) -> list[Notice]:
    """Return the notices that an action can be about, the latest first."""
    if what == "service":
        return [one for one in reversed(case.notices) if one.service is None]
    mailed = (one for one in reversed(case.notices) if one.service and one.service.way is Way.MAIL)
    return [one for one in mailed if what in ("arrival", "returned")]


def _page_context(year: int, number: str) -> dict[str, Any]:
    return {"year": year, "number": number, "states": STATES, "where": WHERE}


# Before the routes of the officers' actions, which would match this address too.
@app.get(f"{CASE}reopen/", LOOKERS)
def ask_to_reopen(request: Request, year: str, number: str) -> Answer:
    """Show the form that sets an outcome aside."""
    return _ask(request, year, number, "reopen", REOPEN)


@app.post(f"{CASE}reopen/", LOOKERS)
def reopen(request: Request, year: str, number: str) -> Answer:
    """Set an outcome aside."""
    return _answer(request, year, number, "reopen", REOPEN)


@app.get(f"{CASE}<what>/", OFFICER)
def ask(request: Request, year: str, number: str, what: str) -> Answer:
    """Show the form of an action, for the current version of the audit."""
    return _ask(request, year, number, what, _action(what))


@app.post(f"{CASE}<what>/", OFFICER)
def do(request: Request, year: str, number: str, what: str) -> Answer:
    """Do the action on the version of the audit that the form's page showed."""
    return _answer(request, year, number, what, _action(what))


def _ask(request: Request, year: str, number: str, what: str, action: Action) -> Answer:
    cpd_year = year_of(year)
    check_unconcerned(request, member_number(number))
    case = audits.case_of(cpd_year, number)
    values = {"version": [str(case.version)]}
    about = _for(what, case)
    if about:
        values["notice"] = [about[0].id]
    return _action_page(case, what, action, FormView(action.form, values, (), request.new_id()))


def _answer(request: Request, year: str, number: str, what: str, action: Action) -> Answer:
    cpd_year = year_of(year)
    try:
        _do(request, cpd_year, member_number(number), read(action.form, request.form))
    except Invalid as invalid:
        case = audits.case_of(cpd_year, number)
        form = FormView.again(action.form, request.form, invalid, request.operation_id)
        return _action_page(case, what, action, form, invalid.status)
    except (Conflict, Refused) as error:
        return _overtaken(request, cpd_year, number, what, error)
    return SeeOther(at(cpd_year, "cases", number))


def _overtaken(
    request: Request, year: int, number: str, what: str, error: Conflict | Refused
) -> Page:
    """Show the form again after a conflict: the input is preserved, for the current audit."""
    action = REOPEN if what == "reopen" else _action(what)
    case = audits.case_of(year, number)
    invalid = Invalid(message=f"{error.message} What you typed is still here.")
    values = {**request.form, "version": [str(case.version)]}
    form = FormView.again(action.form, values, invalid, request.new_id())
    return _action_page(case, what, action, form, error.status, overtaken=True)


def _do(request: Request, year: int, number: str, body: Any) -> None:
    by, seen = acting(request), Viewed(year, number, body.version)
    match body:
        case Served():
            if body.way is Way.MAIL and body.where is None:
                raise Invalid(FieldError("where", "Choose where the address is"), rule="NOT-1")
            within, one = body.where != "elsewhere", body.notice
            notices.record_service(by, seen, body.way, body.on, within=within, notice=one)
        case Arrived():
            notices.record_arrival(by, seen, body.on, body.notice)
        case CameBack():
            notices.record_return(by, seen, body.notice)
        case Reviewed():
            reviews.review(by, seen, body.outcome, body.words, body.ground)
        case Referred():
            reviews.refer(by, seen, body.to, body.words)
        case Reopened():
            reviews.reopen(by, seen, body.words)
        case _:
            notices.notify(by, seen)


def _action(what: str) -> Action:
    if what not in ACTS:
        raise NotFound
    return ACTS[what]


def _action_page(
    case: AuditCase,
    what: str,
    action: Action,
    form: FormView,
    status: int = 200,
    *,
    overtaken: bool = False,
) -> Page:
    policy = policies.load()
    context = {
        **_page_context(case.year, case.member),
        "case": case,
        "name": register.member_names([case.member]).get(case.member, ""),
        "what": what,
        "about": action,
        "title": action.title,
        "form": form,
        "overtaken": overtaken,
        "cpd": rules.of_year(case.year, policy),
        "notices": [(one.id, _called(case, one)) for one in _for(what, case)],
        "unserved": [one for one in rules.asked_by(case) if one.service is None],
        "unshown": reviews.unproven(case, policy) if what == "review" else (),
        "grounds": list(GROUNDS.items()),
        "outcomes": [(one, STATES[one]) for one in reviews.OUTCOMES],
        "referrals": [(one, STATES[one]) for one in reviews.REFERRALS],
        "ways": ((Way.PERSONAL, "Handed over in person"), (Way.MAIL, "Posted by prepaid mail")),
    }
    return Page("cpd/desk/act.html", context, status)


def _called(case: AuditCase, notice: Notice) -> str:
    """Return the label of a notice where one of several is chosen."""
    place = case.notices.index(notice) + 1
    return f"Notice {place}, made {rules.in_words(notice.made_on)}"
