"""What the browser tests look at: a sample register, with somebody in it for each kind of page."""

from __future__ import annotations

from itertools import chain
from pathlib import Path

from signet.demo.sample import generate
from signet.register.exchange.write import write_folder
from tests.built_site import DAY, POLICY, Ledger

# More than a list holds, so that some are split (signet/publish/render/lists.py).
MEMBERS, PERMITS, SEED = 260, 12, 7

PERMITTED = "900001"
CONDITIONS = "900002"
SUSPENDED = "900003"
STRUCK = "900004"
IN_GOOD_STANDING = "900005"
DECIDED = "900006"
LONG_NAMED = "900007"
NATIVE_NAMED = "900008"
WITHOUT_SCOPE = "900009"

IN_FORCE = "P-9001"
EXPIRED = "P-9002"
UNANSWERED = "P-9003"
PERMIT_SUSPENDED = "P-9004"
ENDING = "P-9005"

NAMES = {
    PERMITTED: "Amelia Thornbury",
    CONDITIONS: "Bjørn Ravnsborg",
    SUSPENDED: "Cyril Vandermast",
    STRUCK: "Delphine Ouimet-Lacasse",
    IN_FORCE: "Kestrel Ridge Engineering Ltd.",
}
IMPOSED = (
    "Bridge designs are reviewed by a second professional technologist before they are issued."
)
KEPT_PRIVATE = "Attends the treatment that the practice review board arranged."
DECISION = "Unskilled practice: drawings issued without review"
UNDIRECTED = "Dismissed complaint about a culvert"

MEMBER_PAGES = {
    "member permitted to practise": PERMITTED,
    "member with conditions": CONDITIONS,
    "member suspended": SUSPENDED,
    "member struck off": STRUCK,
    "member in good standing": IN_GOOD_STANDING,
    "member with a published decision": DECIDED,
    "member with long names": LONG_NAMED,
    "member with a name in another script": NATIVE_NAMED,
    "professional technologist without a scope": WITHOUT_SCOPE,
}
PERMIT_PAGES = {
    "permit in force": IN_FORCE,
    "permit expired": EXPIRED,
    "permit that nobody answers for": UNANSWERED,
    "permit suspended": PERMIT_SUSPENDED,
    "permit that ends soon": ENDING,
}
OTHER_PAGES = {
    "front page": "/",
    "look-up": "/register/",
    "browse hub": "/register/browse/",
    "list by letter": "/register/browse/names/t/",
    "list by designation": "/register/browse/designations/c-e-t/",
    "list by discipline": "/register/browse/disciplines/civil/",
    "list by city": "/register/browse/cities/calgary/",
    "list of permit holders": "/register/browse/permit-holders/",
    "list of conditions": "/register/browse/conditions/",
    "list of suspensions": "/register/browse/suspensions/",
    "list of decisions": "/register/browse/decisions/",
    "scope search": "/register/who/",
    "scope hub": "/register/scopes/",
    "scopes in a discipline": "/register/scopes/disciplines/civil/",
    "scopes with an activity": "/register/scopes/activities/design/",
    "check": "/check/",
    "check many": "/check/many/",
    "changes": "/register/changes/",
    "downloads": "/register/data/",
    "guidance: register": "/about/register/",
    "guidance: statuses": "/about/status/",
    "guidance: designations": "/about/designations/",
    "guidance: scope": "/about/scope/",
    "guidance: permits": "/about/permits/",
    "guidance: data": "/about/data-and-corrections/",
    "guidance: accessibility": "/about/accessibility/",
    "guidance: nothing found": "/register/not-found-help/",
    "no such page": "/nothing-here/",
}


def member(number: str) -> str:
    """Return the address of a member's page."""
    return f"/register/members/{number}/"


def permit(number: str) -> str:
    """Return the address of a permit's page."""
    return f"/register/permits/{number}/"


# Every kind of page that the site has, and where one of it is.
PAGES = (
    OTHER_PAGES
    | {kind: member(number) for kind, number in MEMBER_PAGES.items()}
    | {kind: permit(number) for kind, number in PERMIT_PAGES.items()}
)


def write_records(folder: Path, members: int = MEMBERS) -> Path:
    """Write the sample and the records above as a folder of the exchange format."""
    sample = generate(members, PERMITS, SEED, DAY, POLICY)
    made = [*_members().entries.values()]
    permits = [*_permits().entries.values()]
    write_folder(
        folder, DAY, chain(sample.permits, permits), chain(sample.members, made),
        sample.contacts, POLICY,
    )  # fmt: skip
    return folder


def _members() -> Ledger:
    ledger = Ledger()
    ledger.practitioner(PERMITTED, "Thornbury", given="Amelia")
    ledger.practitioner(CONDITIONS, "Ravnsborg", given="Bjørn")
    imposed = {"condition": "review", "text": IMPOSED}
    ledger.add(CONDITIONS, "condition_imposed", "2025-03-04", **imposed)
    private = {"condition": "health", "text": KEPT_PRIVATE}
    ledger.add(CONDITIONS, "condition_imposed", "2025-03-04", published=False, **private)
    ledger.practitioner(SUSPENDED, "Vandermast", given="Cyril")
    ledger.suspend(SUSPENDED, "2026-05-11", until="2027-05-10")
    ledger.practitioner(STRUCK, "Ouimet-Lacasse", given="Delphine")
    struck = {"status": "struck_off", "reason": "cpd", "direction": "Council minute 2026-31"}
    ledger.add(STRUCK, "status_changed", "2026-06-15", **struck)
    ledger.member(IN_GOOD_STANDING, "Whitlock", given="Esme")
    _decided(ledger)
    long = "Wolfeschlegelsteinhausenbergerdorffwelchevoralternwaren"
    ledger.practitioner(LONG_NAMED, f"{long}-Featherstonehaugh", given="Maximiliana Bartholomea")
    ledger.member(NATIVE_NAMED, "Al-Khwarizmi", given="Nasrin", native_name="نسرين الخوارزمي")
    ledger.member(WITHOUT_SCOPE, "Unscoped", "2020-01-06", "P.Tech.(Eng.)", given="Ulla")
    return ledger


def _decided(ledger: Ledger) -> None:
    ledger.practitioner(DECIDED, "Fairweather", given="Gordon")
    summary = {"summary": "The member accepted the finding and took a course on document control."}
    decision = {"decision": "25-014", "title": DECISION, "decided_on": "2025-10-20", **summary}
    directed = {"publication_directed_by": "the Appeal Board"}
    ledger.add(DECIDED, "decision_recorded", "2025-10-20", **decision, **directed)
    other = {"decision": "25-020", "title": UNDIRECTED, "decided_on": "2025-11-03"}
    ledger.add(DECIDED, "decision_recorded", "2025-11-03", **other)


def _permits() -> Ledger:
    ledger = Ledger()
    operating = ["Kestrel Bridges", "Ridge Inspection Services"]
    answering = (PERMITTED, CONDITIONS)
    ledger.permit(IN_FORCE, NAMES[IN_FORCE], *answering, operating_names=operating)
    ledger.permit(EXPIRED, "Lapwing Surveys Inc.", PERMITTED, on="2025-02-01")
    ledger.permit(UNANSWERED, "Merlin Structures Ltd.", SUSPENDED)
    ledger.permit(PERMIT_SUSPENDED, "Nighthawk Consulting Ltd.", PERMITTED)
    ledger.suspend(PERMIT_SUSPENDED, "2026-07-06")
    ledger.permit(ENDING, "Ouzel Drainage Ltd.", PERMITTED, on="2025-12-15")
    return ledger
