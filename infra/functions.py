"""The functions: what each serves, what triggers it, and what it may do.

The AWS stacks, the local gateway, streams and scheduler all derive from this list. A new module of
lambdas is deployed once it is listed here. A function can do nothing that isn't listed: its role
allows exactly these actions on exactly these resources.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

Actions = frozenset[str]
# Settings of a function beside the addresses of the tables and the site.
Setting = Literal[
    "pages",
    "sign-in",
    "address-key",
    "intake-key",
    "files",
    "complaint-files",
    "mail",
    "site",
    "office-public",
    "office-keys",
    "mail-public",
    "mail-keys",
    "viewer-address",
    "stripe",
]
# Secrets in functions' environment variables: Lambda encrypts these under a key of ours.
SECRETS: frozenset[Setting] = frozenset({"address-key", "intake-key", "stripe"})
# Which of the two bundles (infra/bundle) has the function's dependencies.
Bundle = Literal["services", "postings"]
BUNDLES: tuple[Bundle, ...] = get_args(Bundle)

GET = "GetItem"
QUERY = "Query"
MANY = "BatchGetItem"
SCAN = "Scan"
PUT = "PutItem"
UPDATE = "UpdateItem"
DELETE = "DeleteItem"
CHECK = "ConditionCheckItem"
WRITING = frozenset({PUT, UPDATE, DELETE})


@dataclass(frozen=True, slots=True)
class Stream:
    """A table whose stream a function subscribes to.

    `only` names the kinds of change (INSERT …), none for all; `at_once` is the batch size.
    """

    table: str
    only: tuple[str, ...] = ()
    at_once: int = 100


@dataclass(frozen=True, slots=True)
class Clock:
    """When the scheduler calls a function: at the time that a setting names, or at an interval.

    `at` and `every_minutes` are names of settings of the stage; one of them is given. On one
    machine it is called every `local_seconds`, never when that is 0.
    """

    name: str
    at: str = ""
    every_minutes: str = ""
    local_seconds: float = 60.0


@dataclass(frozen=True, slots=True)
class Arrivals:
    """A bucket and a key prefix whose new objects trigger a function."""

    bucket: str
    prefix: str


# What functions that serve pages may access of accounts and sessions (threat 27).
WHO_IS_SIGNED_IN = {"accounts": ("account#*", "role#*"), "sessions": ("session#*",)}
THAT_IT_WAS_USED = {"sessions": ("key", "part", "seen", "expires")}


@dataclass(frozen=True, slots=True)
class Function:
    """One function. `tables` and `indexes` (TABLE/INDEX) list its actions on each.

    It is named after its module of lambdas. `whose` limits its access to a table or TABLE/INDEX to
    rows whose partition key matches one of these patterns, `writes` limits only what it changes
    there, `attributes` what it updates in a row. Of accounts and sessions a function may access
    only what identifies the signed-in user, unless more is listed here. `unwraps` names the keys of
    WRAPPING that it may use; `alarm_after` is how old a change may get before its stream's alarm,
    in seconds.
    """

    name: str
    module: str
    does: str
    tables: Mapping[str, Actions]
    indexes: Mapping[str, Actions] = field(default_factory=dict)
    whose: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    attributes: Mapping[str, tuple[str, ...]] = field(
        default_factory=lambda: dict(THAT_IT_WAS_USED)
    )
    writes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    buckets: Mapping[str, Actions] = field(default_factory=dict)
    settings: frozenset[Setting] = frozenset()
    prefixes: tuple[str, ...] = ()
    streams: tuple[Stream, ...] = ()
    clocks: tuple[Clock, ...] = ()
    arrivals: tuple[Arrivals, ...] = ()
    unwraps: frozenset[str] = frozenset()
    sends_mail: bool = False
    bundle: Bundle = "services"
    memory_mb: int = 1024
    seconds: int = 29
    disk_mb: int = 512
    alarm_after: int = 300

    @property
    def handler(self) -> str:
        """Return the handler's name for Lambda."""
        return f"{self.module}.handler"

    @property
    def entry_point(self) -> str:
        """Return the handler's name for the local gateway, streams and scheduler."""
        return f"{self.module}:handler"

    def reaches(self, name: str) -> tuple[str, ...]:
        """Return the partition key patterns it may access in a table or index; none for all."""
        return self.whose.get(name) or WHO_IS_SIGNED_IN.get(name, ())

    @property
    def waits(self) -> bool:
        """Tell whether failed events can be queued for later, as no one waits for the response."""
        return bool(self.streams or self.clocks or self.arrivals)


