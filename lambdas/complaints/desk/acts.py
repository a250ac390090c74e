"""What can be done with a case: each action a form of its own, at an address of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from lambdas.complaints.desk.app import CASE, OFFICERS, REGISTRAR, acting, app, at, officer
from lambdas.complaints.desk.queue import shared
from signet.complaints.desk import access, messages, notes, people, stages
from signet.complaints.desk.context import CaseVersion, Officer, case_of, record_opening
from signet.complaints.desk.gates import Direction, bodies, may_enter, may_publish
from signet.complaints.model import Case
from signet.errors import Conflict, FieldError, Invalid
from signet.policy.complaints import Outcome
from signet.web.answer import Answer, Page, SeeOther
from signet.web.app import Needs
from signet.web.form_view import FormView
from signet.web.forms import read
from signet.web.request import Request, id_of

if TYPE_CHECKING:
    from lambdas.complaints.desk import forms

Do = Callable[[Officer, CaseVersion, Any], None]


class Action(NamedTuple):
    """An action on a case: its form by name, the page's title, the button's label, who may do it.

    `fits` tells whether to offer it for a case in its present state; `leaves` tells that the
    officer may lose access to the case by it.
    """

    asks: str
    title: str
    button: str
    do: Do
    fits: Callable[[Officer, Case], bool] = lambda by, case: True
    needs: Needs = OFFICERS
    leaves: bool = False

    @property
    def form(self) -> type[forms.OnCase]:
        """Return the form's model."""
        return form_called(self.asks)


def form_called(name: str) -> type[forms.OnCase]:
    """Return the model of a form, imported on demand because few requests use one."""
    from lambdas.complaints.desk import forms

    form: type[forms.OnCase] = getattr(forms, name)
    return form


def _open(by: Officer, case: Case) -> bool:
    del by
    return case.closed_on is None


def _direction(submitted: forms.Decision) -> Direction | None:
    """Return the direction that a form states. Raises Invalid if half of it is missing."""
    if submitted.directed_by and submitted.directed_on:
        return Direction(submitted.directed_by, submitted.directed_on)
    if submitted.directed_on:
        raise Invalid(FieldError("directed_by", "Choose which body directed it"), rule="STA-6")
    if submitted.directed_by:
        raise Invalid(
            FieldError("directed_on", "Enter the day on which it was directed"), rule="STA-6"
        )
    return None


def _outcomes(by: Officer, case: Case) -> list[Outcome]:
    """Return the outcomes that may be recorded at a case's stage."""
    known = by.rules.outcomes.values()
    still = case.closed_on or case.adjourned_on
    return [] if still else [one for one in known if case.stage in one.stages]


ACTS = {
    "assign": Action(
        "Assign",
        "Manage the case",
        "Assign it",
        lambda by, seen, said: people.assign(by, seen, said.account),
        _open,
    ),
    "note": Action(
        "Note",
        "Add a note",
        "Keep the note",
        lambda by, seen, said: notes.note(by, seen, said.text),
    ),
    "ask": Action(
        "Question",
        "Ask the complainant",
        "Send the question",
        lambda by, seen, said: notes.ask(by, seen, said.text),
        _open,
    ),
    "message": Action(
        "Message",
        "Write to the complainant",
        "Send the message",
        lambda by, seen, said: notes.send_message(by, seen, said.text),
    ),
    "told": Action(
        "RespondentTold",
        "Record that the respondent was told",
        "Record it",
        lambda by, seen, said: messages.record_respondent_told(by, seen, said.on, said.words),
        lambda by, case: case.settled and not case.closed_on,
    ),
    "move": Action(
        "Move",
        "Move the case",
        "Move it",
        lambda by, seen, said: stages.move(by, seen, said.to, said.words, said.message),
        lambda by, case: not case.adjourned_on,
    ),
    "outcome": Action(
        "Decision",
        "Record the outcome",
        "Record it",
        lambda by, seen, said: stages.decide(by, seen, said.outcome, said.words, _direction(said)),
        lambda by, case: bool(_outcomes(by, case)),
    ),
    "panel": Action(
        "Panel",
        "Name the panel",
        "Name them",
        lambda by, seen, said: people.name_panel(by, seen, people.read_numbers(said.numbers)),
        _open,
        REGISTRAR,
    ),
    "adjourn": Action(
        "Because",
        "Adjourn while before a court",
        "Adjourn it",
        lambda by, seen, said: stages.adjourn(by, seen, said.words),
        lambda by, case: not case.adjourned_on and not case.closed_on,
        REGISTRAR,
    ),
    "resume": Action(
        "Because",
        "Resume the case",
        "Resume it",
        lambda by, seen, said: stages.resume(by, seen, said.words),
        lambda by, case: bool(case.adjourned_on),
        REGISTRAR,
    ),
    "publish": Action(
        "Directed",
        "Record that publication is directed",
        "Record it",
        lambda by, seen, said: stages.direct_publication(
            by, seen, Direction(said.by, said.on), said.words
        ),
        lambda by, case: not case.published and not may_publish(by.rules, case),
        REGISTRAR,
    ),
    "recuse": Action(
        "Recuse",
        "Recuse an officer",
        "Recuse",
        lambda by, seen, said: people.recuse(by, seen, said.account, said.words),
        leaves=True,
    ),
    "hold": Action(
        "Because",
        "Set a legal hold",
        "Set the hold",
        lambda by, seen, said: stages.hold(by, seen, said.words, held=True),
        lambda by, case: not case.hold,
        REGISTRAR,
    ),
    "release": Action(
        "Because",
        "Lift the legal hold",
        "Lift the hold",
        lambda by, seen, said: stages.hold(by, seen, said.words, held=False),
        lambda by, case: case.hold,
        REGISTRAR,
    ),
}


