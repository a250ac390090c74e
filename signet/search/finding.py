"""Finding: which records have all words that are looked for, in calls of a fixed number.

One word, the longest, is looked up; the database leaves out records without the others. Then what
is held of the first `MOST` is read, and each is checked against it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import islice
from typing import NamedTuple

from signet.publish.lookup import normal
from signet.search import store
from signet.search.asked import Asked
from signet.search.model import Holding, Name
from signet.search.store import FORMER
from signet.search.tables import EMAIL, SearchRow
from signet.search.words import LONGEST, fits, is_beginning, of_number, place
from signet.tables import reachable

MOST = 50  # records shown
PAGES = 4  # of the index, a megabyte each, that are looked through for a word: thousands of records
REQUEST = "request#"
FIRST = 200  # rows of a page where nothing narrows the search
NAME_LABELS: Mapping[str, str] = {
    "former": "formerly",
    "known_as": "known as",
    "operating": "operating as",
    "native": "in its own script",
    "coming": "coming",
}


class Seeker(NamedTuple):
    """Who searches, and on which day.

    Requests of their own, about their own record, or in which they take no part aren't found.
    """

    account: str
    member: str
    today: date


class Hit(NamedTuple):
    """A record that was found.

    `kind` is member, permit or request. `also` are other names by which it was found, each as
    (what, name); `by_email` is "now" or "former" where an address led to it. Of a request, `asks`
    is its kind, `about` the record's key and name.
    """

    kind: str
    number: str
    name: str
    also: tuple[tuple[str, str], ...] = ()
    by_email: str = ""
    asks: str = ""
    about: tuple[str, str] = ("", "")


class Found(NamedTuple):
    """What a search found.

    `more`: there are more than these. `unsure`: not all that may match was looked through.
    `whole`: words were too short to find longer ones that begin like them.
    """

    hits: tuple[Hit, ...] = ()
    more: bool = False
    unsure: bool = False
    whole: bool = False


class _Candidates(NamedTuple):
    records: tuple[str, ...]
    complete: bool


@reachable
def find(asked: Asked, by: Seeker) -> Found:
    """Return the records that match. Raises Unavailable.

    It asks the database at most 2 × PAGES + 3 times, usually 2 or 3.
    """
    if asked.email:
        return _by_email(asked.email, by)
    result = _by_words((*asked.words, *asked.optional), asked.exact, by)
    if not result.hits and asked.optional:
        result = _by_words(asked.words, asked.exact, by)
    return result


def _by_words(words: Sequence[str], exact: bool, by: Seeker) -> Found:
    if not words:
        return Found()
    first, *others = sorted(words, key=_selective)
    candidates = _looked_up(first, others)
    matching = {
        record: holding
        for record, holding in _held(candidates.records[:MOST]).items()
        if fits(words, (*holding.words, *holding.beside))
    }
    if exact and (same := _exactly(words, matching)):
        return Found(_hits(same, words, by))
    return Found(
        _hits(matching, words, by),
        more=len(candidates.records) > MOST,
        unsure=not candidates.complete,
        whole=not is_beginning(first),
    )


def _held(records: Sequence[str]) -> dict[str, Holding]:
    """Return what is held of records, by record, in at most two reads."""
    asked = [one for one in records if one.startswith(REQUEST)]
    named = [one for one in records if not one.startswith(REQUEST)]
    kept = store.kept_of(named, "register") | store.kept_of(asked, "requests")
    return {record: one.holding for record, one in kept.items()}


def _selective(word: str) -> tuple[bool, int]:
    """Order words by how few records they are likely to lead to."""
    return not is_beginning(word), -len(word)


def _exactly(words: Sequence[str], found: Mapping[str, Holding]) -> dict[str, Holding]:
    return {key: one for key, one in found.items() if set(words) <= set(one.words)}


def _looked_up(word: str, others: Sequence[str]) -> _Candidates:
    narrowed = None
    for other in others:
        one = SearchRow.others.contains(f" {other}")
        narrowed = one if narrowed is None else narrowed & one
    rows = SearchRow.query(
        place(word),
        SearchRow.entry.startswith(word if is_beginning(word) else f"{word}#"),
        narrowed,
        attributes_to_get=["entry"],
        page_size=None if others else FIRST,
    )
    records: dict[str, None] = {}
    for page in islice(rows.page_iter, PAGES):
        records.update(dict.fromkeys(one["entry"]["S"].partition("#")[2] for one in page["Items"]))
        if len(records) > MOST:
            break
    return _Candidates(tuple(records)[: MOST + 1], not rows.page_iter.last_evaluated_key)


def _by_email(email: str, by: Seeker) -> Found:
    rows = list(SearchRow.query(EMAIL + email, limit=MOST + 1))
    records = [str(row.entry) for row in rows[:MOST]]
    addresses = store.kept_of(records, "contacts")
    names = store.kept_of(records, "register")
    hits = []
    for record in records:
        contacts = addresses.get(record, store.NONE).holding
        if email in (*contacts.emails, *contacts.former_emails):
            holding = names.get(record, store.NONE).holding
            led = "now" if email in contacts.emails else FORMER
            hits.append(_hit(record, holding, (), by)._replace(by_email=led))
    return Found(tuple(hits), more=len(rows) > MOST)


def _hits(matching: Mapping[str, Holding], words: Sequence[str], by: Seeker) -> tuple[Hit, ...]:
    """Return what was found, in order, without what concerns the person who searches."""
    visible = {key: one for key, one in matching.items() if not _concerns(one, by)}
    subjects = store.kept_of({one.subject for one in visible.values()} - {""}, "register")
    hits = []
    for record, holding in visible.items():
        hit = _hit(record, holding, words, by)
        if holding.subject:
            name = _current(subjects.get(holding.subject, store.NONE).holding.names, by.today)
            hit = hit._replace(about=(holding.subject.partition("#")[2], name))
        hits.append(hit)
    return tuple(sorted(hits, key=lambda hit: _order(hit, words)))


def _concerns(request: Holding, by: Seeker) -> bool:
    own = f"member#{by.member}" if by.member else ""
    return bool(request.owner) and (
        by.account in (request.owner, *request.recused) or bool(own and request.subject == own)
    )


def _hit(record: str, holding: Holding, words: Sequence[str], by: Seeker) -> Hit:
    kind, _, id_ = record.partition("#")
    name = _current(holding.names, by.today)
    also = tuple(_also(id_, name, holding.names, words))
    return Hit(kind, id_, name, also, asks=holding.kind)


def _current(names: Sequence[Name], today: date) -> str:
    """Return the name of today: the index isn't rewritten on the day that a name changes."""
    now = [n.text for n in names if not n.what or (n.what == "coming" and n.on <= str(today))]
    return now[-1] if now else ""


def _also(
    number: str, name: str, names: Sequence[Name], words: Sequence[str]
) -> list[tuple[str, str]]:
    """Return the other names that the words are of, where the current one hasn't them all."""
    own = [*normal.words(name), *of_number(number)]
    if fits(words, own):
        return []
    others = [one for one in names if one.text != name]
    whole = [one for one in others if fits(words, normal.words(one.text))]
    lacking = [word for word in words if not any(held.startswith(word) for held in own)]
    parts = [one for one in others if any(fits([w], normal.words(one.text)) for w in lacking)]
    return [(NAME_LABELS.get(one.what, "formerly"), one.text) for one in whole[:1] or parts]


def _order(hit: Hit, words: Sequence[str]) -> tuple[bool, int, str, str]:
    """Put names that have the words as typed first, then current names, then by name."""
    own = {word[:LONGEST] for word in normal.words(hit.name)}
    return bool(hit.also), -sum(word in own for word in words), hit.name.casefold(), hit.number
