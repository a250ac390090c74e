"""Which of several verdicts is the strictest: the one that permits the least."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

from signet.policy import Policy
from signet.publish.agreement.marks import NOT_SAID, Statement, of
from signet.publish.public import Answer, Headline, Tone
from signet.register.verdict import members, permits
from signet.register.verdict.model import WITH_CONDITIONS

Known = tuple[int, Answer, Tone]


def known(policy: Policy) -> dict[str, Known]:
    """Return every sentence of a verdict with its strictness, its answer and its tone."""
    return _known(tuple(s.sentence for s in policy.statuses.values() if s.sentence))


@lru_cache(maxsize=8)
def _known(sentences: tuple[str, ...]) -> dict[str, Known]:
    return dict(_sentences(sentences))


def _sentences(sentences: tuple[str, ...]) -> Iterator[tuple[str, Known]]:
    conditions = WITH_CONDITIONS
    not_practising = f"{members.GOOD_STANDING}, not practising"
    yield members.NOT_PERMITTED, (9, "not_permitted", "bad")
    yield members.NOT_GOOD_STANDING, (9, "not_good_standing", "bad")
    for sentence in sentences:
        yield sentence, (8, "not_good_standing", "neutral")
    yield f"{not_practising}{conditions}", (7, "good_standing", "warn")
    yield not_practising, (6, "good_standing", "neutral")
    yield f"{members.GOOD_STANDING}{conditions}", (5, "good_standing", "warn")
    yield members.GOOD_STANDING, (4, "good_standing", "neutral")
    yield f"{members.PERMITTED}{conditions}", (1, "permitted", "warn")
    yield members.PERMITTED, (0, "permitted", "good")
    yield permits.NOT_IN_FORCE, (9, "not_in_force", "bad")
    yield f"{permits.UNANSWERED}{conditions}", (6, "in_force", "warn")
    yield permits.UNANSWERED, (5, "in_force", "warn")
    yield f"{permits.UNQUALIFIED}{conditions}", (4, "in_force", "warn")
    yield permits.UNQUALIFIED, (3, "in_force", "warn")
    yield f"{permits.IN_FORCE}{conditions}", (2, "in_force", "warn")
    yield permits.IN_FORCE, (0, "in_force", "good")


def agree(told: Iterable[Statement | None]) -> bool:
    """Tell whether outputs agree on all parts they state; one without a verdict never agrees."""
    parts: list[set[str]] = [set() for _ in Statement._fields]
    for statement in told:
        if statement is None:
            return False
        for part, value in zip(parts, statement, strict=True):
            part.add(value)
    return all(len(part - {NOT_SAID}) < 2 for part in parts)


def strictest(
    key: str, whole: Headline, told: Iterable[Statement | None], policy: Policy
) -> Headline:
    """Return the verdict to publish where outputs differ; `whole` is the one that was meant.

    A sentence that isn't that of any verdict is ignored. Where the strictest outputs disagree on a
    detail, such as the date, it is left out: no date is better than a wrong one.
    """
    sentences = known(policy)
    heard = [*(said for said in told if said and said.words in sentences), of(whole)]
    heard = [said for said in heard if said.words in sentences] or [_worst(key)]
    words = max(heard, key=lambda said: sentences[said.words][0]).words
    same = [said for said in heard if said.words == words]
    _, answer, tone = sentences[words]
    if whole.words == words:
        answer, tone = whole.answer, whole.tone
    dated = {said.since for said in same} - {NOT_SAID}
    reasons = {said.reason for said in same} - {NOT_SAID}
    allowed = {said.allows for said in same} - {NOT_SAID}
    kept = whole.words == words and len(dated) == 1
    return Headline(
        words=words,
        tone=tone,
        since=whole.since if kept else "",
        reason=reasons.pop() if len(reasons) == 1 else "",
        until=whole.until if kept else "",
        answer=answer,
        allows=whole.allows if whole.words == words and len(allowed) == 1 else "",
    )


def _worst(key: str) -> Statement:
    is_permit = key.startswith("permit")
    return Statement(permits.NOT_IN_FORCE if is_permit else members.NOT_PERMITTED, "bad", "", "")
