"""The verdict on a member: whether they may practise, since when and why; what the title allows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from signet.policy import Policy, Status
from signet.register.fold.members import MemberState, stages
from signet.register.model import Entry, MemberRecord
from signet.register.verdict.model import (
    AND_CONDITIONS,
    GOOD,
    Answer,
    Fact,
    Judgment,
    Tone,
    Verdict,
    latest,
    status_in_words,
    with_conditions,
)

PERMITTED = "Permitted to practise"
NOT_PERMITTED = "Not permitted to practise"
GOOD_STANDING = "In good standing"
NOT_GOOD_STANDING = "Not in good standing"
NOT_PRACTISING = "Declared not practising"
FORBIDDEN = "May not practise"
NO_SCOPE = "No scope of practice is on the register"


def practises(code: str, policy: Policy) -> bool:
    """Tell whether a designation permits independent practice; an unknown one doesn't (DES-2)."""
    known = policy.designations.get(code)
    return known is not None and known.practises


def of_member(record: MemberRecord, policy: Policy) -> Verdict:
    """Return the verdict on the record's day (DES-1, DES-2, DES-4, SCO-1, STA-4, CPD-5)."""
    judged = []
    for on, state in stages(record.entries):
        judged.append((on, judge(state, policy)))
    return _verdict(judged, state, policy)


def over_time(
    counting: Sequence[Entry], policy: Policy
) -> Iterator[tuple[date, MemberState, Verdict]]:
    """Yield the verdict on each day on which it may have changed, with the state it is of.

    `counting` are a record's ordered entries. The state is one mutable object: look at it before
    asking for the next.
    """
    judged = []
    for on, state in stages(counting):
        judged.append((on, judge(state, policy)))
        yield on, state, _verdict(judged, state, policy)


def _verdict(
    judged: Sequence[tuple[date, Judgment]], state: MemberState, policy: Policy
) -> Verdict:
    judgment, since = latest(judged, state.registered_on)
    declared = state.not_practising
    until = state.status_until if judgment.answer != "permitted" else None
    if declared and judgment.reason.removesuffix(AND_CONDITIONS) == NOT_PRACTISING:
        until = declared.until
    return Verdict(
        answer=judgment.answer,
        words=judgment.words,
        tone=judgment.tone,
        since=since,
        reason=judgment.reason,
        until=until,
        allows=_allows(state, judgment, policy),
    )


def judge(state: MemberState, policy: Policy) -> Judgment:
    """Return the judgment on a member in a given state."""
    category = policy.categories.get(state.category)
    status = policy.statuses.get(state.status)
    words = status_in_words(state.status, state.reason, policy)
    practising = any(practises(code, policy) for code in state.designations)
    scoped = any(practises(c, policy) and c in state.scopes for c in state.designations)
    declared = state.not_practising is not None
    good = status is not None and status.good
    if status is None or not (good and status.practice):
        judgment = _by_status(status, words, practising=practising, declared=declared)
    elif declared:
        judgment = _declared(practising=practising)
    elif practising and not scoped:
        judgment = _plain("not_permitted", NOT_PERMITTED, "bad", NO_SCOPE)
    elif practising:
        judgment = _plain("permitted", PERMITTED, "good", words)
    else:
        judgment = _plain("good_standing", GOOD_STANDING, "neutral", words)
    left = status is not None and status.left
    if state.conditions and judgment.answer in GOOD and not left:
        judgment = with_conditions(judgment)
    if category is None or not category.public:
        return judgment._replace(holds=frozenset())  # nothing of it counts for the public (DES-6)
    return judgment


def _plain(answer: Answer, words: str, tone: Tone, reason: str) -> Judgment:
    fact: Fact = (words,)
    return Judgment(answer, words, tone, reason, fact, frozenset({fact}))


def _by_status(status: Status | None, words: str, *, practising: bool, declared: bool) -> Judgment:
    """Return the judgment on a status that forbids practice by itself, or is unknown."""
    good = status is not None and status.good
    answer: Answer
    if practising:
        answer, sentence = "not_permitted", NOT_PERMITTED
    elif good:
        answer, sentence = "good_standing", f"{GOOD_STANDING}, not practising"
    else:
        answer, sentence = "not_good_standing", NOT_GOOD_STANDING
    if status is not None and status.sentence:
        sentence = status.sentence
    tone: Tone = "neutral" if status is not None and status.neutral else "bad"
    # The fact that dates the verdict is the status, whatever designations it keeps from use.
    fact: Fact = (words,)
    judgment = Judgment(answer, sentence, tone, words, fact, frozenset({fact}))
    if declared:  # the later of the two to end still forbids practice
        return judgment._replace(holds=judgment.holds | {(NOT_PRACTISING,)})
    return judgment


def _declared(*, practising: bool) -> Judgment:
    """Return the judgment on a member who declared not practising (CPD-5)."""
    fact: Fact = (NOT_PRACTISING,)
    holds = frozenset({fact})
    if practising:
        return Judgment("not_permitted", NOT_PERMITTED, "neutral", NOT_PRACTISING, fact, holds)
    words = f"{GOOD_STANDING}, not practising"
    return Judgment("good_standing", words, "neutral", NOT_PRACTISING, fact, holds)


# -- what may be practised, and what the title allows


class Practice(NamedTuple):
    """The disciplines that a member may practise independently from a day on; none: may not."""

    since: date
    disciplines: frozenset[str]


def practice(record: MemberRecord, policy: Policy) -> tuple[Practice, ...]:
    """Return what the member could practise over time, the earliest first (SCO-1, PER-3)."""
    practices: list[Practice] = []
    for on, state in stages(record.entries):
        judgment = judge(state, policy)
        may = judgment.answer == "permitted" and bool(judgment.holds)
        scopes = (state.scopes[c] for c in state.designations if c in state.scopes)
        disciplines = frozenset(
            s.discipline for s in scopes if may and practises(s.designation, policy)
        )
        if not practices or practices[-1].disciplines != disciplines:
            practices.append(Practice(on, disciplines))
    return tuple(practices)


def _allows(state: MemberState, judgment: Judgment, policy: Policy) -> str:
    known = [
        policy.designations[code] for code in state.designations if code in policy.designations
    ]
    codes = _either([d.code for d in sorted(known, key=lambda d: -d.order)])
    status = policy.statuses.get(state.status)
    if judgment.answer == "permitted":
        under = " and under the conditions" if state.conditions else ""
        return f"May practise independently, within the scope of practice{under} on the register."
    if judgment.reason == NO_SCOPE:
        return "May not practise independently until a scope of practice is on the register."
    if status is None or not status.good:
        return "" if status is not None and status.silent else _forbids(codes)
    if not status.practice or state.not_practising:
        title = f"May use the title {codes}, and may not practise while this lasts."
        return title if codes else f"{FORBIDDEN}."
    if not known:
        return "Holds no designation. This gives no right to practise independently."
    senior = max(known, key=lambda d: d.order)
    return f"{_ended(f'May use the title {senior.code}')} {senior.allows}".strip()


def _either(words: list[str]) -> str:
    """Return words joined by "or", as in "P.Tech.(Eng.) or C.E.T."."""
    *first, last = words or [""]
    return f"{', '.join(first)} or {last}" if first else last


def _forbids(codes: str) -> str:
    return _ended(f"May not practise, and may not use the title {codes}" if codes else FORBIDDEN)


def _ended(sentence: str) -> str:
    """Return a sentence with one full stop: "C.E.T." has one already."""
    return f"{sentence.removesuffix('.')}."
