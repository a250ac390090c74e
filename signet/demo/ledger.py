"""The builder of a record's entries, with effective dates, recording times, ids and corrections."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from signet.demo.chance import Chance
from signet.register.model import Entry, Subject

OPENS = 15 * 3600  # the office's morning, in seconds of the day, UTC
OPEN_FOR = 4 * 3600 - 900
SATURDAY = 5


@dataclass(slots=True)
class _Event:
    on: date
    kind: str
    data: Mapping[str, Any]
    authority: str
    by: str
    mended: tuple[str, Mapping[str, Any]] | None  # kind and data of the entry that corrects it


class Ledger:
    """One record's entries, added in any order and returned as they were recorded."""

    def __init__(self, subject: Subject, number: str, chance: Chance, dated: date) -> None:
        self._subject: Subject = subject
        self._number = number
        self._chance = chance
        self._dated = dated
        self._events: list[_Event] = []

    def add(
        self, kind: str, on: date, data: Mapping[str, Any], authority: str, by: str = "registrar"
    ) -> None:
        """Add an entry effective on a day; empty values are left out, as in the register."""
        self._events.append(_Event(on, kind, _kept(data), authority, by, None))

    def add_mistaken(
        self,
        kind: str,
        on: date,
        wrong: Mapping[str, Any],
        right: Mapping[str, Any] | None,
        authority: str,
        by: str = "registrar",
    ) -> None:
        """Add a wrong entry and, later, the one that replaces it (None voids it)."""
        mended = ("voided", {}) if right is None else (kind, _kept(right))
        self._events.append(_Event(on, kind, _kept(wrong), authority, by, mended))

    def entries(self) -> list[Entry]:
        """Return the entries as they were recorded, none after midday of the sample's date.

        Each is recorded after the one that took effect before it: an office works through its mail.
        """
        self._events.sort(key=lambda event: event.on)
        written: list[Entry] = []
        last = datetime(1900, 1, 1, tzinfo=UTC)
        for event in self._events:
            last = self._recorded_at(event.on, last)
            written.append(self._entry(event, event.kind, event.data, last, len(written)))
            if event.mended:
                kind, data = event.mended
                day = last.date() + timedelta(days=self._chance.between(2, 70))
                at = self._recorded_at(min(day, self._dated), last)
                wrong = written[-1].id
                written.append(self._entry(event, kind, data, at, len(written), wrong))
        return sorted(written, key=lambda entry: entry.recorded_at)

    def _entry(
        self,
        event: _Event,
        kind: str,
        data: Mapping[str, Any],
        at: datetime,
        place: int,
        corrects: str = "",
    ) -> Entry:
        return Entry(
            id=f"{self._number}-{place + 1:03d}",
            subject=self._subject,
            number=self._number,
            kind=kind,
            effective_on=event.on,
            recorded_at=at,
            entered_by="registrar" if corrects else event.by,
            authority="Correction of the register, Registrar" if corrects else event.authority,
            data=data,
            corrects=corrects,
        )

    def _recorded_at(self, on: date, last: datetime) -> datetime:
        day = on + timedelta(days=self._delay()) if on <= self._dated else self._ahead()
        if day.weekday() >= SATURDAY:
            day += timedelta(days=7 - day.weekday())
        day = min(max(day, last.date()), self._dated)
        at = datetime.combine(day, time(), UTC) + timedelta(
            seconds=OPENS + self._chance.below(OPEN_FOR)
        )
        return at if at > last else last + timedelta(seconds=self._chance.between(1, 40))

    def _delay(self) -> int:
        """Return the days from an event to its entry: mostly the same week, sometimes weeks."""
        kind = self._chance.random()
        if kind < 0.86:
            return self._chance.below(5)
        return self._chance.below(15) if kind < 0.96 else self._chance.between(15, 60)

    def _ahead(self) -> date:
        return self._dated - timedelta(days=self._chance.below(15))


def _kept(data: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in data.items() if value not in ("", (), [], None)}
