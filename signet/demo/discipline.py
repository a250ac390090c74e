"""The sample's discipline decisions and conditions on practice."""

from __future__ import annotations

from datetime import date, timedelta

from signet.demo import lists
from signet.demo.chance import Chance
from signet.demo.ledger import Ledger

COMMITTEE = "Discipline Committee"


def decided(ledger: Ledger, chance: Chance, outcome: str, on: date) -> None:
    """Add a decision that took effect on a day; publication was directed for most (STA-6)."""
    raw = lists.read("events")
    decided_on = on - timedelta(days=chance.between(0, 21))
    data = {
        "decision": f"{decided_on.year}-D{chance.between(1, 400):03d}",
        "title": chance.pick(raw["decisions"][outcome]["titles"]),
        "decided_on": decided_on.isoformat(),
        "summary": chance.pick(raw["decisions"]["summaries"]),
    }
    if chance.happens(raw["publication_share"]):
        day = decided_on.isoformat()
        data["publication_directed_by"] = raw["decisions"]["directed_by"].format(day=day)
    words = f"{COMMITTEE}, decision {data['decision']}"
    ledger.add("decision_recorded", on, data, words, "hearings officer")


def condition(ledger: Ledger, chance: Chance, on: date, last: date) -> None:
    """Add a condition imposed on a day, and its lifting by `last` in about half the cases."""
    raw = lists.read("events")
    private = chance.happens(raw["condition_private_share"])
    code = f"{on.year}-C{chance.between(1, 400):03d}"
    data = {
        "condition": code,
        "text": chance.pick(raw["private_conditions" if private else "conditions"]),
        "published": False if private else None,
    }
    words = f"Practice Review Board, decision {on.year}-{chance.between(1, 120):03d}"
    ledger.add("condition_imposed", on, data, words, "practice review officer")
    lifted = on + timedelta(days=chance.between(120, 1100))
    if lifted <= last and chance.happens(raw["condition_lifted_share"]):
        words = f"Practice Review Board, decision {lifted.year}-{chance.between(1, 120):03d}"
        ledger.add(
            "condition_lifted", lifted, {"condition": code}, words, "practice review officer"
        )
