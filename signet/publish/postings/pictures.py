"""Employers' logos and pictures, staged as files that are named by their content (JOB-7)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace

from signet.jobs.postings.public import PublicJob, PublicPicture
from signet.publish.target.staging import Staging

Contents = Callable[[Collection[str]], Mapping[str, bytes]]


def stage(jobs: Sequence[PublicJob], contents: Contents, staging: Staging) -> list[PublicJob]:
    """Stage the pictures of jobs, and return the jobs with those pictures that exist.

    `contents` reads pictures by their digests. What was published before isn't read again.
    """
    every = {one for job in jobs for one in _of(job)}
    new = [one for one in every if not staging.keep(_path(one), bytes.fromhex(one.digest))]
    read = contents({one.digest for one in new}) if new else {}
    for one in new:
        if one.digest in read:
            staging.add(_path(one), read[one.digest])
    return [_with_those_there(job, staging) for job in jobs]


def _of(job: PublicJob) -> tuple[PublicPicture, ...]:
    logo = job.employer_logo
    return job.employer_pictures if logo is None else (logo, *job.employer_pictures)


def _path(picture: PublicPicture) -> str:
    return picture.address[1:]


def _with_those_there(job: PublicJob, staging: Staging) -> PublicJob:
    """Drop pictures that a company has removed since its profile was read."""
    there = {one for one in _of(job) if _path(one) in staging.digests}
    logo = job.employer_logo if job.employer_logo in there else None
    public_pictures = tuple(one for one in job.employer_pictures if one in there)
    return replace(job, employer_logo=logo, employer_pictures=public_pictures)
