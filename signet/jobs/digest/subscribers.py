"""Who is subscribed to the digest of live postings, and what they were sent (JOB-6)."""

from __future__ import annotations

from datetime import date

from signet.jobs import store, tables
from signet.jobs.applicant_model import Digest
from signet.jobs.context import of_member
from signet.jobs.store import Row
from signet.policy import JobPolicy
from signet.transactions.commit import Change
from signet.transactions.context import Context
from signet.transactions.perform import Command, Plan, perform

FIRST = date(2024, 1, 1)  # a Monday, from which the runs are counted


def round_of(today: date, jobs: JobPolicy) -> date:
    """Return the first day of the period that a day is in: there is one digest in each."""
    return date.fromordinal(today.toordinal() - (today - FIRST).days % jobs.digest_days)


def of(member: str) -> Digest:
    """Return a member's digest settings: by default they are subscribed."""
    return store.get(Digest, tables.member(member), tables.DIGEST) or Digest()


def set_opted_out(context: Context, member: str, *, opted_out: bool) -> None:
    """Unsubscribe a member from the digest, or subscribe them again, unless it is so already."""

    def plan() -> Plan:
        digest = of(member)
        if digest.opted_out == opted_out:
            return Plan()
        return Plan("", [put(member, digest, opted_out=opted_out)], {"opted_out": opted_out})

    command = Command.of(tables.member(member), of_member(member), "jobs.digest.set", [opted_out])
    perform(context, command, plan)


def put(member: str, digest: Digest, **changed: object) -> Change:
    """Return the change that updates a member's digest row."""
    new = digest.model_copy(update={**changed, "version": digest.version + 1})
    row = Row(tables.member(member), tables.DIGEST)
    return store.put(new, row, version=new.version, stored_version=digest.version)
