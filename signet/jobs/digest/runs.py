"""Runs of the digest: live postings by mail to every subscribed member, once (JOB-6).

The scheduler sends it in batches of members, one in each call, which limits the rate. A run may
stop anywhere: each member's row says which run they got last, and is written together with the
mail, whose id is the member's and the run's. So no member gets a run twice, whatever else runs and
however often.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple, TypeGuard
from zoneinfo import ZoneInfo

from signet.jobs import published, store, tables
from signet.jobs.applicant_model import Digest, DigestRun, Profile
from signet.jobs.digest import subscribers, unsubscribe
from signet.jobs.digest.subscribers import FIRST, round_of
from signet.jobs.postings.public import PublicJob
from signet.jobs.store import Row
from signet.policy import JobPolicy, Policy
from signet.register import portions
from signet.register.model import MemberRecord
from signet.transactions.context import Context
from signet.transactions.outbox import Mail
from signet.transactions.perform import Command, Plan, perform

WITHIN = timedelta(days=3)  # no mail of a run is sent later than that
A_TRANSACTION = 45  # members: two rows each, of the 100 that a transaction takes
ABOUT = "jobs#digest"
STOP = "/services/jobs/digest/stop/"

ShouldContinue = Callable[[], bool]


class Offer(NamedTuple):
    """What a digest contains: public postings, latest first, filtered by discipline.

    `most` is how many fit in one mail, and `often` says how often the digest is sent.
    """

    every: Sequence[PublicJob]
    most: int
    often: str

    def of(self, disciplines: Sequence[str]) -> list[PublicJob]:
        """Return the postings in these disciplines, or all of them if there are no disciplines."""
        return [job for job in self.every if not disciplines or job.discipline in disciplines]


def due(now: datetime, policy: Policy, jobs: JobPolicy) -> date | None:
    """Return the first day of the run that is due now, or None."""
    local = now.astimezone(ZoneInfo(policy.regulator.time_zone))
    day = round_of(local.date(), jobs)
    begins = local.date() > day or local.hour >= jobs.digest_hour
    return day if begins and local.date() < day + WITHIN and day >= FIRST else None


def of(day: date) -> DigestRun | None:
    """Return the stored progress of a run, or None."""
    return store.get(DigestRun, tables.DIGEST, f"{day}")


def continue_run(context: Context, should_continue: ShouldContinue) -> DigestRun | None:
    """Send a batch of the run that is due, while `goes()`; return None if none is due.

    A completed run is returned as it is, after reading one row. Raises Unavailable, and Conflict if
    another call sends it at the same time: what was sent stays sent.
    """
    day = due(context.now, context.policy, context.policy.career_centre)
    if day is None:
        return None
    run = of(day) or DigestRun(day=day)
    if run.done_at is not None:
        return run
    offer = offered(context)
    if not offer.every:
        return _store_progress(context, run, "", 0)
    portion = portions.members(run.after, context.policy.career_centre.digest_pace, context.today)
    some = [(n, record.disciplines) for n, record in portion.members if takes(record, context)]
    mails = 0
    for at in range(0, len(some), A_TRANSACTION):
        if not should_continue():
            return run  # the batch is repeated, without the members who got theirs
        mails += write(context, day, dict(some[at : at + A_TRANSACTION]), offer)
    return _store_progress(context, run, portion.after, mails)


def takes(record: MemberRecord | None, context: Context) -> TypeGuard[MemberRecord]:
    """Tell whether the digest is for this member: only those in good standing get it."""
    return record is not None and context.policy.statuses[record.status].good


def offered(context: Context) -> Offer:
    """Return today's postings for the digest: a fixed number of calls for each 100 postings."""

    def no_permit(_number: str) -> str:
        return ""  # the digest shows no permits

    live = published.live(context.today)
    jobs = published.public_jobs(live, context.policy, context.today, no_permit, described=False)
    latest = sorted(jobs, key=lambda job: (job.posted_on, job.number), reverse=True)
    return Offer(
        latest, context.policy.career_centre.digest_most, context.policy.career_centre.digest_often
    )


def write(context: Context, day: date, members: Mapping[str, Sequence[str]], offer: Offer) -> int:
    """Write the digests of some members in one transaction; return how many mails.

    `members` maps numbers to disciplines in the register. Raises Conflict, Unavailable.
    """
    numbers = list(members)

    def plan() -> Plan:
        digests, chosen = _settings_of(numbers)
        changes, mails = [], []
        for number in numbers:
            before = digests.get(number, Digest())
            jobs = offer.of(chosen.get(number, members[number]))
            if before.opted_out or not jobs or (before.last is not None and before.last >= day):
                continue
            changes.append(subscribers.put(number, before, last=day))
            mails.append(_mail(number, day, jobs, offer))
        return Plan(str(len(mails)), changes, {"round": f"{day}", "mails": len(mails)}, mails)

    if not plan().mail:
        return 0
    command = Command.of("jobs-digest", ABOUT, "jobs.digest.sent", [f"{day}", numbers])
    return int(perform(context.next(f"{day} {' '.join(numbers)}"), command, plan))


def _settings_of(numbers: Sequence[str]) -> tuple[dict[str, Digest], dict[str, tuple[str, ...]]]:
    """Return the members' digest rows, and the disciplines chosen in their profiles if any."""
    owners = {tables.member(number): number for number in numbers}
    digests = store.several(Digest, ((owner, tables.DIGEST) for owner in owners))
    profiles = store.several(Profile, ((owner, tables.PROFILE) for owner in owners))
    return (
        {owners[owner]: one for (owner, _), one in digests.items()},
        {owners[owner]: one.disciplines for (owner, _), one in profiles.items()},
    )


def _mail(number: str, day: date, jobs: Sequence[PublicJob], offer: Offer) -> Mail:
    context = {
        "jobs": [_job_context(job) for job in jobs[: offer.most]],
        "count": len(jobs),
        "often": offer.often,
        "unsubscribe": f"{STOP}{unsubscribe.token(number)}/",
    }
    return Mail(tables.member(number), "jobs_digest", context, dedup=f"jobs-digest#{number}#{day}")


def _job_context(job: PublicJob) -> Mapping[str, str]:
    where = [job.place.name] if job.place else []
    where += ["from home"] if job.remote else []
    return {
        "title": job.title,
        "employer": job.employer,
        "where": " or ".join(where),
        "until": f"{job.valid_through}",
        "path": f"/jobs/{job.number}/",
    }


def _store_progress(context: Context, run: DigestRun, after: str, mails: int) -> DigestRun:
    """Write the progress of a run, on condition that it is as it was read."""
    new = run.model_copy(
        update={
            "after": after,
            "mails": run.mails + mails,
            "done_at": None if after else context.now,
            "version": run.version + 1,
        }
    )
    row = Row(tables.DIGEST, f"{run.day}")
    put = store.put(new, row, version=new.version, stored_version=run.version)
    command = Command.of("jobs-digest", ABOUT, "jobs.digest.round", [f"{run.day}", new.version])
    perform(context.next(f"{run.day} {new.version}"), command, lambda: Plan("", [put]))
    return new
