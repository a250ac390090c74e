"""Proposing an entry: choose its kind, fill in its fields, look at what changes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from lambdas.register.desk import asking, later, words
from lambdas.register.desk.asking import About, Asking
from lambdas.register.desk.records import RECORD, entries_of_record
from lambdas.register.desk.shared import OFFICERS, app, at, context, officer
from lambdas.register.recusals import recusals
from signet.errors import FieldError, Invalid, NotFound, Refused
from signet.proposals import actions, alone, preparing, rules
from signet.proposals.model import REGISTER_DESK, NewProposal, ProposalContext, Wanted
from signet.proposals.preparing import name_of
from signet.register import actions as register
from signet.register import worded
from signet.register.kinds import BEGINS, WORDS
from signet.register.model import Entry, Subject
from signet.register.payloads import NUMBER, PayloadError
from signet.text import TextProblem
from signet.web.answer import Answer, Page, SeeOther
from signet.web.form_view import FormView
from signet.web.forms import read
from signet.web.request import Request

ENTER = f"{RECORD}enter/"


@app.get(ENTER, OFFICERS)
def choose(request: Request, subject: str, number: str) -> Answer:
    """Ask which kind of entry is proposed, or what a corrected entry should have been."""
    by = officer(request)
    kind, entries = entries_of_record(by, subject, number)
    wrong = _corrected(entries, request.query.get("corrects", ""))
    more = {
        "groups": _groups(kind, wrong),
        "wrong": wrong,
        "wrong_kind": words.what(kind, wrong.kind, wrong.data, by.policy) if wrong else "",
        "query": f"?corrects={wrong.id}" if wrong else "",
        "same": wrong.kind.replace("_", "-") if wrong else "",
        "subject": kind,
        "name": name_of(by, entries),
        "number": number,
        "at": f"{at('records', subject, number)}enter/",
    }
    title = "Correct an entry" if wrong else "Propose an entry"
    above = (f"Record {number}", at("records", subject, number))
    return Page("register/desk/choose.html", context(request, title, more, above))


def _corrected(entries: Sequence[Entry], id_: str) -> Entry | None:
    """Return the entry that is corrected, None for none. Raises NotFound if it doesn't exist."""
    if not id_:
        return None
    for one in entries:
        if one.id == id_:
            return one
    raise NotFound("There is no such entry on this record.")


def _groups(subject: Subject, wrong: Entry | None) -> dict[str, list[tuple[str, str]]]:
    """Return the words of a kind of record by group.

    Those that begin a record are offered only to correct an entry that began one.
    """
    groups: dict[str, list[tuple[str, str]]] = {}
    for label, word in WORDS[subject].items():
        begins = word.kind in BEGINS
        if not begins or (wrong is not None and wrong.kind in BEGINS):
            groups.setdefault(word.group, []).append((label, word.title))
    return groups


class _Asked(NamedTuple):
    """Who proposes which kind of entry for which record, with the form's context."""

    by: ProposalContext
    subject: Subject
    number: str
    asking: Asking

    @property
    def name(self) -> str:
        return name_of(self.by, list(self.asking.entries)) or f"A new {self.subject}"

    @property
    def record_at(self) -> str:
        return at("records", self.subject, self.number)


def _asked(request: Request, subject: str, number: str, word: str) -> _Asked:
    """Return the context of a request.

    Raises NotFound for a word or a record that doesn't exist, NotAllowed for the officer's own.
    """
    by = officer(request)
    kind: Subject = "permit" if subject == "permit" else "member"
    asking_form = asking.asked(kind, word, (), by.policy)
    if asking_form is None or subject not in ("member", "permit"):
        raise NotFound
    begins = asking_form.word.kind in BEGINS and NUMBER.fullmatch(number) is not None
    _, entries = entries_of_record(by, subject, number, may_be_new=begins)
    stored = asking.asked(kind, word, entries[::-1], by.policy)
    return _Asked(by, kind, number, stored or asking_form)


@app.get(f"{ENTER}<word>/", OFFICERS)
def ask(request: Request, subject: str, number: str, word: str) -> Answer:
    """Show the form of the entry."""
    entry_form = _asked(request, subject, number, word)
    corrects = request.query.get("corrects", "")
    _corrected(entry_form.asking.entries, corrects)
    values = entry_form.asking.beginning(request.today, corrects)
    form = FormView(entry_form.asking.model, values, (), request.new_id())
    return _form_page(request, entry_form, form)


def _form_page(
    request: Request,
    found: _Asked,
    form: FormView,
    slips: Sequence[tuple[str, str]] = (),
    status: int = 200,
) -> Page:
    word = found.asking.word
    title = word.title or words.kind(word.kind)
    more = {
        "form": form,
        "asked": found.asking.views(form),
        "slips": slips,
        "emergency": _may_be_urgent(found),
        "later": _later(found, form),
        "hours": found.by.policy.proposals.emergency.hours,
        "subject": found.subject,
        "name": found.name,
        "number": found.number,
        "at": found.record_at,
        "action": f"{found.record_at}enter/{found.asking.name}/",
    }
    above = [(f"Record {found.number}", found.record_at)] if found.asking.entries else []
    return Page("register/desk/ask.html", context(request, title, more, *above), status)


def _later(found: _Asked, form: FormView) -> list[tuple[str, str]]:
    """Return the statuses of later days that can be voided together with a change of status."""
    if found.asking.word.kind != "status_changed":
        return []
    choices = later.statuses(found.asking.entries, found.by.policy, found.by.today)
    return [one for one in choices if one[0] != form.field("corrects").value]


