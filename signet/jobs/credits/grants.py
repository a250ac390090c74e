"""Credits granted by staff, removed, expired, or carried over from the old system (JOB-2)."""

from __future__ import annotations

from datetime import date, timedelta

from signet.accounts.keys import address
from signet.errors import Conflict, NotAllowed, NotFound, Refused
from signet.jobs import conflicts, store, tables
from signet.jobs.context import Employer, for_company, of_company, perform_as_staff
from signet.jobs.credits import ledger
from signet.jobs.credits.ledger import EXPIRING, Cause
from signet.jobs.forms import GrantDraft
from signet.jobs.model import Credits, Entry, EntryKind, LegacyCredits, Lot
from signet.jobs.store import Row
from signet.transactions.commit import Change
from signet.transactions.context import Context
from signet.transactions.outbox import Mail
from signet.transactions.perform import Plan

CLOCK = "clock"


def credits_and_ledger(who: Employer) -> tuple[Credits, list[Entry]]:
    """Return a company's credits and its ledger, the first entry first."""
    return store.credits_of(who.company), store.ledger(who.company)


def cause(context: Context, kind: EntryKind, about: str = "", reason: str = "") -> Cause:
    """Return the cause of a ledger entry: its kind, time, author and reason."""
    return Cause(kind, context.today, context.now, context.account, about, reason)


def grant(context: Context, company: str, draft: GrantDraft) -> str:
    """Grant credits to a company, as staff, with a reason; return the lot's id.

    Raises NotFound, Concerned, Conflict as `remove_credits`.
    """

    def plan() -> Plan:
        holder = store.company(company)
        if holder is None:
            raise NotFound
        stored = _at_version(company, draft)
        lot = Lot(id=context.operation, left=draft.credits, expires_on=last_day(context))
        why = cause(context, EntryKind.GRANT, reason=draft.reason)
        moved = ledger.add(stored, lot, why)
        page_context = {
            "credits": draft.credits,
            "expires_on": f"{lot.expires_on}",
            "posting_credits": context.policy.career_centre.posting_credits,
        }
        mail = Mail(holder.email, "jobs_credits_granted", page_context)
        detail = {"credits": draft.credits, "entry": moved.entry.number}
        return Plan(lot.id, ledger.put(company, moved), detail, [mail])

    return conflicts.decide_for(context, company, "jobs.credits.granted", [draft], plan)


def remove_credits(context: Context, company: str, lot: str, draft: GrantDraft) -> str:
    """Take back credits of a lot, as staff, with a reason; return how many were taken.

    Raises NotFound, Concerned, Refused if none of the lot are left, and Conflict if the company's
    credits changed since they were seen: they may have been granted or taken in another tab.
    """

    def plan() -> Plan:
        holder = store.company(company)
        if holder is None:
            raise NotFound
        why = cause(context, EntryKind.REFUND, lot, draft.reason)
        moved = ledger.remove(_at_version(company, draft), lot, draft.credits, why)
        if moved is None:
            raise Refused("Nothing is left of these credits.", rule="JOB-2")
        detail = {"credits": moved.entry.credits, "entry": moved.entry.number}
        page_context = {
            "credits": -moved.entry.credits,
            "reason": draft.reason,
            "page": f"/services/jobs/{company}/credits/",
        }
        mail = Mail(holder.email, "jobs_credits_taken", page_context)
        return Plan(str(-moved.entry.credits), ledger.put(company, moved), detail, [mail])

    what, submitted = "jobs.credits.taken-back", [lot, draft]
    return conflicts.decide_for(context, company, what, submitted, plan)


def _at_version(company: str, draft: GrantDraft) -> Credits:
    stored = store.credits_of(company)
    if draft.version is not None and stored.version != draft.version:
        raise Conflict
    return stored


def last_day(context: Context) -> date:
    """Return the last day of credits that are added today."""
    return context.today + timedelta(days=context.policy.career_centre.credit_days)


def expire(context: Context, limit: int = 100) -> int:
    """Write the expiry of credits, for at most `limit` companies; return for how many.

    The scheduler calls it until it returns 0.
    """
    before = f"{context.today}"  # sort keys of credits that last through today come after this one
    owners = store.partitions_listed(EXPIRING, before, limit)
    for owner in owners:
        _expire(context.next(owner), owner.partition("#")[2])
    return len(owners)


def _expire(context: Context, company: str) -> None:
    def plan() -> Plan:
        why = cause(context, EntryKind.EXPIRY)
        moved = ledger.expire_lots(store.credits_of(company), why)
        if moved is None:
            return Plan("nothing")
        detail = {"credits": moved.entry.credits, "entry": moved.entry.number}
        return Plan("expired", ledger.put(company, moved), detail)

    perform_as_staff(context, of_company(company), "jobs.credits.expired", [], plan)


def legacy_credits_of(email: str) -> list[LegacyCredits]:
    """Return the credits of the former system for a verified address, claimed or not."""
    plain = address(email)
    return store.list_partition(LegacyCredits, tables.legacy_key(plain), "") if plain else []


def claim_legacy_credits(who: Employer, email: str, reference: str) -> str:
    """Carry credits of the former system over to a company (JOB-2); return the lot's id.

    `email` is the claimant's verified address, which has to be the one that the credits are for.
    Raises NotAllowed without an address, NotFound, Refused if they are claimed or expired.
    """
    who.owns()
    plain = address(email)
    if not plain:
        raise NotAllowed

    def plan() -> Plan:
        left = store.get(LegacyCredits, tables.legacy_key(plain), reference)
        if left is None:
            raise NotFound
        whose = store.name_of(tables.reference(reference), tables.HOME)
        if whose not in (None, plain) or left.claimed_by or left.expires_on < who.context.today:
            raise Refused("These credits have been claimed, or have expired.", rule="JOB-2")
        lot = Lot(id=who.context.operation, left=left.credits, expires_on=left.expires_on)
        why = cause(who.context, EntryKind.CARRIED, reference)
        moved = ledger.add(store.credits_of(who.company), lot, why)
        new = left.model_copy(update={"claimed_by": who.company, "version": left.version + 1})
        row = Row(tables.legacy_key(plain), reference)
        taken = store.put(new, row, version=new.version, stored_version=left.version)
        detail = {"credits": lot.left, "entry": moved.entry.number}
        once = _once(reference, plain, whose)
        return Plan(lot.id, [taken, once, *ledger.put(who.company, moved)], detail)

    return for_company(who, "jobs.credits.carried", [reference], plan)


def _once(reference: str, plain: str, whose: str | None) -> Change:
    """Return the change that ties the reference to this address, so that it can be claimed once."""
    owner = tables.reference(reference)
    if whose is None:  # it was stored before references had rows
        return store.claim_name(owner, tables.HOME, plain)
    return store.check_version(owner, tables.HOME, 1)
