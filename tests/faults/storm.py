"""The storm: many who send complaints at once, while calls fail and workers are killed.

`make storm` lets it blow. What was acknowledged is written down by the process
that heard the answer, not by the worker that gave it; afterwards everything that is kept is opened
and compared with it.
"""

from __future__ import annotations

import time
from collections import Counter, defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.connection import wait
from random import Random
from typing import Any, NamedTuple

from signet.complaints import receipt_codes
from signet.complaints.files.checking import Means
from signet.complaints.integrity.checks import Acknowledged, prove
from tests.complaint_office import INTAKE_KEY, MODELS, said
from tests.faults.complaint_writes import send, swept, texts
from tests.faults.trouble import Trouble
from tests.faults.workers import Asked, Died, Worker

SENT, WORKERS, SEED = 10_000, 8, 4
REPEATED = 0.2  # of what is sent: the same form again, one in three with other words
TROUBLED = 0.26  # of what is sent
NUMBERS = ("100001", "100002", "100003")
HELD_MOST = 3  # calls held back at once: the others go on


class Sending(NamedTuple):
    """One form that is sent. `words` are its own; `trouble` comes the first time it is sent."""

    form: dict[str, Any]
    words: str
    again: bool
    trouble: Trouble | None
    number: int


def planned(count: int, seed: int) -> list[Sending]:
    """Return what will be sent, and what will go wrong with it: the same for the same seed."""
    random = Random(seed)
    forms: list[tuple[dict[str, Any], str]] = []
    repeats = {*random.sample(range(1, count), round(count * REPEATED))}
    plan = []
    for at in range(count):
        again = at in repeats
        if again:
            form, words = random.choice(forms)
            if random.random() < 1 / 3:
                words = f"Added {at}."
                form = form | {"happened": words}
        else:
            words = f"It happened, {at}."
            form = _form(random, words)
            forms.append((form, words))
        trouble = random.choice(list(Trouble)) if random.random() < TROUBLED else None
        plan.append(Sending(form, words, again, trouble, 1))
    return plan


def _form(random: Random, words: str) -> dict[str, Any]:
    signed = receipt_codes.signed(random.randbytes(receipt_codes.SUBMISSION_BYTES), INTAKE_KEY)
    more = {"email": "a@example.com"} if random.random() < 0.3 else {}
    numbers = NUMBERS[: random.choice((1, 1, 1, 3))]
    return said(happened=words, numbers=numbers, **more) | {"submission": signed}


@dataclass
class Record:
    """What those who sent know: what was acknowledged, kept outside the workers."""

    words: dict[str, str] = field(default_factory=dict)  # each with the code it was given
    receipts: dict[str, tuple[str, ...]] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)

    def note(self, sending: Sending, told: Any) -> None:
        """Write down an answer that arrived."""
        code, references = told
        self.counts["told otherwise"] += self.words.setdefault(sending.words, code) != code
        if references:  # which an addition has none of
            known = self.receipts.setdefault(code, references)
            self.counts["told otherwise"] += known != references


