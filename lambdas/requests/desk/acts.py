"""What can be done with a request: each action a form of its own, at an address of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from lambdas.requests.desk import forms
from lambdas.requests.desk.app import DESK, OFFICERS, ONE, acting, app, at, case_of, context, may
from signet.accounts import store as accounts
from signet.accounts.model import Role
from signet.errors import Invalid, NotFound
from signet.letters.service import Service, Way
from signet.publish.proposed import PageComparison
from signet.requests import approval, deciding, letters, serving
from signet.requests.deciding import Seen
from signet.requests.operation import Case
from signet.requests.stage import Stage, Status, number_of
from signet.transactions.context import Context
from signet.web.answer import Answer, Page, SeeOther
from signet.web.form_view import FormView, blank, shaped
from signet.web.forms import read
from signet.web.request import Request

Do = Callable[[Context, Seen, Case, Any], None]
OPEN = frozenset(Stage) - {Stage.DRAFT, Stage.APPROVED, Stage.REFUSED, Stage.WITHDRAWN}
EVERY = frozenset(Stage) - {Stage.DRAFT}
# What isn't offered for a request whose account was parted from the record.
GOES_ON = frozenset({"complete", "return", "refer", "approve", "refuse", "defer", "appeal"})


class Act(NamedTuple):
    """An action: its title and button, its form, in which stages, and whether deciders alone."""

    title: str
    button: str
    form: type[forms.Seen]
    stages: frozenset[Stage]
    do: Do
    deciders: bool = False
    about: str = ""


def _stages(*stages: Stage) -> frozenset[Stage]:
    return frozenset(stages)


def _approve(by: Context, seen: Seen, case: Case, given: Any) -> None:
    model = case.kind.decision
    added = (
        model.model_validate(given.model_dump(include=set(model.model_fields))) if model else None
    )
    changes = PageComparison(by.policy, by.today)
    deciding.approve(by, seen, given.text, given=added, difference=changes)


def _serve(by: Context, seen: Seen, _: Case, given: forms.Serve) -> None:
    serving.serve(by, seen, Service(given.way, given.on, within=not given.elsewhere))


ACTS: Mapping[str, Act] = {
    "complete": Act(
        "Find it complete",
        "It is complete",
        forms.Remark,
        _stages(Stage.COMPLETENESS),
        lambda by, seen, _, given: deciding.find_complete(by, seen, given.text),
    ),
    "return": Act(
        "Return it for what is missing",
        "Return it",
        forms.Return,
        _stages(Stage.COMPLETENESS, Stage.DECISION),
        lambda by, seen, _, given: deciding.send_back(by, seen, given.items, given.text),
    ),
    "approve": Act(
        "Approve it",
        "Approve",
        forms.Approve,
        _stages(Stage.DECISION),
        _approve,
        deciders=True,
        about="What it changes on the register waits for a second officer.",
    ),
    "refuse": Act(
        "Refuse it",
        "Refuse",
        forms.Refuse,
        _stages(Stage.DECISION),
        lambda by, seen, _, given: deciding.refuse(by, seen, given.reasons, given.text),
        deciders=True,
    ),
    "defer": Act(
        "Defer it",
        "Defer",
        forms.Defer,
        _stages(Stage.DECISION),
        lambda by, seen, _, given: deciding.defer(by, seen, given.until, given.reasons, given.text),
        deciders=True,
    ),
    "refer": Act(
        "Refer it with a question",
        "Refer it",
        forms.Refer,
        _stages(Stage.COMPLETENESS, Stage.DECISION),
        lambda by, seen, _, given: deciding.refer(by, seen, given.text),
    ),
    "serve": Act(
        "Record how the letter was served",
        "Record it",
        forms.Serve,
        EVERY,
        _serve,
        about="Days to appeal count from service. Mail is presumed served some days later.",
    ),
    "arrived": Act(
        "Record that the letter is proved to have arrived",
        "Record it",
        forms.Arrived,
        EVERY,
        lambda by, seen, _, given: serving.prove(by, seen, given.on),
        about="It is served on that day, whatever is presumed.",
    ),
    "came-back": Act(
        "Record that the letter came back",
        "It came back",
        forms.CameBack,
        EVERY,
        lambda by, seen, *_: serving.prove(by, seen, None),
        about="Then it isn’t served, and no days to appeal run. Serve it again.",
    ),
    "appeal": Act(
        "Decide the appeal",
        "Decide",
        forms.AppealDecision,
        _stages(Stage.APPEAL),
        lambda by, seen, _, given: deciding.decide_appeal(
            by, seen, upheld=given.upheld, text=given.text
        ),
        deciders=True,
    ),
    "not-enter": Act(
        "Don’t enter it",
        "Send it back",
        forms.Why,
        _stages(Stage.APPROVAL),
        lambda by, seen, _, given: approval.refuse(by, seen.id, seen.version, given.text),
        deciders=True,
        about="It goes back to those who decide.",
    ),
    "assign": Act(
        "Assign it",
        "Assign",
        forms.Assign,
        OPEN,
        lambda by, seen, _, given: deciding.assign(by, seen, given.assignee),
    ),
    "note": Act(
        "Add a note",
        "Save the note",
        forms.Note,
        EVERY,
        lambda by, seen, _, given: deciding.note(by, seen, given.text),
    ),
    "hold": Act(
        "Put it on hold",
        "Hold it",
        forms.Why,
        OPEN,
        lambda by, seen, _, given: deciding.hold(by, seen, given.text),
    ),
    "release": Act(
        "Go on with it",
        "Go on",
        forms.Remark,
        OPEN,
        lambda by, seen, _, given: deciding.release(by, seen, given.text),
    ),
    "close": Act(
        "Close it: the account isn’t the member’s any more",
        "Close it",
        forms.Why,
        OPEN,
        lambda by, seen, _, given: deciding.close(by, seen, given.text),
        about="Nothing is decided, and nobody gets a letter. The account is told by e-mail.",
    ),
    "recuse": Act(
        "I have a conflict of interest",
        "I take no part in it",
        forms.Why,
        EVERY,
        lambda by, seen, _, given: deciding.recuse(by, seen, given.text),
        about="From then on you neither see this request nor act on it.",
    ),
}


def possible(request: Request, case: Case, *, parted: bool) -> list[tuple[str, str]]:
    """Return what the officer can do with a request now: (address, title).

    `parted`: the account that asks was parted from the record; nothing is decided then.
    """
    standing = case.standing
    decides = may(request, case, case.policy.deciders)
    on_hold = Status.ON_HOLD in standing.statuses
    left_out = {"release"} if not on_hold else {"hold", "approve", "refuse", "defer"}
    left_out |= GOES_ON if parted else {"close"}
    left_out |= _not_of_letter(case)
    return [
        (at(case.file.id, name), act.title)
        for name, act in ACTS.items()
        if standing.stage in act.stages and name not in left_out and (decides or not act.deciders)
    ]


def _not_of_letter(case: Case) -> set[str]:
    """Return the acts of service that the newest letter doesn't wait for (NOT-1)."""
    decided = letters.newest(case.file)
    letter = case.file.letter(number_of(case.file, decided)) if decided else None
    service = letter.service if letter else None
    if service is None or service.undelivered:
        unserved = letter is not None or Status.NOT_SERVED in case.standing.statuses
        return {"arrived", "came-back"} | (set() if unserved else {"serve"})
    presumed = service.way is Way.MAIL and service.proved_on is None
    return {"serve"} | (set() if presumed else {"arrived", "came-back"})


