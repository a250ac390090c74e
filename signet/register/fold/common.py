"""The folding that members and permits share."""

from __future__ import annotations

from datetime import date

from signet.register.model import AnotherName, ConditionOnPractice, Entry


class Folding:
    """The part of a record's state that both kinds have."""

    other_names: list[AnotherName]
    city: str
    province: str
    status: str
    reason: str
    status_since: date
    status_until: date | None
    conditions: dict[str, ConditionOnPractice]


def day(text: str | None) -> date | None:
    """Return a date stored as ISO text."""
    return date.fromisoformat(text) if text else None


def another_name(entry: Entry) -> AnotherName:
    """Return the name that an entry adds."""
    data = entry.data
    return AnotherName(data["name"], data.get("type", "former"), day(data.get("until")))


def other_name_added(state: Folding, entry: Entry) -> None:
    """Add a former or other name."""
    state.other_names.append(another_name(entry))


def moved(state: Folding, entry: Entry) -> None:
    """Set the city and province."""
    state.city = entry.data.get("city", "")
    state.province = entry.data.get("province", "")


def status_changed(state: Folding, entry: Entry) -> None:
    """Set the status; it lasts until another entry changes it."""
    state.status = entry.data["status"]
    state.reason = entry.data.get("reason", "")
    state.status_since = entry.effective_on
    state.status_until = day(entry.data.get("until"))


def condition_imposed(state: Folding, entry: Entry) -> None:
    """Add a condition on practice, in force from the entry's day."""
    data = entry.data
    state.conditions[data["condition"]] = ConditionOnPractice(
        data["condition"], data["text"], data.get("published", True), entry.effective_on
    )


def condition_lifted(state: Folding, entry: Entry) -> None:
    """Remove a condition that is no longer in force."""
    state.conditions.pop(entry.data["condition"], None)