def possible(by: Officer, case: Case) -> list[tuple[str, str]]:
    """Return what this officer can do with a case in its present state, as (address, title)."""
    links = [
        (at("cases", case.id, name), action.title)
        for name, action in ACTS.items()
        if action.fits(by, case) and (action.needs is OFFICERS or by.registrar)
    ]
    return [*links, *_further(by, case)]


def _further(by: Officer, case: Case) -> Iterator[tuple[str, str]]:
    """Yield the actions that have pages of their own."""
    yield at("cases", case.id, "letter"), "Write a letter"
    if not access.reasons_against(by, case):
        yield at("cases", case.id, "access"), "Let a respondent read and answer online"
    if not case.closed_on:
        title = "Correct who it is about" if case.known else "Record who it is on the register"
        yield at("cases", case.id, "identify"), title
    if case.entering:
        yield at("cases", case.id, "entry"), "See the entry waiting for approval"
    elif case.outcome and not may_enter(by.rules, case):
        yield at("cases", case.id, "entry"), "Propose the entry in the register"
    if by.registrar and case.keep_until and case.keep_until < by.today and not case.hold:
        yield at("cases", case.id, "erase"), "Erase the case"


def _ask(name: str, action: Action) -> None:
    @app.get(f"{CASE}{name}/", action.needs)
    def ask(request: Request, case: str) -> Answer:
        """Show the form of an action, for the current version of the case."""
        return action_page(request, case, name)

    @app.post(f"{CASE}{name}/", action.needs)
    def do(request: Request, case: str) -> Answer:
        """Do the action on the version of the case that the form's page showed."""
        by = acting(request)
        try:
            submitted = read(action.form, request.form)
            action.do(by, CaseVersion(id_of(case), submitted.version), submitted)
        except (Invalid, Conflict) as error:
            return action_page(request, case, name, error)
        own = action.leaves and getattr(submitted, "account", "") == by.account
        return SeeOther(at() if own else at("cases", case))


for _name, _action in ACTS.items():
    _ask(_name, _action)


def action_page(
    request: Request, id_: str, name: str, error: Invalid | Conflict | None = None
) -> Page:
    """Show an action's form: empty, or again with what was typed and the errors."""
    by, action = officer(request), ACTS[name]
    record_opening(by, id_of(id_), "complaint-form-opened", form=name)
    case = case_of(by, id_)
    form = (
        form_again(action.form, request, case, error)
        if error
        else _blank(action, by, case, request)
    )
    context = {
        **shared(by),
        "case": case,
        "what": name,
        "about": action,
        "title": action.title,
        "form": form,
        **_choices(by, case, name),
    }
    return Page("complaints/desk/act.html", context, error.status if error else 200)


def form_again(
    form: type[forms.OnCase], request: Request, case: Case, error: Invalid | Conflict
) -> FormView:
    """Return a form as it was submitted, with its errors.

    After a conflict the second editor's input is preserved: the form now names the current version
    of the case, so that it can be submitted once the officer has looked at that.
    """
    if isinstance(error, Invalid):
        return FormView.again(form, request.form, error, request.operation_id)
    invalid = Invalid(message=f"{error.message} What you typed is still here.")
    return FormView.again(
        form, {**request.form, "version": [str(case.version)]}, invalid, request.new_id()
    )


def _blank(action: Action, by: Officer, case: Case, request: Request) -> FormView:
    values = {"version": [str(case.version)]}
    if action.asks in ("Assign", "Recuse"):
        values["account"] = [by.account]
    if action.asks == "Panel":
        values["numbers"] = ["\n".join(case.panel)]
    return FormView(action.form, values, (), request.new_id())


def _choices(by: Officer, case: Case, name: str) -> dict[str, Any]:
    """Return the choices that a form needs beside its model: stages, outcomes, officers."""
    if name == "move":
        known = by.rules.stages
        free = stages.moves(by, case)
        return {
            "stages": [(one.code, one.name, one.told) for one in free],
            "others": [known[code] for code in known[case.stage].to if known[code] not in free],
        }
    if name == "outcome":
        return {
            "outcomes": [(one.code, one.name, _needs(one)) for one in _outcomes(by, case)],
            "bodies": _bodies(by, case),
        }
    if name == "publish":
        return {"bodies": _bodies(by, case)}
    if name in ("assign", "recuse"):
        listed = people.officers() if by.registrar else ()
        others = [(one.id, one.email) for one in listed if one.id != by.account]
        return {"officers": [(by.account, "Myself"), *others]}
    return {}


def _needs(outcome: Outcome) -> str:
    """Return what an outcome needs beside its stage, as the hint of its choice."""
    needs = [
        *(["a panel"] if outcome.panel else ()),
        *(["a direction"] if outcome.direction else ()),
    ]
    return f"Needs {' and '.join(needs)}." if needs else ""


def _bodies(by: Officer, case: Case) -> list[tuple[str, str]]:
    return [(one.code, one.name) for one in bodies(by.rules, case)]