def _may(*actions: str) -> Actions:
    return frozenset(actions)


# Identify the user: read the session and the account with its roles by key, and update the
# session's last use. Only sign-in and administrators write accounts, roles and sessions (threat
# 27).
SIGNED_IN = {"sessions": _may(GET, UPDATE), "accounts": _may(GET, MANY)}
# An operation: its row, its line of the audit log, and the mail about it.
ACT = {"acts": _may(GET, PUT), "audit": _may(PUT), "outbox": _may(PUT)}
# Actions on a bucket, not on an object in it.
OF_BUCKETS = _may("ListBucket", "ListBucketVersions", "GetBucketVersioning")
WEB: frozenset[Setting] = frozenset({"pages"})
CPD = {
    **SIGNED_IN,
    **ACT,
    "cpd": _may(GET, QUERY, MANY, PUT, UPDATE, DELETE, CHECK),
    "register": _may(QUERY),
    "uploads": _may(QUERY, UPDATE),
}
# What was filed, its keys, and what a receipt code opens. No function may scan any of it.
FILED = {"complaints": _may(PUT), "followups": _may(PUT), "casekeys": _may(PUT)}
# A form by which a browser sends a file to quarantine is signed with the function's own right.
SENT = {"complaint-quarantine": _may("PutObject")}
# The settings of the complaints desk.
OFFICE: frozenset[Setting] = frozenset(
    {"intake-key", "office-keys", "office-public", "mail-public", "complaint-files"}
)
FILES = {"quarantine": _may("GetObject", "PutObject", "DeleteObject", "ListBucket")}
EVIDENCE = {"evidence": _may("GetObject", "PutObject", "DeleteObject")}
PUBLISH = {"register": _may(QUERY, SCAN), "leases": _may(UPDATE)}
# Postings by their listing, their companies and clients by key, the places: nothing of applicants,
# of members, or of money.
PUBLIC_JOBS = {"jobs": _may(GET, QUERY, MANY)}
LISTED_POSTINGS = {"jobs/by_listing": _may(QUERY)}
PUBLIC_ROWS = {"jobs": ("company#*", "places"), "jobs/by_listing": ("postings#*",)}
# Writes of the career centre are operations; files are marked as used.
JOBS = {
    **ACT,
    "jobs": _may(GET, QUERY, MANY, PUT, UPDATE, DELETE, CHECK),
    "uploads": _may(QUERY, UPDATE),
}
# A replaced object is read and restored by its version, which a listing of versions finds.
PUBLISHED = {
    "site": _may(
        "GetObject",
        "GetObjectVersion",
        "PutObject",
        "DeleteObject",
        "ListBucket",
        "ListBucketVersions",
        "GetBucketVersioning",
    )
}


def _publishing(**about: Any) -> Function:
    """Return a function that makes public pages, with all that any of them reads and writes."""
    return Function(
        tables=PUBLISH | PUBLIC_JOBS,
        indexes={"register/permits": _may(SCAN), **LISTED_POSTINGS},
        whose=PUBLIC_ROWS,
        buckets=PUBLISHED,
        settings=frozenset({"site"}),
        bundle="postings",
        **about,
    )


