"""The career centre: employers, applicants, the desk, files, payments, the digest."""

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
    Clock,
    Function,
    may,
)
from infra.functions.rights import ACT, CHECKED_AT_ONCE, EVIDENCE, FILES, SIGNED_IN, WEB

# Writes of the career centre are operations; files are marked as used.
JOBS = {
    **ACT,
    "jobs": may(GET, QUERY, MANY, PUT, UPDATE, DELETE, CHECK),
    "uploads": may(QUERY, UPDATE),
}

# What the index of the services counts: see `infra.functions.services`.
COUNTED = {"jobs/by_listing": ("postings#awaiting",)}
FUNCTIONS: tuple[Function, ...] = (
    Function(
        name="jobs",
        module="lambdas.jobs.employers.function",
        does="employers: companies, credits, postings, figures, applications, looking for members",
        tables={
            **SIGNED_IN,
            **JOBS,
            # A person invited to act for a company is promised an account; none is created yet.
            "accounts": may(GET, QUERY, MANY, PUT),
            "register": may(QUERY),
        },
        indexes={"jobs/by_listing": may(QUERY)},
        whose={"accounts": ("account#*", "role#*", "email#*", "invited#*")},
        writes={"accounts": ("invited#*",)},
        settings=WEB | {"address-key", "stripe", "documents"},
        bundle="postings",
        prefixes=("/services/jobs",),
    ),
    Function(
        name="careers",
        module="lambdas.jobs.applicants.function",
        does="people: applying, their profile, requests from employers",
        tables={**SIGNED_IN, **JOBS, "register": may(QUERY)},
        indexes={"jobs/by_listing": may(QUERY)},
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
            "accounts": may(GET, MANY, QUERY),
            "register": may(QUERY),
        },
        indexes={"jobs/by_listing": may(QUERY)},
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
            "jobs": may(GET, QUERY, PUT, DELETE),  # the public copies of pictures
            "uploads": may(GET, QUERY, PUT, UPDATE, DELETE),
        },
        writes={"jobs": ("company#*",)},
        buckets=FILES | EVIDENCE,
        settings=WEB | {"files"},
        prefixes=("/services/jobs/files",),
        bundle="files",
        at_once=CHECKED_AT_ONCE,
        memory_mb=1769,
    ),
    Function(
        name="stripe_events",
        module="lambdas.jobs.stripe",
        does="what the payment processor tells, signed",
        tables={**ACT, "jobs": may(GET, PUT, UPDATE, CHECK)},
        settings=WEB | {"stripe"},
        bundle="postings",
        prefixes=("/services/jobs/stripe",),
    ),
    Function(
        name="digest",
        module="lambdas.jobs.digest",
        does="taking the digest of postings or not, and the one click that stops it",
        tables={**SIGNED_IN, **ACT, "jobs": may(GET, PUT)},
        whose={"jobs": ("member#*",)},
        settings=WEB | {"address-key"},
        prefixes=("/services/jobs/digest",),
        bundle="sealing",
    ),
    Function(
        name="job_clock",
        module="lambdas.jobs.schedule",
        does="the career centre's scheduled work: ends, expiries, erasure, a batch of the digest",
        tables={
            **JOBS,
            "uploads": may(GET, PUT, UPDATE, DELETE),  # résumés that nothing refers to are erased
            "outbox": may(PUT, QUERY),  # whether a digest was written before
            "register": may(QUERY, SCAN),
        },
        indexes={"jobs/by_listing": may(QUERY), "uploads/by_unused": may(QUERY)},
        writes={"uploads": ("account#*",)},
        buckets={"quarantine": may("DeleteObject"), "evidence": may("DeleteObject")},
        settings=frozenset({"address-key", "files"}),
        clocks=(Clock("job-clock", every_minutes="work_minutes"),),
        bundle="sealing",
        memory_mb=1769,
        seconds=60,
    ),
    Function(
        name="job_views",
        module="lambdas.jobs.views",
        does="counts that a posting was seen",
        tables={**SIGNED_IN, "jobs": may(GET, UPDATE)},
        whose={"jobs": ("posting#*", "company#*", "account#*")},
        prefixes=("/services/jobs/seen",),
    ),
)