@dataclass
class Storm:
    """The workers, what each is at, and what is still to be sent."""

    left: deque[Sending]
    record: Record
    workers: dict[Any, Worker] = field(default_factory=dict)
    at: dict[Any, Sending] = field(default_factory=dict)
    held: dict[Any, str] = field(default_factory=dict)  # by whose words they wait for

    def blow(self, say: Callable[[str], object]) -> None:
        """Send everything until all of it was acknowledged."""
        done, total, last = 0, len(self.left), time.monotonic()
        for _ in range(WORKERS):
            self._employ()
        while self.at:
            for line in wait([*self.at]):
                done += self._hear(line)
            if time.monotonic() - last > 10:
                last = time.monotonic()
                say(f"{done:,} of {total:,} acknowledged")
        for worker in self.workers.values():
            worker.end()

    def _employ(self) -> None:
        worker = Worker(send, MODELS)
        self.workers[worker.line] = worker
        self._give(worker.line)

    def _give(self, line: Any) -> None:
        self.at.pop(line, None)
        if self.left:
            sending = self.left.popleft()
            self.at[line] = sending
            asked = Asked(sending.form, sending.trouble, sending.number)
            self.workers[line].ask(asked)

    def _hear(self, line: Any) -> bool:
        sending, counts = self.at[line], self.record.counts
        try:
            answer = self.workers[line].hears()
        except Died:
            counts["faults"] += 1
            counts["kills"] += 1
            self._again(sending)
            del self.workers[line], self.at[line]
            self._employ()
            return False
        if answer is None:
            self._hold(line, sending)
            return False
        counts["faults"] += answer.fired
        assert answer.unavailable or not answer.failed, answer.failed
        if answer.unavailable:
            self._again(sending)
        else:
            self.record.note(sending, answer.done)
            self._release(sending.words)
        self._give(line)
        return not answer.unavailable

    def _again(self, sending: Sending) -> None:
        """Whoever isn't told that it arrived sends the same form again, with better luck."""
        self.left.append(sending._replace(trouble=None))

    def _hold(self, line: Any, sending: Sending) -> None:
        """Let its twin go first, unless too many wait already."""
        if len(self.held) >= HELD_MOST:
            self.workers[line].let_go()
            return
        self.held[line] = sending.words
        self.left.appendleft(sending._replace(trouble=None))
        self.record.counts["twins"] += 1
        for idle in [one for one in self.workers if one not in self.at][:1]:
            self._give(idle)

    def _release(self, words: str) -> None:
        for line in [line for line, waits in self.held.items() if waits == words]:
            del self.held[line]
            if line in self.workers:
                self.workers[line].let_go()


WHOM = '{"number":'  # how what a case keeps of whom it is about begins


class Outcome(NamedTuple):
    """What the storm left; `told` is the line that sums it up."""

    lost: list[str]
    doubled: list[str]
    left_over: list[str]
    told: str
    counts: Counter[str]

    @property
    def well(self) -> bool:
        """Whether nothing is lost, doubled or left over."""
        return not (self.lost or self.doubled or self.left_over or self.counts["told otherwise"])


def weathered(
    how: Means, count: int = SENT, seed: int = SEED, say: Callable[[str], object] = print
) -> Outcome:
    """Send it all, let the clock come by, and prove what is there."""
    plan = planned(count, seed)
    record = Record()
    Storm(deque(plan), record).blow(say)
    swept(how)
    return _judged(how, plan, record)


def _compared(plan: list[Sending], record: Record) -> tuple[list[str], list[str]]:
    """Return what was acknowledged and isn't there, and what is there more often than it was said.

    What was taken first of a form is kept once for each person named, what came later once.
    """
    # Each case keeps, sealed, whom it is about as well: the same of every case of theirs.
    kept = texts()
    found = Counter({one: many for one, many in kept.items() if not one.startswith(WHOM)})
    people = {one.words: len(one.form["numbers"]) for one in plan}
    said_with: dict[str, list[str]] = defaultdict(list)
    for words, code in record.words.items():
        said_with[code].append(words)
    lost, doubled = [], [words for words in found if words not in record.words]
    for own in said_with.values():
        surplus = sum(found[words] for words in own) - (people[own[0]] + len(own) - 1)
        lost += [words for words in own if not found[words] or surplus < 0]
        doubled += own if surplus > 0 else []
    return lost, doubled


def _judged(how: Means, plan: list[Sending], record: Record) -> Outcome:
    lost, doubled = _compared(plan, record)
    given = [Acknowledged(code, code, refs) for code, refs in record.receipts.items()]
    proof = prove(how.objects, given)
    mails = sum("email" in one.form for one in plan if not one.again)
    odd = [f"{proof.counts['mails of receipts']} mails for {mails}"] * (
        proof.counts["mails of receipts"] != mails
    )
    left_over = [*map(str, proof.findings), *odd]
    counts = record.counts
    counts["repeated"] = sum(one.again for one in plan)
    told = (
        f"storm: {len(plan):,} sent, {counts['repeated']:,} repeated, "
        f"{counts['faults']:,} faults, {counts['kills']:,} kills: {len(lost)} lost, "
        f"{len(doubled)} doubled, {len(left_over)} left over"
    )
    return Outcome(lost, doubled, left_over, told, counts)
