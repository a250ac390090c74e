"""The index of the services, and any address under /services/ that no other function serves."""

from __future__ import annotations

from lambdas import started
from signet import policy as policies
from signet.accounts.model import Principal, Role
from signet.accounts.tables import MODELS
from signet.cpd import dashboard, rules, store
from signet.cpd.dashboard import RunningAudit
from signet.cpd.tables import MODELS as CPD_MODELS
from signet.errors import Unavailable
from signet.proposals.tables import MODELS as PROPOSAL_MODELS
from signet.transactions.tables import MODELS as ACT_MODELS
from signet.web.answer import Answer, Page
from signet.web.app import ANYONE, App
from signet.web.request import Request

app = App("home")
handler = started(app, (*MODELS, *ACT_MODELS, *CPD_MODELS, *PROPOSAL_MODELS))

Service = tuple[str, str, str]
REGISTER_DESK = "/services/register/"
REGISTER_OFFICERS = (Role.REGISTRAR, Role.REGISTER_OFFICER)

_EVERYBODY: tuple[Service, ...] = (
    (
        "Your account",
        "/services/account/",
        "Who you are here, where you are signed in, and the member record you are joined to.",
    ),
)
_MEMBERS: tuple[Service, ...] = (
    (
        "Continuing professional development",
        "/services/cpd/",
        "Log what you did, see what is still missing, declare that the year is complete.",
    ),
)
_CAREERS: tuple[Service, ...] = (
    (
        "Career profile and requests",
        "/services/jobs/profile/",
        "Let employers find you, and say yes or no to those who ask how to reach you.",
    ),
    (
        "Jobs by e-mail",
        "/services/jobs/digest/",
        "The open postings of your disciplines: get them, or stop them.",
    ),
)
_JOBS: tuple[Service, ...] = (
    (
        "Your applications",
        "/services/jobs/applications/",
        "What you sent to employers through this site, and withdrawing it.",
    ),
    (
        "Post a job",
        "/services/jobs/",
        "For employers and recruiters: your company, postings, credits, and finding members.",
    ),
)
_STAFF: tuple[tuple[Role, Service], ...] = (
    *(
        (
            role,
            (
                "CPD desk",
                "/services/cpd/desk/",
                "The standing of the year, the random audit, notices, deadlines and reviews.",
            ),
        )
        for role in (Role.CPD_OFFICER, Role.REGISTRAR)
    ),
    *(
        (
            role,
            (
                "Register desk",
                REGISTER_DESK,
                "What is proposed for the register, to approve, review or take back.",
            ),
        )
        for role in REGISTER_OFFICERS
    ),
    *(
        (
            role,
            (
                "Complaints desk",
                "/services/complaints/desk/",
                "What came in, what is due, each case, the report, and what may be erased.",
            ),
        )
        for role in (Role.COMPLAINTS_OFFICER, Role.REGISTRAR)
    ),
    (
        Role.CAREER_OFFICER,
        (
            "Career desk",
            "/services/jobs/desk/",
            "Postings to approve or take down, companies and their credits, payments, places.",
        ),
    ),
    (
        Role.ADMINISTRATOR,
        ("Roles", "/services/admin/roles", "Give people of the staff their roles, or end them."),
    ),
    *(
        (
            role,
            (
                "Roles to approve",
                "/services/admin/grants/",
                "Roles that a second person approves before they are given.",
            ),
        )
        for role in (Role.ADMINISTRATOR, Role.REGISTRAR)
    ),
    (
        Role.ADMINISTRATOR,
        ("Audit log", "/services/admin/audit", "What the staff was shown, gave and changed."),
    ),
    (
        Role.ADMINISTRATOR,
        ("Undelivered mail", "/services/admin/mail", "Letters by e-mail that couldn’t be sent."),
    ),
)


def groups(me: Principal | None) -> list[tuple[str, list[Service]]]:
    """Return the services for a user, under headings. A visitor sees what members have."""
    found = [
        ("For members", [*_MEMBERS, *_CAREERS]),
        ("For everybody with an account", [*_JOBS, *_EVERYBODY]),
    ]
    mine = (service for role, service in _STAFF if me and role in me.roles)
    staff = list(dict.fromkeys(mine))  # a service that several roles use is listed once
    if staff:
        found.insert(0, ("For the staff", staff))
    return found


def _waiting(me: Principal | None) -> dict[str, str]:
    """Return what waits at each desk, by its address, for those who may use it."""
    if me is None or not me.roles & {*REGISTER_OFFICERS}:
        return {}
    from signet.proposals import store  # imported here: proposals are slow to load

    try:
        open_, review = store.count("open"), store.count(store.REVIEW)
    except Unavailable:
        return {}  # show the index of the services even without these numbers
    told = [f"{open_} waiting"] if open_ else []
    told += [f"{review} to review"] if review else []
    return {REGISTER_DESK: ", ".join(told)} if told else {}


@app.get("/services/", needs=ANYONE)
def index(request: Request) -> Answer:
    """Show the services that the user can use."""
    me = request.maybe_principal
    facts = {"groups": groups(me), "waiting": _waiting(me), "audits": _audits(request)}
    return Page("home.html", facts)


def _audits(request: Request) -> list[RunningAudit]:
    """Return a member's open audits, shown first; none while they can't be read."""
    me = request.maybe_principal
    if me is None or not me.member:
        return []
    policy = policies.load()
    years = rules.open_years(request.today, policy.cpd(request.today))
    try:
        return dashboard.running_audits(store.audits(me.member, years), policy)
    except Unavailable:
        return []
