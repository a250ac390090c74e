"""One record at the desk: its entries, and voiding them."""

from __future__ import annotations

from lambdas.register.desk import forms, words
from lambdas.register.desk.shared import DESK, OFFICERS, app, at, context, officer
from signet.errors import Invalid, NotAllowed, NotFound, Refused
from signet.proposals import actions, rules
from signet.proposals.model import ProposalContext
from signet.proposals.preparing import answering, name_of
from signet.register import adding
from signet.register.model import Entry, Subject
from signet.transactions import audit
from signet.transactions.audit import Audit
from signet.web.answer import Answer, Page, SeeOther
from signet.web.form_view import FormView
from signet.web.forms import read
from signet.web.request import Request

RECORD = f"{DESK}records/<subject>/<number>/"


def entries_of_record(
    by: ProposalContext, subject: str, number: str, *, may_be_new: bool = False
) -> tuple[Subject, list[Entry]]:
    """Return a record's entries, the last recorded first, after logging the viewing.

    Raises NotFound where there is no such record, unless it may be new; NotAllowed for the
    officer's own.
    """
    kind: Subject = "permit" if subject == "permit" else "member"
    entries = adding.held(kind, number).entries if subject in ("member", "permit") else []
    if not entries and may_be_new:
        return kind, []
    if not entries:
        raise NotFound("There is no such record on the register.")
    own = {number} if kind == "member" else answering(by, entries)
    if by.member and by.member in own:
        raise NotAllowed(rules.CONCERNS_YOU)
    audit.note(Audit(f"{kind}#{number}", "record-seen", by.account, by.now), by.operation)
    return kind, sorted(entries, key=lambda one: (one.recorded_at, one.id), reverse=True)


@app.get(RECORD, OFFICERS)
def show_record(request: Request, subject: str, number: str) -> Answer:
    """Show a record's entries, the last recorded first, and which entries undo others."""
    by = officer(request)
    kind, entries = entries_of_record(by, subject, number)
    undone = {one.corrects for one in entries if one.corrects}
    more = {
        "subject": kind,
        "number": number,
        "name": name_of(by, entries),
        "entries": [
            (words.kind(one.kind), one, words.fields(kind, one.data, by.policy)) for one in entries
        ],
        "undone": undone,
        "at": at("records", subject, number),
    }
    return Page("register/desk/record.html", context(request, f"Record {number}", more))


@app.get(f"{RECORD}take-back/", OFFICERS)
def ask_voiding(request: Request, subject: str, number: str) -> Answer:
    """Ask which entries are undone, and why; those recorded with the chosen one are preselected."""
    by = officer(request)
    kind, entries = entries_of_record(by, subject, number)
    chosen = request.query.get("entry", "")
    together = {one.recorded_at for one in entries if one.id == chosen}
    values = {"entries": [one.id for one in entries if one.recorded_at in together]}
    form = FormView(forms.VoidEntries, values, (), request.new_id())
    return _take_back_page(request, by, kind, number, entries, form)


def _take_back_page(
    request: Request,
    by: ProposalContext,
    subject: Subject,
    number: str,
    entries: list[Entry],
    form: FormView,
    status: int = 200,
) -> Page:
    undone = {one.corrects for one in entries}
    more = {
        "form": form,
        "choices": [
            _choice(by, subject, one)
            for one in entries
            if one.id not in undone and one.kind != "voided"
        ],
        "name": name_of(by, entries),
        "number": number,
        "at": at("records", subject, number),
    }
    above = (f"Record {number}", at("records", subject, number))
    page_context = context(request, "Void an entry", more, above)
    return Page("register/desk/take_back.html", page_context, status)


def _choice(by: ProposalContext, subject: str, entry: Entry) -> tuple[str, str, str]:
    values = "; ".join(f"{label}: {v}" for label, v in words.fields(subject, entry.data, by.policy))
    hint = f"{values}. " if values else ""
    when = entry.effective_on.isoformat()
    return entry.id, f"{words.kind(entry.kind)}, effective {words.plain_day(when)}", hint


@app.post(f"{RECORD}take-back/", OFFICERS)
def void_entries(request: Request, subject: str, number: str) -> Answer:
    """Propose the correction that undoes entries."""
    by = officer(request)
    kind, entries = entries_of_record(by, subject, number)
    try:
        submitted = read(forms.VoidEntries, request.form)
        proposal_id = actions.void(
            by,
            kind,
            number,
            submitted.entries,
            authority=submitted.authority,
            reason=submitted.reason,
        )
    except (Invalid, Refused) as error:
        invalid = error if isinstance(error, Invalid) else Invalid(message=error.message)
        form = FormView.again(forms.VoidEntries, request.form, invalid, request.operation_id)
        return _take_back_page(request, by, kind, number, entries, form, error.status)
    return SeeOther(f"{at('proposals', proposal_id)}?saved=proposed")