FUNCTIONS: tuple[Function, ...] = (
    Function(
        name="home",
        module="lambdas.home",
        does="the index of the services, and addresses that nothing else serves",
        tables={**SIGNED_IN, "cpd": _may(MANY)},  # the user's own open audits
        whose={"cpd": ("member#*",)},
        indexes={"proposals/by_state": _may(QUERY)},  # how many wait, for officers
        settings=WEB,
        prefixes=("/services",),
    ),
    Function(
        name="account",
        module="lambdas.account",
        does="signing in and out, one's own account, joining it to a member record",
        tables={
            **ACT,
            "sessions": _may(GET, QUERY, MANY, PUT, UPDATE, DELETE),
            "accounts": _may(GET, QUERY, MANY, PUT, UPDATE, DELETE),
        },
        whose={"accounts": ("*#*",), "sessions": ("*#*",)},
        attributes={},
        writes={
            "accounts": (
                "account#*",
                "identity#*",
                "email#*",
                "invited#*",
                "joined#*",
                "signin#*",
                "tries#*",
            )
        },
        settings=WEB | {"sign-in", "address-key", "mail-public"},
        prefixes=("/services/account",),
    ),
    Function(
        name="admin",
        module="lambdas.admin",
        does="roles, the audit trail, mail that was given up",
        tables={
            "sessions": _may(GET, UPDATE),
            "accounts": _may(GET, QUERY, MANY, PUT, UPDATE, DELETE, CHECK),
            "acts": _may(GET, PUT),
            "audit": _may(PUT, QUERY),
            "outbox": _may(GET, PUT, UPDATE),
        },
        indexes={
            "outbox/queue": _may(QUERY),
            "audit/by_officer": _may(QUERY),
            "audit/by_day": _may(QUERY),
        },
        whose={"accounts": ("account#*", "role#*", "email#*", "invited#*", "joined#*", "grant#*")},
        settings=WEB | {"address-key"},
        prefixes=("/services/admin",),
    ),
    Function(
        name="files",
        module="lambdas.files",
        does="files that members send: inviting, checking, handing out",
        tables={
            **SIGNED_IN,
            **ACT,
            "uploads": _may(GET, QUERY, PUT, UPDATE, DELETE),
            "cpd": _may(GET),  # who is recused from a member's record
        },
        whose={"cpd": ("officer#*",)},
        buckets=FILES | EVIDENCE,
        settings=WEB | {"files"},
        prefixes=("/services/files",),
        memory_mb=1769,
    ),
    Function(
        name="cpd",
        module="lambdas.cpd.member.function",
        does="a member's continuing professional development",
        # A declaration of not practising is an entry in the member's record of the register at
        # once.
        tables={**CPD, "register": _may(QUERY, PUT)},
        whose={"register": ("member#*",)},
        indexes={"cpd/by_standing": _may(QUERY)},
        settings=WEB,
        prefixes=("/services/cpd",),
    ),
    Function(
        name="cpd_desk",
        module="lambdas.cpd.desk.function",
        does="the CPD desk of the staff: standings, draw, notices, reviews",
        tables={
            **CPD,
            "accounts": _may(GET, QUERY, MANY),  # officers' names and roles
            "register": _may(QUERY, SCAN, MANY),
            "contacts": _may(MANY),  # postal addresses of letters
            "proposals": _may(GET, PUT),  # proposals that a member resumes practice
        },
        indexes={
            "cpd/by_standing": _may(QUERY),
            "proposals/by_source": _may(QUERY),
            "register/permits": _may(SCAN),  # the permits whose pages show a change to a member
        },
        settings=WEB,
        prefixes=("/services/cpd/desk",),
        memory_mb=1769,
    ),
    Function(
        name="cpd_api",
        module="lambdas.cpd.api",
        does="CPD for programs, and what it understands (OpenAPI)",
        tables=CPD,
        indexes={"cpd/by_standing": _may(QUERY)},
        settings=WEB,
        prefixes=("/services/cpd/api", "/services/openapi.json"),
    ),
    Function(
        name="follow",
        module="lambdas.follow",
        does="CPD standings and career profiles that follow the register; the night is begun",
        tables={
            **ACT,
            "cpd": _may(GET, QUERY, MANY, PUT, UPDATE),
            "jobs": _may(GET, PUT, DELETE),
            "register": _may(QUERY),
        },
        whose={"jobs": ("member#*",)},
        streams=(Stream("register"),),
        clocks=(Clock("reminders", at="reminders", local_seconds=3600.0),),
        seconds=900,
        alarm_after=3600,
    ),
    Function(
        name="cpd_work",
        module="lambdas.cpd.work",
        does="CPD work that takes long: rolls, audits to open, the night and its reminders",
        tables={
            **ACT,
            "outbox": _may(PUT, QUERY),  # whether a reminder was written before
            "cpd": _may(GET, QUERY, MANY, PUT, UPDATE),
            "register": _may(QUERY, SCAN),
        },
        indexes={"cpd/by_standing": _may(QUERY)},
        clocks=(Clock("cpd-work", every_minutes="work_minutes", local_seconds=20.0),),
        memory_mb=1769,
        seconds=300,
    ),
    Function(
        name="complaints",
        module="lambdas.complaints.intake",
        does="complaints as they come in: form, answers read back, receipt",
        tables={**FILED, "audit": _may(PUT), "outbox": _may(PUT)},
        # It finds the name behind a number in the published site, and nowhere else.
        buckets=SENT | {"site": _may("GetObject")},
        settings=frozenset(
            {"intake-key", "office-public", "mail-public", "complaint-files", "site"}
        ),
        prefixes=("/services/complaints",),
    ),
    Function(
        name="followup",
        module="lambdas.complaints.followup.function",
        does="coming back with a receipt code: stage, questions, more to say, files",
        tables={
            "followups": _may(QUERY, PUT),
            "casekeys": _may(PUT),
            "tries": _may(GET, PUT, UPDATE),
            "audit": _may(PUT),
        },
        buckets=SENT,
        settings=frozenset({"office-public", "complaint-files", "viewer-address"}),
        prefixes=("/services/complaints/followup",),
    ),
    Function(
        name="complaints_desk",
        module="lambdas.complaints.desk.function",
        does="the complaints desk: queue, cases, letters, report, retention",
        tables={
            **ACT,
            "sessions": _may(GET, UPDATE),
            "accounts": _may(GET, QUERY, MANY),
            "complaints": _may(GET, QUERY, MANY, PUT, UPDATE, CHECK),
            "followups": _may(GET, QUERY, MANY, PUT, UPDATE, DELETE),
            "casekeys": _may(GET, QUERY, MANY, PUT, DELETE),
            "register": _may(QUERY, PUT),  # two officers enter a decision
            "proposals": _may(GET, PUT),
        },
        indexes={
            "register/permits": _may(SCAN),  # the permits whose pages show a change to a member
            "complaints/by_stage": _may(QUERY),
            "complaints/by_reference": _may(QUERY),
            "complaints/by_respondent": _may(QUERY),
            "complaints/by_manager": _may(QUERY),
            "followups/news": _may(QUERY),
        },
        buckets={
            "complaint-quarantine": _may("DeleteObject"),
            "complaint-evidence": _may("GetObject", "DeleteObject"),
        },
        settings=WEB | OFFICE,
        prefixes=("/services/complaints/desk",),
        clocks=(Clock("complaint-alerts", every_minutes="work_minutes"),),
        unwraps=frozenset({"office"}),
        memory_mb=1769,
    ),
    Function(
        name="register_desk",
        module="lambdas.register.desk.function",
        does="the register desk: proposals for the register, approved, reviewed, taken back",
        tables={
            **SIGNED_IN,
            **ACT,
            "sessions": _may(GET, UPDATE),
            "accounts": _may(GET, QUERY, MANY),
            "proposals": _may(GET, QUERY, PUT),
            "register": _may(QUERY, PUT),
            "cpd": _may(GET),  # who is recused from a member's record
        },
        whose={"cpd": ("officer#*",)},
        indexes={
            "proposals/by_state": _may(QUERY),
            "register/permits": _may(SCAN),  # the permits whose pages show a change to a member
        },
        settings=WEB,
        prefixes=("/services/register",),
        memory_mb=1769,
    ),
    Function(
        name="register_work",
        module="lambdas.register.work",
        does="enters what was approved, part by part; reminders of what waits",
        tables={
            **ACT,
            "accounts": _may(GET, QUERY, MANY),
            "proposals": _may(GET, QUERY, PUT),
            "register": _may(QUERY, PUT),
        },
        indexes={"proposals/by_state": _may(QUERY)},
        clocks=(Clock("register-work", every_minutes="work_minutes"),),
        seconds=60,
    ),
    Function(
        name="complaint_files",
        module="lambdas.complaints.files",
        does="files of complaints: checked, cleaned, sealed; as they arrive and by the clock",
        tables={
            "followups": _may(GET, PUT, UPDATE),
            "casekeys": _may(PUT),
            "audit": _may(PUT),
        },
        indexes={"followups/news": _may(QUERY)},
        buckets={
            "complaint-quarantine": _may("GetObject", "DeleteObject", "ListBucket"),
            "complaint-evidence": _may("PutObject", "DeleteObject", "ListBucket"),
        },
        settings=frozenset({"office-public", "complaint-files"}),
        arrivals=(Arrivals("complaint-quarantine", "complaints/"),),
        clocks=(Clock("complaint-files", every_minutes="work_minutes", local_seconds=10.0),),
        memory_mb=1769,
        # A claim expires after six calls by the scheduler, which may be a minute apart.
        seconds=300,
    ),
    Function(
        name="outbox",
        module="lambdas.outbox",
        does="mail: at once by the stream, and what waits by the clock",
        tables={"outbox": _may(GET, UPDATE), "contacts": _may(GET)},
        indexes={"outbox/queue": _may(QUERY)},
        settings=frozenset({"mail", "mail-keys"}),
        unwraps=frozenset({"mail"}),
        streams=(Stream("outbox", only=("INSERT",), at_once=25),),
        clocks=(Clock("sweep", every_minutes="sweep_minutes", local_seconds=30.0),),
        sends_mail=True,
        seconds=300,
    ),
    _publishing(
        name="publish",
        module="lambdas.publishing.urgent",
        does="changed records onto the public pages, within a minute",
        streams=(Stream("register"),),
        memory_mb=1769,
        seconds=300,
        disk_mb=2048,
        alarm_after=120,
    ),
    _publishing(
        name="nightly",
        module="lambdas.publishing.nightly",
        does="the whole register and career centre, every night",
        clocks=(Clock("nightly", at="nightly", local_seconds=0.0),),
        memory_mb=0,  # the stage's build_memory_mb
        seconds=900,
        disk_mb=10240,
    ),
    _publishing(
        name="publish_jobs",
        module="lambdas.publishing.jobs",
        does="changed postings onto the public pages, within a minute",
        streams=(Stream("jobs"),),
        memory_mb=1769,
        seconds=300,
        disk_mb=2048,
        alarm_after=120,
    ),
    Function(
        name="jobs",
        module="lambdas.jobs.employers.function",
        does="employers: companies, credits, postings, figures, applications, looking for members",
        tables={
            **SIGNED_IN,
            **JOBS,
            # A person invited to act for a company is promised an account; none is created yet.
            "accounts": _may(GET, QUERY, MANY, PUT),
            "register": _may(QUERY),
        },
        indexes={"jobs/by_listing": _may(QUERY)},
        whose={"accounts": ("account#*", "role#*", "email#*", "invited#*")},
        writes={"accounts": ("invited#*",)},
        settings=WEB | {"address-key", "stripe"},
        bundle="postings",
        prefixes=("/services/jobs",),
    ),
    Function(
        name="careers",
        module="lambdas.jobs.applicants.function",
        does="people: applying, their profile, requests from employers",
        tables={**SIGNED_IN, **JOBS, "register": _may(QUERY)},
        indexes={"jobs/by_listing": _may(QUERY)},
        settings=WEB,
        bundle="postings",
        prefixes=(
            "/services/jobs/apply",
            "/services/jobs/applications",
            "/services/jobs/profile",
            "/services/jobs/requests",
        ),
    ),
    Function(
        name="jobs_desk",
        module="lambdas.jobs.desk.function",
        does="the career officers' desk: postings, companies, credits, payments, places",
        # The holder of the permit that a company names, and which other officers may decide about
        # it.
        tables={
            **SIGNED_IN,
            **JOBS,
            "accounts": _may(GET, MANY, QUERY),
            "register": _may(QUERY),
        },
        indexes={"jobs/by_listing": _may(QUERY)},
        settings=WEB | {"stripe"},
        bundle="postings",
        prefixes=("/services/jobs/desk",),
    ),
    Function(
        name="company_files",
        module="lambdas.jobs.files",
        does="files of companies: inviting, checking, handing out; applicants' résumés",
        tables={
            **SIGNED_IN,
            **ACT,
            "jobs": _may(GET, QUERY, PUT, DELETE),  # the public copies of pictures
            "uploads": _may(GET, QUERY, PUT, UPDATE, DELETE),
        },
        writes={"jobs": ("company#*",)},
        buckets=FILES | EVIDENCE,
        settings=WEB | {"files"},
        prefixes=("/services/jobs/files",),
        memory_mb=1769,
    ),
    Function(
        name="stripe_events",
        module="lambdas.jobs.stripe",
        does="what the payment processor tells, signed",
        tables={**ACT, "jobs": _may(GET, PUT, UPDATE, CHECK)},
        settings=WEB | {"stripe"},
        bundle="postings",
        prefixes=("/services/jobs/stripe",),
    ),
    Function(
        name="digest",
        module="lambdas.jobs.digest",
        does="taking the digest of postings or not, and the one click that stops it",
        tables={**SIGNED_IN, **ACT, "jobs": _may(GET, PUT)},
        whose={"jobs": ("member#*",)},
        settings=WEB | {"address-key"},
        prefixes=("/services/jobs/digest",),
    ),
    Function(
        name="job_clock",
        module="lambdas.jobs.schedule",
        does="the career centre by the clock: ends, expiries, erasure, a portion of the digest",
        tables={
            **JOBS,
            "uploads": _may(GET, PUT, UPDATE, DELETE),  # résumés that nothing refers to are erased
            "outbox": _may(PUT, QUERY),  # whether a digest was written before
            "register": _may(QUERY, SCAN),
        },
        indexes={"jobs/by_listing": _may(QUERY), "uploads/by_unused": _may(QUERY)},
        writes={"uploads": ("account#*",)},
        buckets={"quarantine": _may("DeleteObject"), "evidence": _may("DeleteObject")},
        settings=frozenset({"address-key", "files"}),
        clocks=(Clock("job-clock", every_minutes="work_minutes"),),
        memory_mb=1769,
        seconds=60,
    ),
    Function(
        name="job_views",
        module="lambdas.jobs.views",
        does="counts that a posting was seen",
        tables={**SIGNED_IN, "jobs": _may(GET, UPDATE)},
        whose={"jobs": ("posting#*", "company#*", "account#*")},
        prefixes=("/services/jobs/seen",),
    ),
)

