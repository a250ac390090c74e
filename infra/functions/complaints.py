"""Complaints: intake, coming back, the desk, files."""

from __future__ import annotations

from infra.functions.model import (
    CHECK,
    DELETE,
    GET,
    MANY,
    PUT,
    QUERY,
    SCAN,
    UPDATE,
    Arrivals,
    Clock,
    Function,
    Setting,
    may,
)
from infra.functions.rights import ACT, CHECKED_AT_ONCE, WEB

# What was filed, its keys, and what a receipt code opens. No function may scan any of it.
FILED = {"complaints": may(PUT), "followups": may(PUT), "casekeys": may(PUT)}
# A form by which a browser sends a file to quarantine is signed with the function's own right.
SENT = {"complaint-quarantine": may("PutObject")}
# The settings of the complaints desk.
OFFICE: frozenset[Setting] = frozenset(
    {"intake-key", "office-keys", "office-public", "mail-public", "complaint-files"}
)

FUNCTIONS: tuple[Function, ...] = (
    Function(
        name="complaints",
        module="lambdas.complaints.intake",
        does="complaints as they come in: form, answers read back, receipt",
        tables={**FILED, "audit": may(PUT), "outbox": may(PUT)},
        # It finds the name behind a number in the published site, and nowhere else.
        buckets=SENT | {"site": may("GetObject")},
        settings=frozenset(
            {"intake-key", "office-public", "mail-public", "complaint-files", "site"}
        ),
        prefixes=("/services/complaints",),
        bundle="sealing",
    ),
    Function(
        name="followup",
        module="lambdas.complaints.followup.function",
        does="coming back with a receipt code: stage, questions, more to say, files",
        tables={
            "followups": may(QUERY, PUT),
            "casekeys": may(PUT),
            "tries": may(GET, PUT, UPDATE),
            "audit": may(PUT),
        },
        buckets=SENT,
        settings=frozenset({"office-public", "complaint-files", "viewer-address"}),
        prefixes=("/services/complaints/followup",),
        bundle="sealing",
    ),
    Function(
        name="complaints_desk",
        module="lambdas.complaints.desk.function",
        does="the complaints desk: queue, cases, letters, report, retention",
        tables={
            **ACT,
            "sessions": may(GET, UPDATE),
            "accounts": may(GET, QUERY, MANY),
            "complaints": may(GET, QUERY, MANY, PUT, UPDATE, CHECK),
            "followups": may(GET, QUERY, MANY, PUT, UPDATE, DELETE),
            "casekeys": may(GET, QUERY, MANY, PUT, DELETE),
            "register": may(QUERY, PUT),  # two officers enter a decision
            "proposals": may(GET, PUT),
        },
        indexes={
            "register/permits": may(SCAN),  # the permits whose pages show a change to a member
            "complaints/by_stage": may(QUERY),
            "complaints/by_reference": may(QUERY),
            "complaints/by_respondent": may(QUERY),
            "complaints/by_manager": may(QUERY),
            "followups/news": may(QUERY),
        },
        buckets={
            "complaint-quarantine": may("DeleteObject"),
            "complaint-evidence": may("GetObject", "DeleteObject"),
        },
        settings=WEB | OFFICE | {"documents"},
        prefixes=("/services/complaints/desk",),
        clocks=(Clock("complaint-alerts", every_minutes="work_minutes"),),
        unwraps=frozenset({"office"}),
        bundle="sealing",
        memory_mb=1769,
    ),
    Function(
        name="complaint_files",
        module="lambdas.complaints.files",
        does="files of complaints: checked, cleaned, sealed; as they arrive and by schedule",
        tables={
            "followups": may(GET, PUT, UPDATE),
            "casekeys": may(PUT),
            "audit": may(PUT),
        },
        indexes={"followups/news": may(QUERY)},
        buckets={
            "complaint-quarantine": may("GetObject", "DeleteObject", "ListBucket"),
            "complaint-evidence": may("PutObject", "DeleteObject", "ListBucket"),
        },
        settings=frozenset({"office-public", "complaint-files"}),
        arrivals=(Arrivals("complaint-quarantine", "complaints/"),),
        clocks=(Clock("complaint-files", every_minutes="work_minutes", local_seconds=10.0),),
        bundle="files",
        at_once=CHECKED_AT_ONCE,
        memory_mb=1769,
        # A claim expires after six calls by the scheduler, which may be a minute apart.
        seconds=300,
    ),
)
