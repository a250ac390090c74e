"""Searching cases by name: the respondent's, as typed or as registered, or the complainant's.

Names are stored only sealed, so a search opens complaints that the officer may see, in memory, in
batches of cases. Who searched, and how many cases, is recorded first; the search term is recorded
nowhere. Each case found gets the same audit line as a case in a list.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from signet.complaints import mentions, numbers, store
from signet.complaints.desk import case_store
from signet.complaints.desk import labels as desk_labels
from signet.complaints.desk.case_model import Labels
from signet.complaints.desk.context import Officer, visible
from signet.complaints.desk.texts import texts_of
from signet.complaints.model import Case, Complaint, Label
from signet.complaints.tables import CASE, LABEL, CaseRow
from signet.errors import FieldError, Invalid, Unavailable
from signet.policy.complaints import ComplaintPolicy
from signet.transactions import audit as audit
from signet.transactions.audit import Audit

CASES_AT_ONCE = 500  # searched by one request
READ_AT_ONCE = 50  # cases with their texts in memory at the same time
HITS_MOST = 50
SHORTEST = 2  # letters of a word: an initial alone would match everyone
JOINED_LEAST = 4
LIST = "search"
REGISTERED, TYPED, COMPLAINED = "registered", "typed", "complained"


class Wanted(NamedTuple):
    """A search term in the form used for comparison: words, and numbers by their keys."""

    words: tuple[str, ...]
    numbers: frozenset[str]


class Hit(NamedTuple):
    """A case in which a name was found; `where` is REGISTERED, TYPED or COMPLAINED."""

    case: Case
    where: str


class SearchResult(NamedTuple):
    """The result of a search in `searched` cases; the text of `unopened` of them can't be opened.

    `after` is the cursor of the cases not yet searched, "" when there are no more. `many` is true
    when there are more hits than are returned.
    """

    hits: tuple[Hit, ...]
    labels: Labels
    searched: int
    unopened: int
    many: bool
    after: str


class _Opened(NamedTuple):
    case: Case
    label: Label | None
    complaint: Complaint | None


def search(officer: Officer, typed: str, cursor: str = "") -> SearchResult:
    """Search the next batch of all cases, open cases first.

    Raises Invalid for what isn't a name or number and for a cursor of another list; Unavailable.
    """
    query = wanted_of(typed)
    rows, after = _portion(officer.rules, case_store.position(LIST, cursor))
    cases = visible(officer, map(case_store.read, rows))
    subject = f"complaint-search#{officer.today.year}"
    detail = {"cases": len(cases)}
    audit.note(
        Audit(subject, "cases-searched", officer.account, officer.now, detail), officer.operation
    )
    hits, unopened, labels = [], 0, {}
    for one in _opened(officer, cases):
        unopened += one.complaint is None
        if where := where_found(query, one.case, one.complaint, one.label):
            hits.append(Hit(one.case, where))
            if one.label and one.case.settled:
                labels[one.case.id] = one.label
    shown = hits[:HITS_MOST]
    ids = [hit.case.id for hit in shown]
    if len(desk_labels.record_seen(officer, ids)) < len(ids):
        raise Unavailable
    return SearchResult(tuple(shown), labels, len(cases), unopened, len(hits) > HITS_MOST, after)


def _portion(rules: ComplaintPolicy, place: str) -> tuple[list[CaseRow], str]:
    """Return the rows of the next cases, and the cursor after them, "" after the last."""
    stages = sorted(rules.stages.values(), key=lambda stage: bool(stage.ends))
    codes = [stage.code for stage in stages]
    code, _, after = place.partition("#")
    rows: list[CaseRow] = []
    for one in codes[codes.index(code) if code in codes else 0 :]:
        maximum = CASES_AT_ONCE + 1 - len(rows)
        rows += case_store.list_rows(
            f"{store.STAGE}{one}", after=after if one == code else "", limit=maximum
        )
        if len(rows) > CASES_AT_ONCE:
            last = rows[CASES_AT_ONCE - 1]
            place = f"{(last.listed or '').removeprefix(store.STAGE)}#{last.place}"
            return rows[:CASES_AT_ONCE], case_store.cursor(LIST, place)
    return rows, ""


def _opened(officer: Officer, cases: Sequence[Case]) -> Iterator[_Opened]:
    """Yield cases with their complaints and labels opened: two reads per READ_AT_ONCE cases."""
    for first in range(0, len(cases), READ_AT_ONCE):
        some = cases[first : first + READ_AT_ONCE]
        keys = [(one.id, sort_key) for one in some for sort_key in (CASE, LABEL)]
        texts = texts_of(officer, keys)
        for one in some:
            complaint, label = texts.get((one.id, CASE)), texts.get((one.id, LABEL))
            yield _Opened(
                one,
                Label.model_validate_json(label) if label else None,
                Complaint.model_validate_json(complaint) if complaint else None,
            )


def wanted_of(typed: str) -> Wanted:
    """Return the search term to compare with. Raises Invalid without a word of two letters."""
    if numbers.is_number(typed):
        return Wanted((), frozenset({numbers.key(typed)}))
    words = mentions.folded_words(typed)
    if max(map(len, words), default=0) < SHORTEST:
        raise Invalid(FieldError("wanted", "Enter a name, a number or a reference"))
    return Wanted(words, numbers.mentioned(typed))


def where_found(
    wanted: Wanted, case: Case, said: Complaint | None, label: Label | None
) -> str | None:
    """Return where in a case the search term occurs, or None."""
    if label and _holds(f"{label.name} {label.number}", wanted):
        return REGISTERED
    if said is None:
        return None
    about = said.respondents[case.position]
    if any(_holds(text, wanted) for text in (about.described, about.typed, about.number)):
        return TYPED
    return COMPLAINED if _holds(said.contact.name, wanted) else None


def _holds(text: str, wanted: Wanted) -> bool:
    """Tell whether a text has every word, in any order, and every number of the search term."""
    if wanted.numbers - numbers.mentioned(text):
        return False
    words = mentions.folded_words(text)
    if all(any(_matches(one, word) for word in words) for one in wanted.words):
        whole = (word for word in words if len(word) > 1)
        return not wanted.words or any(
            _matches(one, word) for word in whole for one in wanted.words
        )
    # Names joined or split, such as O'Brien and O Brien, van den Berg and Vandenberg.
    return len(joined := "".join(wanted.words)) >= JOINED_LEAST and joined in "".join(words)


def _matches(wanted: str, word: str) -> bool:
    """Tell whether a word begins with a term, is its initial, or differs by one letter."""
    return (
        word.startswith(wanted)
        or (len(word) == 1 and wanted.startswith(word))
        or mentions.close(wanted, word)
    )
