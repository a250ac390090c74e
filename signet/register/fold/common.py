"""What members and permits have in common while they are being folded."""

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
    """A date kept as ISO text."""
    return date.fromisoformat(text) if text else None


def another_name(entry: Entry) -> AnotherName:
    """The name that an entry adds."""
    data = entry.data
    return AnotherName(data["name"], data.get("type", "former"), day(data.get("until")))


def other_name_added(state: Folding, entry: Entry) -> None:
    """A former or other name is recorded."""
    state.other_names.append(another_name(entry))


def moved(state: Folding, entry: Entry) -> None:
    """The place is another."""
    state.city = entry.data.get("city", "")
    state.province = entry.data.get("province", "")


def status_changed(state: Folding, entry: Entry) -> None:
    """The standing is another; it lasts until an entry says otherwise."""
    state.status = entry.data["status"]
    state.reason = entry.data.get("reason", "")
    state.status_since = entry.effective_on
    state.status_until = day(entry.data.get("until"))


def condition_imposed(state: Folding, entry: Entry) -> None:
    """A condition on practice holds from now on."""
    data = entry.data
    state.conditions[data["condition"]] = ConditionOnPractice(
        data["condition"], data["text"], data.get("published", True), entry.effective_on
    )


def condition_lifted(state: Folding, entry: Entry) -> None:
    """A condition no longer holds."""
    state.conditions.pop(entry.data["condition"], None)
