"""One record at the desk: all that is kept about it, and voiding entries."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from lambdas.register.desk import about, forms, later, words
from lambdas.register.desk.shared import DESK, OFFICERS, app, at, context, officer
from signet.accounts import actions as accounts
from signet.cpd import conflicts
from signet.errors import Invalid, NotAllowed, NotFound, Refused
from signet.policy import Policy
from signet.proposals import actions, rules
from signet.proposals.model import ProposalContext
from signet.proposals.preparing import answering, name_of
from signet.register import adding, fold
from signet.register import reading as members
from signet.register.model import Entry, PermitRecord, Subject
from signet.transactions import audit
from signet.transactions.audit import Audit
from signet.web.answer import Answer, Page, SeeOther
from signet.web.form_view import FormView
from signet.web.forms import read
from signet.web.request import Request, whole_number

RECORD = f"{DESK}records/<subject>/<number>/"
A_PAGE = 25  # entries


def entries_of_record(
    by: ProposalContext, subject: str, number: str, *, may_be_new: bool = False
) -> tuple[Subject, list[Entry]]:
    """Return a record's entries, the last recorded first, after logging the viewing.

    Raises NotFound where there is no such record, unless it may be new; NotAllowed for the
    officer's own, and for a member from whose record they are recused.
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
    if kind == "member":
        conflicts.check(by.account, by.member, [number])
    audit.note(Audit(f"{kind}#{number}", "record-seen", by.account, by.now), by.operation)
    return kind, sorted(entries, key=lambda one: (one.recorded_at, one.id), reverse=True)


@app.get(RECORD, OFFICERS)
def show_record(request: Request, subject: str, number: str) -> Answer:
    """Show all that is on file about a record; its entries a page at a time, the last one first."""
    by = officer(request)
    kind, entries = entries_of_record(by, subject, number)
    page, pages = _page(request.query.get("page", ""), len(entries))
    shown = entries[(page - 1) * A_PAGE : page * A_PAGE]
    held, corrected = _beside(entries, by.policy)
    looks = about.looks(by, kind, number)
    more = {
        "subject": kind,
        "number": number,
        "name": name_of(by, entries),
        "entries": [
            (
                words.what(kind, one.kind, one.data, by.policy),
                one,
                words.fields(kind, one.data, by.policy),
            )
            for one in shown
        ],
        "coming": [
            (words.what(kind, one.kind, one.data, by.policy), one)
            for one in later.coming(entries, by.today)
        ],
        "held": held,
        "corrected": corrected,
        "page": page,
        "pages": pages,
        "per_page": A_PAGE,
        "counted_entries": len(entries),
        "looks": looks,
        "names": accounts.names({one.by for one in looks} | {one.entered_by for one in shown}),
        "most": about.MOST,
        "at_once": about.AT_ONCE,
        "at": at("records", subject, number),
        "today": by.today,
    }
    context_of = _of_member if kind == "member" else _of_permit
    more |= context_of(by, number, entries)
    return Page("register/desk/record.html", context(request, f"Record {number}", more))


def _page(text: str, entries: int) -> tuple[int, int]:
    """Return the page that is asked for, and how many there are. Raises NotFound for another."""
    pages = max(1, -(-entries // A_PAGE))
    page = whole_number(text or "1")
    if page is None or not 1 <= page <= pages:
        raise NotFound
    return page, pages


class Beside(NamedTuple):
    """An entry that another one refers to: its kind in words, and its address."""

    words: str
    entry: Entry
    at: str


def _beside(entries: list[Entry], policy: Policy) -> tuple[dict[str, Beside], dict[str, Beside]]:
    """Return every entry by its id, and what corrects an entry by the id of that."""
    by_id = {
        one.id: Beside(
            words.what(one.subject, one.kind, one.data, policy),
            one,
            f"?page={at // A_PAGE + 1}#{one.id}",
        )
        for at, one in enumerate(entries)
    }
    return by_id, {one.corrects: by_id[one.id] for one in reversed(entries) if one.corrects}


def _of_member(by: ProposalContext, number: str, entries: list[Entry]) -> dict[str, Any]:
    record = fold.member(entries, by.today)
    of_cpd = about.at_cpd(by)
    asked = about.asked(by, "member", number)
    sent = about.letters("member", number, asked)
    sent += about.notices(by, number) if of_cpd else []
    return {
        "facts": words.member_facts(record, by.policy) if record else [],
        "limits": about.limits_of(record, by.policy, by.today) if record else (),
        "contacts": about.reached(by, number) if about.may_see_contacts(by) else None,
        "requests": asked,
        "sent": sorted(sent, key=lambda one: one.made_on, reverse=True),
        "cpd": about.cpd_year(by, number) if of_cpd else None,
    }


def _responsible(record: PermitRecord) -> list[tuple[str, str, date, str]]:
    """Return who answers for a permit: number, name, since when, and their file's address."""
    answering_now = record.answering()
    names = members.member_names([one.member for one in answering_now]) if answering_now else {}
    return [
        (one.member, names.get(one.member, ""), one.since, at("records", "member", one.member))
        for one in answering_now
    ]


def _of_permit(by: ProposalContext, number: str, entries: list[Entry]) -> dict[str, Any]:
    record = fold.permit(entries, by.today, by.policy)
    asked = about.asked(by, "permit", number)
    return {
        "facts": words.permit_facts(record, by.policy) if record else [],
        "responsible": _responsible(record) if record else [],
        "limits": (),
        "contacts": None,
        "requests": asked,
        "sent": about.letters("permit", number, asked),
        "cpd": None,
    }


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
    hint = f"{values.rstrip('.')}." if values else ""
    when = entry.effective_on.isoformat()
    title = words.what(subject, entry.kind, entry.data, by.policy)
    return entry.id, f"{title}, effective {words.plain_day(when)}", hint


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
