"""The ledger of credits, and that what proves it can find it wrong (JOB-1, JOB-2)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signet.jobs.credits import ledger
from signet.jobs.credits.ledger import Cause, Moved, NoCredit
from signet.jobs.model import Credits, Entry, EntryKind, Lot

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
        assert refused.value.usable == usable


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
