"""The register desk's routes, and a proposal for them."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from datetime import UTC, datetime

from signet import policy as policies
from signet.accounts.model import Role
from signet.proposals import actions as proposals
from signet.proposals.model import NewProposal, ProposalContext, Wanted
from signet.register.actions import Proposal
from tests.authorization_rows import DONE, NUMBER, REASON, REFUSED, Row, Thing, only

NOW = datetime(2026, 11, 21, 19, tzinfo=UTC)
REGISTER = "/services/register/"
REGISTER_OFFICERS = only(Role.REGISTRAR, Role.REGISTER_OFFICER)
PROPOSED = f"{REGISTER}proposals/<proposal>/"
A_PROPOSAL: Mapping[str, Thing] = {"proposal": "proposal"}
RECORD = f"{REGISTER}records/<subject>/<number>/"
A_MEMBER = {"subject": "member"}
CONDITION = {
    "do": "propose",
    "text": "Works under supervision",
    "effective_on": "2026-11-21",
    "authority": "Council, motion 12",
}
ROWS = (
    Row(f"GET {REGISTER}", REGISTER_OFFICERS),
    Row(f"GET {REGISTER}find", REGISTER_OFFICERS, query="number=100001"),
    Row(f"GET {REGISTER}limits/<category>/", REGISTER_OFFICERS, parts={"category": "in_training"}),
    Row(f"GET {REGISTER}search/", REGISTER_OFFICERS),
    Row(f"POST {REGISTER}search/", REGISTER_OFFICERS, form={"wanted": "Rory Campbell"}),
    Row(f"GET {PROPOSED}", REGISTER_OFFICERS, things=A_PROPOSAL),
    # The hash is of what was shown; nobody withdraws another's.
    Row(
        f"POST {PROPOSED}approve",
        REGISTER_OFFICERS,
        form={"hash": "0" * 64},
        things=A_PROPOSAL,
        answers=REFUSED,
    ),
    Row(
        f"POST {PROPOSED}carry-on",
        REGISTER_OFFICERS,
        things=A_PROPOSAL,
        answers=REFUSED,
    ),
    Row(f"GET {PROPOSED}records.csv", REGISTER_OFFICERS, things=A_PROPOSAL),
    Row(f"GET {PROPOSED}refuse/", REGISTER_OFFICERS, things=A_PROPOSAL),
    Row(
        f"POST {PROPOSED}refuse/",
        REGISTER_OFFICERS,
        form=REASON,
        things=A_PROPOSAL,
        answers=DONE | REFUSED,
    ),
    Row(f"GET {PROPOSED}review/", REGISTER_OFFICERS, things=A_PROPOSAL),
    Row(
        f"POST {PROPOSED}review/",
        REGISTER_OFFICERS,
        form={"remark": "It is right"},
        things=A_PROPOSAL,
        answers=REFUSED,
    ),
    Row(
        f"POST {PROPOSED}withdraw",
        REGISTER_OFFICERS,
        things=A_PROPOSAL,
        answers=frozenset({403}),
    ),
    Row(f"POST {PROPOSED}again", REGISTER_OFFICERS, things=A_PROPOSAL),
    Row(f"GET {RECORD}", REGISTER_OFFICERS, things=NUMBER, parts=A_MEMBER),
    Row(f"GET {RECORD}take-back/", REGISTER_OFFICERS, things=NUMBER, parts=A_MEMBER),
    Row(
        f"POST {RECORD}take-back/",
        REGISTER_OFFICERS,
        form={"entries": "none", "authority": "Registrar", **REASON},
        things=NUMBER,
        parts=A_MEMBER,
        answers=REFUSED,
    ),
    Row(f"GET {RECORD}enter/", REGISTER_OFFICERS, things=NUMBER, parts=A_MEMBER),
    Row(
        f"GET {RECORD}enter/<word>/",
        REGISTER_OFFICERS,
        things=NUMBER,
        parts={**A_MEMBER, "word": "condition"},
    ),
    Row(
        f"POST {RECORD}enter/<word>/",
        REGISTER_OFFICERS,
        form=CONDITION,
        things=NUMBER,
        parts={**A_MEMBER, "word": "condition"},
    ),
)


def things(kinds: Collection[str], number: str) -> dict[str, str]:
    """Return a proposal of a member's, where a row's address names one."""
    return {"proposal": a_proposal(number)} if "proposal" in kinds else {}


def a_proposal(number: str) -> str:
    """Make a suspension that somebody else proposed; return its id."""
    entry = Proposal("status_changed", {"status": "suspended", "reason": "fees"}, NOW.date())
    by = ProposalContext(
        account="somebody",
        member="",
        roles=frozenset({Role.REGISTRAR}),
        operation=secrets.token_hex(16),
        now=NOW,
        today=NOW.date(),
        policy=policies.load(),
        salt="",
    )
    new = NewProposal([Wanted("member", number, [entry])], "Council, motion 12", "register-desk")
    return proposals.propose(by, new)
