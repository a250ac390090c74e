"""The entries of the sample's members."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from signet.demo import discipline, lists, names, places, scopes, standings
from signet.demo.chance import Chance
from signet.demo.ledger import Ledger
from signet.demo.people import Person
from signet.policy import Policy
from signet.register.model import Entry

FROM_MEMBER = "Notice from the member"
RECORDS = "records officer"


class _History:
    """The builder of one member's entries."""

    def __init__(self, person: Person, chance: Chance, dated: date, policy: Policy) -> None:
        self.person, self.chance, self.dated = person, chance, dated
        self.ledger = Ledger("member", person.number, chance, dated)
        self.raw = lists.read("events")
        gone = [
            s.on
            for s in person.steps
            if (known := policy.statuses.get(s.data.get("status", ""))) and known.struck
        ]
        back = [s.on for s in person.steps if s.data.get("status") == "registered"]
        removed = bool(gone) and not (back and max(back) > max(gone))
        self.last = max(gone) - timedelta(days=1) if removed else dated

    def happens(self, event: str) -> bool:
        return self.chance.happens(self.raw[f"{event}_share"])

    def any_day(self, since: date | None = None) -> date:
        first = (since or self.person.registered_on) + timedelta(days=1)
        return self.chance.day(first, max(first, self.last))

    def registered(self) -> None:
        person, first = self.person, self.person.stages[0]
        data = {
            **_names(person.name),
            "category": person.category,
            "city": person.place.city,
            "province": person.place.province,
            "disciplines": list(person.disciplines),
        }
        by, authority = first.raw["by"], first.authority
        if self.happens("mistake"):
            wrong = {**data, "family": names.misspelt(self.chance, person.name.family)}
            self.ledger.add_mistaken("registered", first.on, wrong, data, authority, by)
        else:
            self.ledger.add("registered", first.on, data, authority, by)
        if self.happens("former_name"):
            before = names.renamed(self.chance, person.name, person.woman)
            name = f"{before.given} {before.family}".strip()
            self.ledger.add("other_name_added", first.on, {"name": name}, "Proof of identity", by)

    def titles(self) -> None:
        for stage in self.person.stages:
            raw, on, words, by = stage.raw, stage.on, stage.authority, stage.raw["by"]
            if stage is not self.person.stages[0] and "category" in raw:
                self.ledger.add("category_changed", on, {"category": raw["category"]}, words, by)
            if "grant" in raw:
                self.ledger.add("designation_granted", on, {"designation": raw["grant"]}, words, by)
            if "withdraw" in raw:
                gone = {"designation": raw["withdraw"]}
                self.ledger.add("designation_withdrawn", on, gone, words, by)
            if raw.get("grant") == self.person.practises:
                self.scope(on, words, by)

    def scope(self, on: date, authority: str, by: str) -> None:
        draw = self.person.practises, self.person.disciplines[0]
        self.ledger.add("scope_granted", on, scopes.draw(self.chance, *draw), authority, by)
        if self.happens("scope_changed") and (self.last - on).days > 400:
            later = self.any_day(on + timedelta(days=365))
            words = standings.filled(self.chance, self.raw["scope_authority"], later)
            self.ledger.add("scope_granted", later, scopes.draw(self.chance, *draw), words, by)

    def moves(self) -> None:
        if not self.happens("moved"):
            return
        place = self._moved(self.person.place, first := self.any_day())
        if self.happens("moved_again"):
            self._moved(place, self.any_day(first))

    def _moved(self, place: places.Place, on: date) -> places.Place:
        new = places.another(self.chance, place)
        data = new._asdict()
        words, by = FROM_MEMBER, RECORDS
        if self.happens("mistake"):
            wrong = places.another(self.chance, new)._asdict()
            right = data if self.chance.happens(0.6) else None
            self.ledger.add_mistaken("moved", on, wrong, right, words, by)
            return new if right else place
        self.ledger.add("moved", on, data, words, by)
        return new

    def names(self) -> None:
        share = self.raw["renamed_share"]["women" if self.person.woman else "men"]
        if self.chance.happens(share):
            self.renamed(self.any_day())

    def renamed(self, on: date) -> None:
        new = names.renamed(self.chance, self.person.name, self.person.woman)
        data: dict[str, Any] = _names(new)
        if self.happens("renamed_without_trace"):
            data["keep_former"] = False
        words = "Marriage certificate" if self.chance.happens(0.7) else "Change of name certificate"
        self.ledger.add("name_changed", on, data, words, RECORDS)

    def disciplines(self) -> None:
        if not self.person.practises and self.happens("discipline_change"):
            held = self.person.disciplines
            more = [d for d in lists.read("careers")["disciplines"] if d not in held]
            data = {"disciplines": [held[0], self.chance.pick(more)]}
            on = self.any_day()
            words = standings.filled(self.chance, self.raw["discipline_authority"], on)
            self.ledger.add("disciplines_changed", on, data, words, "registration officer")

    def standing(self) -> None:
        for step in self.person.steps:
            if step.decision:
                discipline.decided(self.ledger, self.chance, step.decision, step.on)
            self.ledger.add(step.kind, step.on, step.data, step.authority, step.by)

    def rare(self) -> None:
        kind = "practitioner" if self.person.practises else "other"
        if self.chance.happens(self.raw["condition_share"][kind]):
            discipline.condition(self.ledger, self.chance, self.any_day(), self.last)
        if self.happens("reprimand"):
            discipline.decided(self.ledger, self.chance, "reprimand", self.any_day())

    def lately(self) -> None:
        """Add a recent event, so that every sample has recent changes, or a coming one."""
        since = self.dated - timedelta(days=self.raw["recent_days"])
        settled = self.person.stages[-1].on < since and not self.person.steps
        if not settled:
            return
        if self.happens("recent"):
            on = self.chance.day(since, self.dated)
            if self.person.woman:
                self.renamed(on)
            else:
                self.ledger.add(
                    "moved",
                    on,
                    places.draw(self.chance)._asdict(),
                    "Notice from the member",
                    "records officer",
                )
        elif self.happens("coming") and not self.person.practises:
            step = standings.coming(self.chance, self.dated)
            self.ledger.add(step.kind, step.on, step.data, step.authority, step.by)


def _names(name: names.Name) -> dict[str, Any]:
    return {
        "family": name.family,
        "given": name.given,
        "known_as": name.known_as,
        "native_name": name.native_name,
    }


def write(person: Person, chance: Chance, dated: date, policy: Policy) -> list[Entry]:
    """Return the person's entries, in the order they were recorded."""
    history = _History(person, chance, dated, policy)
    history.registered()
    history.titles()
    if not person.category or len(person.stages) > 1:
        history.moves()
        history.names()
        history.disciplines()
        history.standing()
        history.rare()
        history.lately()
    return history.ledger.entries()
