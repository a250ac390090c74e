"""Writing a plan: the first load of a register in bulk, later records one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date

from signet.policy import Policy
from signet.register import store
from signet.register.actions import snapshot_body
from signet.register.loading import SUBJECTS, Held, ImportPlan, Key
from signet.register.model import Entry, Subject
from signet.register.store import Stored

WRITERS = 4  # records written in parallel
TRIES = 5  # against concurrent writes to the same record


def apply(
    plan: ImportPlan, known: Held, as_of: date, policy: Policy, told: Callable[[], None]
) -> None:
    """Write a plan made against `known`. `told` is called after each record.

    The first load of a register is written in bulk, which is fast. It can stop half-way, and is
    then finished by the next import. Later every record is written whole: concurrent additions to
    it stand, since entries never overwrite one another. Raises store.Conflict when others keep
    writing, or registered a record meanwhile.
    """
    mark = store.loading_mark()
    first = mark is not None or not any(known.numbers(s) for s in {k[0] for k, _ in plan.new})
    if first and (plan.new or mark is not None):
        store.mark_loading(plan.restores or mark or "")
        store.put_new(_counted(plan.new, as_of, policy, told))
    _add_all(plan.changed if first else [*plan.new, *plan.changed], known, as_of, policy, told)
    if mark is not None:
        _complete_snapshots(as_of, policy)
    if first:
        store.clear_loading()


def _add_all(
    records: Sequence[tuple[Key, list[Entry]]],
    known: Held,
    as_of: date,
    policy: Policy,
    told: Callable[[], None],
) -> None:
    """Add to records, several at a time: each is a transaction of its own."""

    def add(record: tuple[Key, list[Entry]]) -> None:
        (subject, number), entries = record
        _add_to(subject, number, entries, as_of, policy, (subject, number) not in known)

    with ThreadPoolExecutor(WRITERS) as pool:
        for _ in pool.map(add, records):
            told()


def _counted(
    records: Iterable[tuple[Key, list[Entry]]],
    as_of: date,
    policy: Policy,
    told: Callable[[], None],
) -> Iterator[tuple[Subject, str, list[Entry], str]]:
    for (subject, number), entries in records:
        yield subject, number, entries, snapshot_body(subject, entries, as_of, policy)
        told()


def _complete_snapshots(as_of: date, policy: Policy) -> None:
    """Write the missing snapshots that an interrupted load left."""
    there = {(subject, number) for subject, number, _, _ in store.snapshots()}
    for subject in SUBJECTS:
        for raw in store.acts(subject):
            if (subject, raw.number) not in there:
                body = snapshot_body(subject, store.decoded(raw), as_of, policy)
                store.put_snapshot(subject, raw.number, body, 0)


def _add_to(
    subject: Subject, number: str, entries: list[Entry], as_of: date, policy: Policy, new: bool
) -> None:
    for part in store.in_acts(entries):
        _add_act(subject, number, part, as_of, policy, {e.id for e in entries} if new else None)


def _add_act(
    subject: Subject,
    number: str,
    entries: list[Entry],
    as_of: date,
    policy: Policy,
    all_there_may_be: set[str] | None,
) -> None:
    for _ in range(TRIES):
        now_held: Stored = store.read(subject, number)
        ids = {entry.id for entry in now_held.entries}
        if all_there_may_be is not None and not ids <= all_there_may_be:
            raise store.Conflict(f"{subject} {number} was registered meanwhile; import again")
        added = [entry for entry in entries if entry.id not in ids]
        if not added:
            return
        body = snapshot_body(subject, [*now_held.entries, *added], as_of, policy)
        try:
            store.add(subject, number, added, body, now_held.version, added[0].id)
            return
        except store.Conflict:
            continue
    raise store.Conflict(f"{subject} {number} keeps being changed; import again")