def _may_be_urgent(found: _Asked) -> bool:
    """Tell whether an entry of this word may be entered in an emergency."""
    word = found.asking.word
    if word.kind != "status_changed":
        return word.kind in found.by.policy.proposals.emergency.kinds
    return word.data.get("status", "suspended") in found.by.policy.proposals.emergency.statuses


@app.post(f"{ENTER}<word>/", OFFICERS)
def enter(request: Request, subject: str, number: str, word: str) -> Answer:
    """Show what would change; once that was looked at, propose it or enter it at once."""
    entry_form = _asked(request, subject, number, word)
    model = entry_form.asking.model
    wrong: list[tuple[str, TextProblem]] = []
    try:
        submitted = read(model, request.form)
        if submitted.do == asking.CHANGE:
            form = FormView(model, request.form, (), request.operation_id)
            return _form_page(request, entry_form, form, asking.slips(submitted.accept))
        new = _new(entry_form, submitted, wrong)
        if submitted.do == asking.PROPOSE:
            proposal_id = _write(entry_form.by, new, submitted)
            return SeeOther(
                f"{at('proposals', proposal_id)}?saved={_how(entry_form, new, submitted)}"
            )
        return _preview(request, entry_form, submitted, new)
    except (Invalid, Refused) as error:
        invalid = error if isinstance(error, Invalid) else Invalid(message=error.message)
        form = FormView.again(model, request.form, invalid, request.operation_id)
        taken = [*request.form.get("accept", ()), *(one.kind for _, one in wrong)]
        return _form_page(request, entry_form, form, asking.slips(taken), error.status)


def _how(found: _Asked, new: NewProposal, submitted: About) -> str:
    if submitted.emergency:
        return "emergency"
    return "proposed" if _takes_two(found.by, new) else "entered"


def _takes_two(by: ProposalContext, new: NewProposal) -> bool:
    """Tell whether the policy asks for a second officer's approval."""
    return any(rules.needs_two(by.policy, one.subject, one.entries) for one in new.records)


def _new(found: _Asked, submitted: About, wrong: list[tuple[str, TextProblem]]) -> NewProposal:
    """Return the proposal. Raises Invalid, with the problems of texts in `wrong`."""
    if submitted.emergency and not submitted.why:
        raise Invalid(FieldError("why", "Say why it can’t wait for a second officer"))
    for field in found.asking.fields:
        if found.asking.reasoned(field) and not getattr(submitted, field.name):
            raise Invalid(FieldError(field.name, "Choose a reason"))
    stored = found.asking.entries
    _corrected(stored, submitted.corrects)
    data = asking.data_of(found.asking, submitted)
    meant = worded.Said(found.asking.word, data, submitted.effective_on, submitted.corrects)
    entries: list[register.Proposal] = []
    try:
        for one in worded.proposals(found.subject, meant, stored, found.by.policy):
            proposal, found_wrong = worded.in_form(found.subject, one, submitted.accept)
            entries.append(proposal)
            wrong += found_wrong
    except PayloadError as error:
        raise Invalid(*asking.payload_errors(found.asking, error)) from error
    if wrong:
        raise Invalid(*asking.text_errors(found.asking, wrong))
    if not submitted.emergency:  # which voids them by itself
        entries += later.voids(stored, submitted.undo, found.by.today)
    return NewProposal(
        records=[Wanted(found.subject, found.number, entries)],
        authority=submitted.authority,
        source=REGISTER_DESK,
        evidence=submitted.evidence,
    )


def _preview(request: Request, found: _Asked, submitted: About, new: NewProposal) -> Page:
    """Show what would be entered, and what the public would see."""
    asked = new.records[0].entries
    if submitted.emergency and not all(rules.is_emergency(found.by.policy, one) for one in asked):
        raise Refused("Only a suspension or a condition can be entered in an emergency.")
    if submitted.emergency:
        new = alone.in_emergency(found.by, new)
    content = preparing.content_of(found.by, new)
    (record,) = content.records
    more = {
        "content": content,
        "record": record,
        "entries": [
            (
                words.what(found.subject, one.kind, one.data, found.by.policy),
                one,
                [
                    *words.fields(found.subject, one.data, found.by.policy),
                    *words.replaced(one, found.asking.entries, found.by.policy),
                ],
            )
            for one in record.entries
        ],
        "ended_by": later.ended_by(
            found.asking.entries, record.entries, found.by.policy, found.by.today
        ),
        "urgent": submitted.why if submitted.emergency else "",
        "alone": submitted.emergency or not _takes_two(found.by, new),
        "hours": found.by.policy.proposals.emergency.hours,
        "act": request.operation_id,
        "carried": _corrected_values(request, asked[0]),
        "name": record.name or found.name,
        "subject": found.subject,
        "number": found.number,
        "at": found.record_at,
        "action": f"{found.record_at}enter/{found.asking.name}/",
    }
    above = [(f"Record {found.number}", found.record_at)] if found.asking.entries else []
    title = "Check before you enter it" if more["alone"] else "Check before you propose it"
    return Page("register/desk/preview.html", context(request, title, more, *above))


def _corrected_values(request: Request, entry: register.Proposal) -> list[tuple[str, str]]:
    """Return what was typed, to be carried through the preview as hidden fields.

    The name that a condition got is among it, so that submitted again it is the same condition.
    """
    fields = dict(request.form)
    if entry.kind == "condition_imposed":
        fields["condition"] = [str(entry.data["condition"])]
    return [
        (name, value)
        for name, values in fields.items()
        if name not in ("act", "do")
        for value in values
    ]


def _write(by: ProposalContext, new: NewProposal, submitted: About) -> str:
    if submitted.emergency:
        alone.enter_in_emergency(by, new, submitted.why, recusals)
    elif _takes_two(by, new):
        return actions.propose(by, new)
    else:
        alone.enter_as_one(by, new)
    return by.operation
