"""Opening a whole case for an officer, after recording that it is opened.

The complaint, additions, file names, notes and letters are unsealed here, in memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from pydantic import ValidationError

from signet.accounts import store as accounts
from signet.complaints import access
from signet.complaints.access import dates_asked
from signet.complaints.desk import case_store
from signet.complaints.desk.case_model import (
    COPY,
    COPY_TO_RESPONDENT,
    CaseFile,
    Communication,
    Done,
    Letter,
    Received,
    Responding,
    Sent,
    Step,
    Written,
)
from signet.complaints.desk.context import Officer, record_opening, visible
from signet.complaints.desk.texts import Keys, unsealed
from signet.complaints.model import Added, Case, Complaint, File, Label
from signet.complaints.tables import CASE, FILE, LABEL, CaseRow, FilingRow
from signet.errors import NotFound

SAME_MOST = 20  # the most other cases about the same person that a page lists
UNSEEN = "unseen"
ORDER = ("addition", "question", "message", "answer")  # the order within a day
ANSWERED = ("message", "question", "answer", "addition")  # the same, where the office wrote first


def open_case(officer: Officer, id_: str) -> CaseFile:
    """Return a whole case, after recording that it is opened.

    It takes a dozen reads, whatever the size of the case, and two for each code that a respondent
    was given. Raises NotFound, Unavailable.
    """
    record_opening(officer, id_)
    rows = case_store.all_rows(id_)
    case = next(case_store.read(row) for row in rows if row.part == CASE)
    filing = case_store.all_filing_rows(case.filing)
    keys, filing_keys = case_store.keys(id_), case_store.keys(case.filing)
    steps = tuple(_steps(officer, rows, keys))
    asked = {_written_in(one.step): copy_of(one.step, one.note) for one in steps}
    recused = tuple(row.part.partition("#")[2] for row in _parts(rows, "recused#"))
    return CaseFile(
        case=case,
        complaint=_complaint(officer, rows, keys),
        label=_label(officer, rows, keys),
        linked=tuple(_others(officer, case.with_)),
        same=tuple(_others(officer, _same(case))),
        communications=tuple(_communications(officer, filing, filing_keys, asked)),
        files=tuple(_files(officer, filing, filing_keys)),
        steps=steps,
        letters=tuple(_letters(officer, rows, keys)),
        recused=recused,
        names=_names({case.manager, *recused, *(one.step.by for one in steps)} - {""}),
        respondents=tuple(_responding(officer, rows, keys, asked)),
    )


def _written_in(step: Step) -> str:
    """Return the ID of the question or message that a step sent, "" if it sent none."""
    return step.detail.get("question") or step.detail.get("message") or ""


def copy_of(step: Step, note: str | None) -> str | None:
    """Return the text that a step sent, from its opened note."""
    if not note:
        return note
    if "access" in step.detail:  # the note begins with the respondent's name, on one line
        return note.partition(COPY_TO_RESPONDENT)[2]
    return note.rpartition(COPY)[2]


def _names(ids: Iterable[str]) -> dict[str, str]:
    """Return the e-mail addresses of the existing accounts, by account ID."""
    return {one.id: one.email for one in accounts.accounts(ids)}


def complaint_of(officer: Officer, case: Case) -> Complaint:
    """Return the complaint of a case whose opening is recorded. Raises NotFound."""
    complaint = read_complaint(officer, case)
    if complaint is None:
        raise NotFound("What was said can’t be opened.")
    return complaint


def read_complaint(officer: Officer, case: Case) -> Complaint | None:
    """Return the complaint of a case for comparison; None where it can't be opened."""
    row = case_store.row(case.id, CASE)
    return _complaint(officer, [row], case_store.key(case.id, CASE)) if row else None


def _complaint(officer: Officer, rows: Iterable[CaseRow], keys: Keys) -> Complaint | None:
    text = next(unsealed(officer, row, keys) for row in rows if row.part == CASE)
    return None if text is None else Complaint.model_validate_json(text)


def _label(officer: Officer, rows: Iterable[CaseRow], keys: Keys) -> Label | None:
    """Return a case's label; None where none is stored or it can't be opened."""
    text = next((unsealed(officer, row, keys) for row in rows if row.part == LABEL), None)
    return Label.model_validate_json(text) if text else None


def label_of(officer: Officer, case: Case) -> Label | None:
    """Return the label of a case whose opening is recorded; None as in `_label`."""
    row = case_store.row(case.id, LABEL)
    return _label(officer, [row], case_store.key(case.id, LABEL)) if row else None


