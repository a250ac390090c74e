"""The words on a job's page, which say the same as its structured data."""

from __future__ import annotations

from dataclasses import dataclass

from signet.addresses import mailto
from signet.jobs.model import Way
from signet.jobs.postings import rules
from signet.jobs.postings.public import PublicJob, PublicPay
from signet.policy import Regulator

ADDRESS = "/jobs/"
APPLY = "/services/jobs/apply/"


@dataclass(frozen=True, slots=True)
class JobWords:
    """The words on a job, for its page and its row in lists. `link` is where to apply, or ""."""

    where: str
    in_full: str  # where, with the country
    pay: str
    apply_words: str
    link: str


def address(number: str) -> str:
    """Return the address of a job's page: its number alone, which no new title changes."""
    return f"{ADDRESS}{number}/"


def of(job: PublicJob, regulator: Regulator) -> JobWords:
    """Return the words on a job."""
    words, link = _apply(job)
    return JobWords(where(job, regulator), in_full(job, regulator), pay(job.pay), words, link)


def where(job: PublicJob, regulator: Regulator) -> str:
    """Return where the work is: a place, home, or either."""
    if job.place is None:
        return f"From home, anywhere in {regulator.country_name or regulator.country}"
    named = f"{job.place.name}, {job.place.province}"
    return f"{named}, or from home" if job.remote else named


def in_full(job: PublicJob, regulator: Regulator) -> str:
    """Return where the work is, with the country, as in the structured data."""
    if job.place is None:
        return where(job, regulator)
    country = regulator.country_name or regulator.country
    named = f"{job.place.name}, {job.place.province}, {country}"
    return f"{named}, or from home" if job.remote else named


def pay(public_pay: PublicPay | None) -> str:
    """Return the pay, or "" where the posting doesn't state it."""
    return public_pay.words if public_pay else ""


def _apply(job: PublicJob) -> tuple[str, str]:
    if job.way is Way.SITE:
        return "Apply for this job", f"{APPLY}{job.number}/"
    if job.way is Way.EMAIL:
        return f"Apply by e-mail to {job.apply_at}", mailto(job.apply_at)
    return "Apply on the employer’s site", job.apply_at if rules.is_link(job.apply_at) else ""
