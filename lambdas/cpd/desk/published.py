"""What the public may see of an audit's draw, and what a member may see of their own line."""

from __future__ import annotations

from typing import Any

from lambdas.cpd.desk.app import DESK, app, year_of
from signet.accounts.model import Role
from signet.cpd import draw
from signet.cpd.desk import audit_draw
from signet.cpd.desk.year_model import DrawRecord, Seal
from signet.errors import NotFound
from signet.web.answer import Answer, Json, Page
from signet.web.app import ANYONE
from signet.web.request import Request

PUBLISHED = f"{DESK}published/<year>/"


@app.get(PUBLISHED, ANYONE)
def show_published(request: Request, year: str) -> Answer:
    """Show the published draw; never the list, or who was drawn."""
    del request
    cpd_year = year_of(year)
    return Page("cpd/desk/published.html", {"year": cpd_year, "draw": audit_draw.of(cpd_year)})


@app.get(f"{PUBLISHED}draw.json", ANYONE, is_json=True)
def give_published(request: Request, year: str) -> Answer:
    """Return the same as JSON."""
    del request
    draw = audit_draw.of(year_of(year))
    if draw is None:
        raise NotFound("No list has been fixed for this year's audit.")
    return Json(_public(draw))


def _public(stored: DrawRecord) -> dict[str, Any]:
    """Return the allow-list of what may be published of a draw (CPD-7)."""
    past = [
        {
            "draw": one.ordinal,
            "list_sha256": one.list_hash,
            "members": one.members,
            "rate_hundredths_of_a_percent": one.rate,
            "seeds": [_seal(seal) for seal in one.seals],
            "given_up": one.given_up_at.isoformat(),
            "reason": one.reason,
        }
        for one in stored.past
    ]
    if stored.given_up:
        return {"year": stored.year, "algorithm": draw.ALGORITHM, "given_up": past}
    return {
        "year": stored.year,
        "draw": stored.ordinal,
        "algorithm": draw.ALGORITHM,
        "as_at": stored.as_at.isoformat(),
        "list_sha256": stored.list_hash,
        "members": stored.members,
        "rate_hundredths_of_a_percent": stored.rate,
        "size": stored.size,
        "seeds": [_seal(seal) for seal in stored.seals],
        "limit": stored.limit,
        "given_up": past,
    }


def _seal(seal: Seal) -> dict[str, str]:
    return {"sealed": seal.commitment, "words": seal.words, "nonce": seal.nonce}


@app.get(f"{PUBLISHED}mine/", Role.MEMBER)
def show_mine(request: Request, year: str) -> Answer:
    """Show a member their own line of the list, its place, and whether it was drawn."""
    cpd_year = year_of(year)
    line = audit_draw.own_line(cpd_year, request.principal.member or "")
    return Page("cpd/desk/mine.html", {"year": cpd_year, "found": line})
