"""The permits to practise of the sample: issued, renewed each year, changed, ended."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from signet.demo import answering, companies, places, practitioners
from signet.demo.answering import Answering, Deck
from signet.demo.chance import Chance, Weighted
from signet.demo.ledger import Ledger
from signet.policy import Policy
from signet.register.model import Entry
from signet.register.term import last_valid_day, renewal_start

FIRST_NUMBER = 1001
LATE_RENEWAL = 0.03
OTHER_FIELD = 0.15
MOVED, RENAMED, RETITLED = 0.08, 0.06, 0.06
OFFICE = "permits officer"
FROM_HOLDER = "Notice from the holder"
QUALIFIED, CURRENT = "General Regulation s. 48(1)", "General Regulation s. 50"
# What happened to a permit whose responsible member could continue.
FATES = Weighted.of(
    {"": 90, "lapsed": 4, "cancelled": 2.5, "revoked": 1, "suspended": 1.5, "reinstated": 3}
)


class _Permit:
    """The builder of one permit's entries."""

    def __init__(
        self, number: str, who: Answering, chance: Chance, dated: date, policy: Policy
    ) -> None:
        self.who, self.chance, self.dated, self.policy = who, chance, dated, policy
        self.ledger = Ledger("permit", number, chance, dated)
        self.lead = who.terms[0].who
        self.fields: list[str] = []
        self.end = dated  # the last day on which anything happens to it
        self.renewed_until = dated
        self.barred: tuple[date, date] | None = None

    def decided(self, on: date) -> str:
        return f"{on.year}-{self.chance.between(1, 240):03d}"

    def any_day(self) -> date:
        return self.chance.day(self.who.issued_on, self.end)

    def issued(self, legal_name: str, place: places.Place) -> None:
        on, chance = self.who.issued_on, self.chance
        start = [t.who.discipline for t in self.who.terms if t.since == on]
        if chance.happens(OTHER_FIELD):
            start.append(chance.pick(self.policy.disciplines))
        self.fields = list(dict.fromkeys(start))
        data = {
            "legal_name": legal_name,
            "operating_names": companies.operating_names(chance, legal_name, self.lead.discipline),
            **place._asdict(),
            "fields": self.fields,
        }
        words = f"General Regulation s. 48, Council decision {self.decided(on)}"
        self.ledger.add("issued", on, data, words, "registrar")

    def responsible_members(self) -> None:
        for term in self.who.terms:
            if term.since > self.end:
                continue
            if term.who.discipline not in self.fields:
                self.fields = [*self.fields, term.who.discipline]
                data = {"fields": self.fields}
                self.ledger.add("fields_changed", term.since, data, QUALIFIED, OFFICE)
            member = {"member": term.who.number}
            words = QUALIFIED if term.since == self.who.issued_on else CURRENT
            self.ledger.add("responsible_member_added", term.since, member, words, OFFICE)
            if term.until and term.until <= self.end:
                self.ledger.add("responsible_member_ceased", term.until, member, CURRENT, OFFICE)

    def ended(self) -> None:
        """Add how the permit ended, if it did, and set until when it is renewed."""
        if self.who.given_up_on:
            self.renewed_until = self.who.given_up_on
            if self.chance.happens(0.6):
                after = self.who.given_up_on + timedelta(days=self.chance.between(0, 60))
                self._status("cancelled", "own_request", min(after, self.dated), "Holder's request")
            return
        fate = FATES.pick(self.chance)
        if fate == "lapsed" and (self.dated - self.who.issued_on).days > 500:
            last = self.dated - timedelta(days=400)
            self.renewed_until = self.chance.day(self.who.issued_on, last)
        elif fate in ("cancelled", "revoked", "suspended"):
            self._stopped(fate)
        elif fate == "reinstated":
            self._suspended_for_a_while()

    def _stopped(self, fate: str) -> None:
        on = self.chance.day(self.who.issued_on + timedelta(days=30), self.dated)
        if fate == "suspended":
            on = max(on, self.dated - timedelta(days=self.chance.between(5, 250)))
        if on > self.dated:
            return
        n = self.decided(on)
        reason, words = {
            "cancelled": ("own_request", "Holder's request"),
            "revoked": ("discipline", f"General Regulation s. 51, Discipline Committee order {n}"),
            "suspended": ("administrative", f"Registrar's decision {n}"),
        }[fate]
        self._status(fate, reason, on, words)

    def _status(self, status: str, reason: str, on: date, words: str) -> None:
        data = {"status": status, "reason": reason}
        self.ledger.add("status_changed", on, data, words, "registrar")
        self.end = on
        self.renewed_until = min(self.renewed_until, on - timedelta(days=1))

    def _suspended_for_a_while(self) -> None:
        on = self.chance.day(self.who.issued_on + timedelta(days=60), self.dated)
        back = on + timedelta(days=self.chance.between(10, 120))
        if back > self.dated:
            return
        data = {"status": "suspended", "reason": "fees"}
        self.ledger.add("status_changed", on, data, "General Regulation s. 48", "registrar")
        data = {"status": "in_force", "reason": "reinstated"}
        words = f"Fees paid, Registrar's decision {self.decided(back)}"
        self.ledger.add("status_changed", back, data, words, "registrar")
        self.barred = (on, back)

    def renewals(self) -> None:
        """Add a renewal a year, mostly in the weeks before the last valid day (PER-2)."""
        expires_on = last_valid_day(self.who.issued_on, self.policy)
        while True:
            early = self.chance.between(1, 35)
            late = self.chance.happens(LATE_RENEWAL)
            on = expires_on + timedelta(days=early if late else -early)
            if self.barred and self.barred[0] <= on < self.barred[1]:
                on = self.barred[1]
            if on > self.renewed_until:
                return
            self.ledger.add("renewed", on, {}, "General Regulation s. 48(2)", OFFICE)
            expires_on = last_valid_day(renewal_start(expires_on, on), self.policy)

    def changes(self, legal_name: str, place: places.Place) -> None:
        chance, discipline = self.chance, self.lead.discipline
        if chance.happens(MOVED):
            new = places.another(chance, place)
            self.ledger.add(
                "moved", self.any_day(), new._asdict(), "Notice from the holder", OFFICE
            )
        if chance.happens(RENAMED):
            data = {"legal_name": companies.legal_name(chance, discipline, place.city)}
            words = "Certificate of amendment, Corporate Registry"
            self.ledger.add("renamed", self.any_day(), data, words, OFFICE)
        if chance.happens(RETITLED):
            # A numbered company's name is passed, since this holder does trade under another name.
            new_names = {"operating_names": companies.operating_names(chance, "0", discipline)}
            on = self.any_day()
            self.ledger.add("operating_names_changed", on, new_names, FROM_HOLDER, OFFICE)
        if companies.is_numbered(legal_name) and chance.happens(0.2):
            former = companies.legal_name(chance, discipline, place.city)
            words = "Corporate Registry search"
            self.ledger.add("other_name_added", self.who.issued_on, {"name": former}, words, OFFICE)


def _named(chance: Chance, discipline: str, city: str, taken: set[str]) -> str:
    """Return a name that no other permit holder of the sample has."""
    while (name := companies.legal_name(chance, discipline, city)) in taken:
        pass
    taken.add(name)
    return name


def write(
    members: int, permits: int, seed: int, dated: date, policy: Policy
) -> Iterator[list[Entry]]:
    """Yield each permit's entries in the order they were recorded, by number."""
    if not permits:
        return
    deck = Deck(practitioners.of_sample(members, seed, dated, policy), permits, seed)
    # Numbers are sorted as text, so all have five digits when four wouldn't do.
    first = FIRST_NUMBER if FIRST_NUMBER + permits <= 10000 else 10 * FIRST_NUMBER
    taken: set[str] = set()
    for index in range(permits):
        chance = Chance(seed, "permit", index)
        who = answering.draw(chance, deck, index, dated)
        permit = _Permit(f"P-{first + index}", who, chance, dated, policy)
        place = places.at_home(chance)
        name = _named(chance, permit.lead.discipline, place.city, taken)
        permit.issued(name, place)
        permit.ended()
        permit.responsible_members()
        permit.renewals()
        permit.changes(name, place)
        yield permit.ledger.entries()
