"""A posting as on its public page, for its company and staff before it is published."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import NamedTuple

from markupsafe import Markup

from signet import policy as policies
from signet.jobs import published
from signet.jobs.model import Company, Posting
from signet.jobs.postings import public
from signet.jobs.postings.public import PublicJob
from signet.policy import Policy
from signet.publish.postings import words
from signet.publish.postings.words import JobWords


class Preview(NamedTuple):
    """The context of the template that the public page uses too."""

    job: PublicJob
    words: JobWords
    description: Markup
    about: Markup
    pictures: str


def of(posting: Posting, today: date, pictures: str) -> Preview | None:
    """Return a posting as readers see it or would; None where its company is gone.

    `pictures` is the prefix of the pictures' addresses: on the site they exist only once the
    posting is published.
    """
    policy = policies.load()
    around = published.surroundings(posting, policy, lambda _number: "")
    if around is None:
        return None
    job = public.preview(posting, around, today)
    if around.client is None:
        job = _with_permit(job, around.company, today, policy)
    return Preview(
        job,
        words.of(job, policy.regulator),
        Markup(job.description),  # noqa: S704 - sanitised by signet.jobs.postings.markdown
        Markup(job.employer_about),  # noqa: S704 - likewise
        pictures,
    )


def _with_permit(job: PublicJob, company: Company, today: date, policy: Policy) -> PublicJob:
    """Return the job with its employer's permit where its page will show it (PER-5)."""
    if not company.vouched_permit:
        return job
    from signet.publish.postings.permits import held_by  # imported here: other pages don't need it
    from signet.register.reading import permit_verdict_on

    permit = permit_verdict_on(company.vouched_permit, today, policy)
    if permit is None or not permit[1].good or not held_by(permit[0], job.employer):
        return job
    return replace(job, permit=company.vouched_permit, permit_verdict=permit[1].words)
