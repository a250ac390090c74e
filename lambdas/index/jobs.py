"""The career centre: members, applicants, employers, and the desk."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from lambdas.index.model import MOST, Audience, Service
from signet.accounts.model import Role
from signet.jobs.tables import MODELS


def _postings(_today: date) -> Iterator[tuple[int, str]]:
    from signet.jobs.postings import moderation  # imported here: most visitors have no desk

    yield moderation.count_awaiting(MOST + 1), "to approve"


SERVICES = (
    Service(
        "Career profile and requests",
        "/services/jobs/profile/",
        "Let employers find you, and say yes or no to those who ask how to reach you.",
        Audience.MEMBERS,
        frozenset({Role.MEMBER}),
    ),
    Service(
        "Jobs by e-mail",
        "/services/jobs/digest/",
        "The open postings of your disciplines: get them, or stop them.",
        Audience.MEMBERS,
        frozenset({Role.MEMBER}),
    ),
    Service(
        "Your applications",
        "/services/jobs/applications/",
        "What you sent to employers through this site, and withdrawing it.",
        Audience.JOBS,
    ),
    Service(
        "Post a job",
        "/services/jobs/",
        "For employers and recruiters: your company, postings, credits, and finding members.",
        Audience.JOBS,
    ),
    Service(
        "Career desk",
        "/services/jobs/desk/",
        "Postings to approve or take down, companies and their credits, payments, places.",
        Audience.STAFF,
        frozenset({Role.CAREER_OFFICER}),
        _postings,
        MODELS,
    ),
)
