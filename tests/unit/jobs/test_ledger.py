"""The ledger of credits, and that what proves it can find it wrong (JOB-1, JOB-2)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signet.jobs import store, tables
from signet.jobs.credits import ledger
from signet.jobs.credits.ledger import Cause, CostsMore, Moved, NoCredit
from signet.jobs.model import Credits, Entry, EntryKind, Lot, Taken
from signet.jobs.tables import JobRow
from signet.transactions.commit import Save

DAY = date(2040, 3, 1)
AT = datetime(2040, 3, 1, 12, tzinfo=UTC)
EMPTY = Credits(entries=0, lots=(), version=0)


def why(kind: EntryKind, on: date = DAY) -> Cause:
    return Cause(kind, on, AT, "somebody")


def lot(id_: str, left: int, until: date = DAY) -> Lot:
    return Lot(id=id_, left=left, expires_on=until)


class Account:
    """Credits with the entries that made them, as the database would hold them."""

    def __init__(self) -> None:
        self.held, self.entries = EMPTY, list[Entry]()

    def keep(self, moved: Moved | None) -> None:
        if moved is not None:
            assert moved.before == self.held
            self.held = moved.after
            self.entries.append(moved.entry)

    def wrong(self) -> list[str]:
        return ledger.proved(self.entries, self.held)

    def lots(self) -> list[tuple[str, int, date]]:
        return [(one.id, one.left, one.expires_on) for one in self.held.lots]


def account() -> Account:
    """Five credits granted, three of them spent, one of these given back."""
    made = Account()
    made.keep(ledger.add(made.held, lot("a", 2), why(EntryKind.GRANT)))
    made.keep(ledger.add(made.held, lot("b", 3, DAY + timedelta(30)), why(EntryKind.GRANT)))
    made.keep(ledger.spend_credits(made.held, 2, why(EntryKind.SPEND)))
    made.keep(ledger.spend_credits(made.held, 1, why(EntryKind.SPEND)))
    back = made.entries[-1].lots
    made.keep(ledger.returned(made.held, back, 14, why(EntryKind.RETURN)))
    return made


def test_what_was_granted_less_what_was_spent_is_the_balance() -> None:
    made = account()
    assert [one.credits for one in made.entries] == [2, 3, -2, -1, 1]
    assert made.held.balance == 3
    assert not made.wrong()


def test_job_1_credits_that_arent_there_arent_spent_nor_expired_ones() -> None:
    held = ledger.add(EMPTY, lot("a", 2), why(EntryKind.GRANT)).after
    for needed, on, usable in ((3, DAY, 2), (1, DAY + timedelta(1), 0)):
        with pytest.raises(NoCredit) as refused:
            ledger.spend_credits(held, needed, why(EntryKind.SPEND, on))
        assert (refused.value.needed, refused.value.usable) == (needed, usable)
        assert refused.value.rule == "JOB-1"


def test_job_1_who_lacks_credits_is_told_how_many_it_takes() -> None:
    assert str(NoCredit(1, 0)) == "This takes 1 job credit, and there are 0."
    assert str(NoCredit(2, 1)) == "This takes 2 job credits, and there are 1."
    more = CostsMore(3)
    assert str(more).startswith("This takes 3 job credits. ")
    assert (more.cost, more.rule) == (3, "JOB-1")


def test_job_1_the_credits_that_expire_first_are_spent_first() -> None:
    made = Account()
    made.keep(ledger.add(EMPTY, lot("late", 2, DAY + timedelta(9)), why(EntryKind.GRANT)))
    made.keep(ledger.add(made.held, lot("b", 1), why(EntryKind.GRANT)))
    made.keep(ledger.add(made.held, lot("a", 1), why(EntryKind.GRANT)))
    assert [one.id for one in made.held.lots] == ["a", "b", "late"]
    made.keep(ledger.spend_credits(made.held, 3, why(EntryKind.SPEND)))
    assert made.lots() == [("late", 1, DAY + timedelta(9))]
    assert [(one.lot, one.credits) for one in made.entries[-1].lots] == [
        ("a", -1), ("b", -1), ("late", -1),
    ]  # fmt: skip


def test_job_1_expired_credits_stay_while_others_are_spent() -> None:
    made = Account()
    made.keep(ledger.add(EMPTY, lot("old", 2, DAY - timedelta(1)), why(EntryKind.GRANT)))
    made.keep(ledger.add(made.held, lot("new", 2), why(EntryKind.GRANT)))
    made.keep(ledger.spend_credits(made.held, 2, why(EntryKind.SPEND)))
    assert made.lots() == [("old", 2, DAY - timedelta(1))]


def test_job_1_returned_credits_last_long_enough_to_be_used() -> None:
    """Their own last day where that is later, else so many days from the return."""
    for lasts, until in ((3, 14), (30, 30)):
        made = Account()
        made.keep(ledger.add(EMPTY, lot("a", 2, DAY + timedelta(lasts)), why(EntryKind.GRANT)))
        made.keep(ledger.spend_credits(made.held, 1, why(EntryKind.SPEND)))
        back = made.entries[-1].lots
        made.keep(ledger.returned(made.held, back, 14, why(EntryKind.RETURN)))
        assert made.held.balance == 2
        assert made.held.usable(DAY + timedelta(until)) > 0
        assert made.held.usable(DAY + timedelta(until + 1)) == 0


def test_job_2_a_refund_takes_of_its_own_lot_what_is_left_and_no_more() -> None:
    made = Account()
    made.keep(ledger.add(EMPTY, lot("a", 2), why(EntryKind.GRANT)))
    made.keep(ledger.add(made.held, lot("b", 3), why(EntryKind.GRANT)))
    made.keep(ledger.remove(made.held, "b", 2, why(EntryKind.REFUND)))
    assert made.lots() == [("a", 2, DAY), ("b", 1, DAY)]
    made.keep(ledger.refund_credits(made.held, "b", 5, why(EntryKind.REFUND)))
    assert made.lots() == [("a", 2, DAY)]
    assert ledger.remove(made.held, "b", 1, why(EntryKind.REFUND)) is None
    made.keep(ledger.refund_credits(made.held, "b", 1, why(EntryKind.REFUND)))
    assert (made.entries[-1].credits, made.entries[-1].lots) == (
        0,
        (),
    )  # the money went all the same
    assert not made.wrong()


def test_job_2_credits_expire_on_the_day_after_their_last() -> None:
    made = Account()
    made.keep(ledger.add(EMPTY, lot("a", 2), why(EntryKind.GRANT)))
    made.keep(ledger.add(made.held, lot("b", 1, DAY + timedelta(1)), why(EntryKind.GRANT)))
    assert ledger.expire_lots(made.held, why(EntryKind.EXPIRY)) is None
    made.keep(ledger.expire_lots(made.held, why(EntryKind.EXPIRY, DAY + timedelta(1))))
    assert made.entries[-1].credits == -2
    assert made.lots() == [("b", 1, DAY + timedelta(1))]


def test_job_2_an_entry_says_who_did_what_when_about_what_and_for_how_much() -> None:
    cause = Cause(EntryKind.PURCHASE, DAY, AT, "owner", "session-1", "five", 12_500, 625)
    moved = ledger.add(Credits(entries=4, lots=(), version=7), lot("a", 5), cause)
    assert moved.entry == Entry(
        number=5, kind=EntryKind.PURCHASE, credits=5, on=DAY, at=AT, by="owner", about="session-1",
        reason="five", cents=12_500, tax=625,
        lots=(Taken(lot="a", credits=5, expires_on=DAY),),
    )  # fmt: skip
    assert (moved.after.entries, moved.after.version) == (5, 8)


def test_job_1_credits_are_written_over_what_was_read_and_listed_by_what_expires_first() -> None:
    """Of two who spend the last credit at once the second finds another version, and is refused."""
    first = ledger.add(Credits(entries=4, lots=(), version=7), lot("a", 5), why(EntryKind.GRANT))
    second = ledger.spend_credits(first.after, 5, why(EntryKind.SPEND))

    def written(*moves: Moved) -> list[tuple[Any, ...]]:
        changes = ledger.put("acme", *moves)
        assert all(isinstance(one, Save) for one in changes)
        return [
            (row.owner, row.part, row.version, row.listed, row.place, str(change.condition))
            for change in changes
            if isinstance(change, Save) and isinstance(row := change.row, JobRow)
        ]

    held, entry = written(first)
    owner, new = tables.company("acme"), str(store.version_is(0))
    assert held == (
        owner, tables.CREDITS, 8, "expiring", f"{DAY}#acme", str(store.version_is(7)),
    )  # fmt: skip
    assert entry == (owner, tables.entry_key(5), 1, None, None, new)
    held, *entries = written(first, second)
    assert held == (owner, tables.CREDITS, 9, None, None, str(store.version_is(7)))
    assert [part for _, part, *_ in entries] == [tables.entry_key(5), tables.entry_key(6)]


WRONGS: dict[str, tuple[Callable[[Account], object], str]] = {
    "a spend is lost": (lambda it: it.entries.pop(), "the sum of the ledger isn't the balance"),
    "an entry in the middle is lost": (lambda it: it.entries.pop(1), "entry 2 is missing"),
    "an entry is there twice": (
        lambda it: it.entries.append(it.entries[-1]),
        "the number of entries isn't what the credits say",
    ),
    "somebody sets the balance": (
        lambda it: vars(it).update(held=it.held.model_copy(update={"lots": (lot("b", 9),)})),
        "the lots aren't what the entries come to",
    ),
    "somebody changes an entry's sum": (
        lambda it: it.entries.__setitem__(2, it.entries[2].model_copy(update={"credits": -1})),
        "entry 3 isn't the sum of its lots",
    ),
    "a lot is spent before it was given": (
        lambda it: it.entries.reverse(),
        "takes more of a lot than there was",
    ),
}


@pytest.mark.parametrize(("spoil", "told"), WRONGS.values(), ids=list(WRONGS))
def test_a_ledger_that_was_tampered_with_is_told_to_be_wrong(
    spoil: Callable[[Account], object], told: str
) -> None:
    made = account()
    spoil(made)
    assert any(told in one for one in made.wrong()), made.wrong()


MOVES = st.tuples(
    st.sampled_from(["add", "spend", "return", "take back", "expire"]),
    st.integers(1, 5),
    st.integers(0, 60),
)


@given(st.lists(MOVES, max_size=40))
def test_whatever_comes_and_goes_the_ledger_adds_up_and_no_lot_falls_below_nothing(
    moves: list[tuple[str, int, int]],
) -> None:
    made = Account()
    for at, (what, some, days) in enumerate(moves):
        on = DAY + timedelta(days)
        held, names = made.held, [one.id for one in made.held.lots]
        spends = [one for one in made.entries if one.kind is EntryKind.SPEND]
        if what == "add":
            new = lot(str(at), some, on)
            made.keep(ledger.add(held, new, why(EntryKind.GRANT)))
        elif what == "spend":
            if some > held.usable(on):
                with pytest.raises(NoCredit):
                    ledger.spend_credits(held, some, why(EntryKind.SPEND, on))
            else:
                made.keep(ledger.spend_credits(held, some, why(EntryKind.SPEND, on)))
        elif what == "return" and spends:
            back = ledger.returned(held, spends[-1].lots, days, why(EntryKind.RETURN, on))
            made.keep(back)
        elif what == "take back" and names:
            made.keep(ledger.remove(held, names[0], some, why(EntryKind.REFUND, on)))
        elif what == "expire":
            made.keep(ledger.expire_lots(held, why(EntryKind.EXPIRY, on)))
            assert all(one.expires_on >= on for one in made.held.lots)
        assert not made.wrong()
        assert all(one.left > 0 for one in made.held.lots)