def _act(case: Case, what: str) -> Act:
    act = ACTS.get(what)
    if act is None or case.standing.stage not in act.stages:
        raise NotFound
    return act._replace(form=forms.approval_of(case.kind)) if what == "approve" else act


@app.get(f"{ONE}<what>/", OFFICERS)
def show_act(request: Request, id_: str, what: str) -> Answer:
    """Show the form of an action."""
    case = case_of(request, id_)
    act = _act(case, what)
    usual = {n: f.default for n, f in act.form.model_fields.items() if isinstance(f.default, str)}
    form = blank(act.form, request.new_id(), **{**usual, "seen": str(case.file.version)})
    return _page(case, what, act, form)


def _page(case: Case, what: str, act: Act, form: FormView, status: int = 200) -> Answer:
    fields = [one for one in shaped(form, _choices(case, what)) if one[1].name != "seen"]
    more = {"act": act, "form": form, "fields": fields, "action": at(case.file.id, what)}
    return Page("requests/desk/act.html", context(case, act.title, more), status)


def _choices(case: Case, what: str) -> Mapping[str, Sequence[tuple[str, str]]]:
    reasons = [(one.code, one.text) for one in case.policy.reasons]
    items = [(one.name, one.title) for one in case.kind.sections]
    items += [(one.code, one.title) for one in case.policy.documents]
    items += [(one.name, one.title) for one in case.kind.contributors]
    choices: dict[str, Sequence[tuple[str, str]]] = {"reasons": reasons, "items": items}
    if what == "assign":
        choices["assignee"] = _assignable(case)
    return choices


def _assignable(case: Case) -> list[tuple[str, str]]:
    roles = {Role(one) for one in (*case.policy.clerks, *case.policy.deciders)}
    ids = {id_ for role in roles for id_ in accounts.accounts_with(role)}
    return [(one.id, one.email) for one in deciding.assignable(case, accounts.accounts(ids))]


@app.post(f"{ONE}enter", OFFICERS)
def enter(request: Request, id_: str) -> Answer:
    """Enter what was approved, as a second officer."""
    case = case_of(request, id_)
    submitted = read(forms.Enter, request.form)
    approval.approve(acting(request), case.file.id, submitted.seen, submitted.hash)
    return SeeOther(f"{at(case.file.id)}?saved=enter")


@app.post(f"{ONE}<what>/", OFFICERS)
def do_act(request: Request, id_: str, what: str) -> Answer:
    """Do it, on the request as it was shown."""
    case = case_of(request, id_)
    act = _act(case, what)
    try:
        submitted = read(act.form, request.form)
        act.do(acting(request), Seen(case.file.id, submitted.seen), case, submitted)
    except Invalid as invalid:
        form = FormView.again(act.form, request.form, invalid, request.operation_id)
        return _page(case, what, act, form, invalid.status)
    back = DESK if what == "recuse" else at(case.file.id)
    return SeeOther(f"{back}?saved={what}")