def _parts(rows: Iterable[CaseRow], begins: str) -> Iterator[CaseRow]:
    return (row for row in rows if row.part.startswith(begins))


def _steps(officer: Officer, rows: Iterable[CaseRow], keys: Keys) -> Iterator[Done]:
    for row in _parts(rows, "step#"):
        yield Done(Step.model_validate_json(row.body or ""), unsealed(officer, row, keys))


def _letters(officer: Officer, rows: Iterable[CaseRow], keys: Keys) -> Iterator[Sent]:
    sents = [
        Sent(letter_of(row), written_of(officer, row, keys)) for row in _parts(rows, "letter#")
    ]
    yield from sorted(sents, key=lambda one: (one.letter.made_on, one.letter.id))


def letter_of(row: CaseRow) -> Letter:
    """Return the letter stored in a row."""
    letter = Letter.model_validate_json(row.body or "")
    return letter.model_copy(update={"version": int(row.version)})


def written_of(officer: Officer, row: CaseRow, keys: Keys) -> Written | None:
    """Return the text of a letter's row, None where it can't be opened."""
    text = unsealed(officer, row, keys)
    return None if text is None else Written.model_validate_json(text)


def _communications(
    officer: Officer, rows: Iterable[FilingRow], keys: Keys, asked: Mapping[str, str | None]
) -> Iterator[Communication]:
    """Yield what came in and what was sent, in order.

    A question is sealed to its reader, so its text comes from the step that asked it.
    """
    communications: list[Communication] = []
    for row in rows:
        kind, _, rest = row.part.partition("#")
        if kind not in ("addition", "answer", "question", "message"):
            continue
        on, _, id_ = rest.partition("#")
        new = row.listed == UNSEEN
        if kind not in ("question", "message"):
            added, form = _added(unsealed(officer, row, keys))
            text, question = (added.text, added.question) if added else (None, "")
            communications.append(
                Communication(row.part, kind, on, id_, text, form, asked.get(question), new)
            )
        elif id_ in asked:  # otherwise a linked case's, shown only there
            due = dates_asked(row).due
            communications.append(
                Communication(row.part, kind, on, id_, asked[id_], new=new, due=due)
            )
    yield from sorted(communications, key=lambda one: (one.on, ORDER.index(one.kind), one.id))


def _responding(
    officer: Officer, rows: Iterable[CaseRow], keys: Keys, asked: Mapping[str, str | None]
) -> Iterator[Responding]:
    """Yield what each respondent was sent and what they sent, under any of their codes."""
    accesses = sorted(_parts(rows, access.BEGINS), key=lambda row: access.read(row).opened_on)
    for row in accesses:
        one = access.read(row)
        communications: list[Communication] = []
        files: list[Received] = []
        for locator in one.filings:
            filing, filing_keys = case_store.all_filing_rows(locator), case_store.keys(locator)
            # Replacing a code reseals what they were sent, so it is read from the last filing only.
            stored = filing if locator == one.filing else [
                row for row in filing if not row.part.startswith(access.WRITTEN)
            ]  # fmt: skip
            communications += _communications(officer, stored, filing_keys, asked)
            files += _files(officer, filing, filing_keys)
        communications.sort(key=lambda one: (one.on, ANSWERED.index(one.kind), one.id))
        yield Responding(one, unsealed(officer, row, keys), tuple(communications), tuple(files))


def _added(text: str | None) -> tuple[Added | None, Complaint | None]:
    """Return an addition or answer; or the whole form, where it was sent again with changes."""
    for model in (Added, Complaint):
        try:
            submitted = model.model_validate_json(text or "")
        except ValidationError:
            continue
        if isinstance(submitted, Added):
            return submitted, None
        return Added(text=submitted.happened), submitted
    return None, None


def _files(officer: Officer, rows: Iterable[FilingRow], keys: Keys) -> Iterator[Received]:
    for row in rows:
        if row.part.startswith(f"{FILE}#"):
            file = File.model_validate_json(row.body or "")
            yield Received(file, unsealed(officer, row, keys), row.listed == UNSEEN)


def _same(case: Case) -> Sequence[str]:
    """Return the IDs of other cases about the same person, without those of the same form."""
    if not case.respondents or not case.own:
        return ()
    case_ids = case_store.ids_about(case.respondents[0], SAME_MOST + 1)
    return [id_ for id_ in case_ids if id_ != case.id and id_ not in case.with_]


def _others(officer: Officer, ids: Sequence[str]) -> list[Case]:
    rows = case_store.rows_without_content((id_, CASE) for id_ in ids)
    cases = sorted(map(case_store.read, rows), key=lambda one: (one.filed_on, one.position))
    return visible(officer, cases)