# Modules of lambdas that aren't functions themselves, but parts of others.
PARTS_OF_OTHERS = frozenset(
    {"caseroom", "desk", "employers", "jobdesk", "publishing", "registering", "returning"}
)
# Tables with private rows: their key is one that the functions that publish can't use.
PRIVATE_TABLES = frozenset(
    {"contacts", "accounts", "sessions", "acts", "audit", "outbox", "cpd", "uploads", "proposals"}
)
# The career centre's table has its own key: the functions that publish read some of its rows.
JOB_TABLES = frozenset({"jobs"})
# The complaints' tables have a key that nothing else uses.
COMPLAINT_TABLES = frozenset({"complaints", "followups", "casekeys", "tries"})
PUBLIC_KEY, PRIVATE_KEY, FILES_KEY, COMPLAINTS_KEY = "register", "private", "files", "complaints"
JOBS_KEY = "jobs"
# The customer managed keys that buckets are encrypted with; the site is public, and has none.
KEYS_OF_BUCKETS = {
    "quarantine": FILES_KEY,
    "evidence": FILES_KEY,
    "complaint-quarantine": COMPLAINTS_KEY,
    "complaint-evidence": COMPLAINTS_KEY,
}
# What private keys are wrapped with (docs/complaint-keys.md), and the one function that unwraps.
WRAPPING = {"office": "complaints_desk", "mail": "outbox"}
CONTEXT = "signet"  # encryption context that names the purpose, as in signet.keyring


def key_of(table: str) -> str:
    """Return the name of the customer managed key that a table is encrypted with."""
    if table in COMPLAINT_TABLES:
        return COMPLAINTS_KEY
    if table in JOB_TABLES:
        return JOBS_KEY
    return PRIVATE_KEY if table in PRIVATE_TABLES else PUBLIC_KEY


def role_name(prefix: str, function: str, region: str) -> str:
    """Return the name of a function's role; `prefix` is the stage's."""
    return f"{prefix}{function}-{region}"
