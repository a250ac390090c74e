"""A request's file at the desk: everything in it, and its documents."""

from __future__ import annotations

from datetime import date

from lambdas.register.desk import later, words
from lambdas.requests.answers import (
    letter_at,
    letter_file,
    letter_of,
    shown_answers,
    shown_sections,
)
from lambdas.requests.desk.acts import possible
from lambdas.requests.desk.app import OFFICERS, ONE, app, at, case_of, context, note_seen, officer
from lambdas.requests.desk.forms import Enter
from signet.accounts import persons
from signet.errors import NotFound
from signet.register import adding
from signet.register.model import Entry
from signet.requests import approval, drafting, letters, operation
from signet.requests.approval import Waiting
from signet.requests.model import Contribution
from signet.requests.operation import Case
from signet.uploads import actions as uploads
from signet.uploads import evidence, objects
from signet.web.answer import Answer, Page, SeeOther
from signet.web.form_view import blank
from signet.web.request import Request


@app.get(ONE, OFFICERS)
def show_file(request: Request, id_: str) -> Answer:
    """Show all that is in a request; that it was looked at is logged first."""
    case = case_of(request, id_)
    note_seen(request, case)
    by = officer(request)
    waiting = approval.waiting(by, case)
    owner = case.file.head.owner
    known = persons.of_ids(
        {*(event.by for event in case.file.events), case.standing.assignee, owner}
    )
    parted = operation.is_parted(case.file.head, known.get(owner))
    more = {
        "name": operation.name_of(by, case),
        "number": case.file.head.subject.removeprefix("member#"),
        "shown": shown_sections(case),
        "documents": _documents(request, case),
        "contributions": _contributions(case),
        "possible": possible(request, case, parted=parted),
        "parted": parted,
        "waiting": waiting,
        "entries": _entries(request, waiting),
        "ended_by": _ended_by(request, waiting),
        "enter": blank(
            Enter,
            request.new_id(),
            seen=str(case.file.version),
            hash=waiting.proposal.head.hash if waiting else "",
        ),
        "reasons": {one.code: one.text for one in case.policy.reasons},
        "names": {one.id: one.email for one in known.values()},
        "letters": [
            (
                one,
                letters.TITLES[one.what],
                letters.clock(one, case.policy),
                letter_at(at(case.file.id), one),
            )
            for one in reversed(case.file.letters)
        ],
        "saved": request.query.get("saved", ""),
        "today": request.today,
    }
    return Page("requests/desk/file.html", context(case, case.policy.title, more))


def _entries(
    request: Request, waiting: Waiting | None
) -> list[tuple[str, date, list[tuple[str, str]]]]:
    """Return what waits to be entered: the kind in words, its day, and its fields."""
    policy = request.context().policy
    return [
        (
            words.what(record.subject, one.kind, one.data, policy),
            one.effective_on,
            words.fields(record.subject, one.data, policy),
        )
        for record in (waiting.content.records if waiting else ())
        for one in record.entries
    ]


def _ended_by(request: Request, waiting: Waiting | None) -> list[tuple[str, Entry]]:
    """Return what ends a status that waits to be entered, on a later day."""
    context = request.context()
    return [
        line
        for record in (waiting.content.records if waiting else ())
        for line in later.ended_by(
            adding.held(record.subject, record.number).entries,
            record.entries,
            context.policy,
            context.today,
        )
    ]


def _documents(request: Request, case: Case) -> list[tuple[str, str, str]]:
    """Return each document as (what it is, the file's name, the address that opens it)."""
    titles = {need.code: need.title for need in case.policy.documents}
    owner = drafting.files_of(case.file.head.owner)
    files = {one.id: one for one in evidence.listed(owner, "request", request.now)}
    return [
        (
            titles.get(one.code, one.code),
            files[one.upload].filename if one.upload in files else "File that is gone",
            at(case.file.id, "documents", one.upload),
        )
        for one in case.file.documents
    ]


def _contributions(case: Case) -> list[tuple[Contribution, str, list[tuple[str, list[str]]]]]:
    """Return each contribution with its role's title, and what was answered."""
    contributions = []
    for one in case.file.contributions:
        role = case.kind.role(one.role)
        answered = role is not None and one.answered_at is not None
        answers = role.model.model_validate(one.data) if role and answered else None
        shown = shown_answers(answers, {}) if answers is not None else []
        contributions.append((one, role.title if role else one.role, shown))
    return contributions


@app.get(f"{ONE}letters/<about>/letter.pdf", OFFICERS)
def open_letter(request: Request, id_: str, about: str) -> Answer:
    """Open the letter on a decision as it was stored; that is logged first."""
    case = case_of(request, id_)
    letter = letter_of(case, about)
    operation.note_seen(officer(request), case, "request-letter-seen", letter.about)
    return letter_file(case, letter)


@app.get(f"{ONE}documents/<upload>/", OFFICERS)
def open_document(request: Request, id_: str, upload: str) -> Answer:
    """Open a document of the request; that it was opened is logged first."""
    case = case_of(request, id_)
    if upload not in {one.upload for one in case.file.documents}:
        raise NotFound
    file = evidence.find(drafting.files_of(case.file.head.owner), upload)
    address = uploads.address(file, objects.connect())
    by = request.principal.account
    uploads.note_opening(file, by=by, now=request.now, id_=request.new_id())
    return SeeOther(address)
