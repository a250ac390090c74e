"""Checks that a posting's client and place can still be chosen (JOB-3, JOB-9)."""

from __future__ import annotations

from signet.errors import FieldError, Invalid
from signet.jobs import places, store, tables
from signet.jobs.context import Employer
from signet.jobs.model import Client, Terms
from signet.transactions.commit import Change

CHANGE = "change the draft, then publish it"


def client(who: Employer, id_: str) -> Client | None:
    """Return an active client of the company's by its id, or None."""
    row = store.get(Client, tables.company(who.company), tables.client_key(id_))
    return row if row is not None and row.active else None


def check(who: Employer, terms: Terms) -> list[Change]:
    """Return the checks that a publication depends on: its client is still as it was read.

    Raises Invalid if the client or the place can't be chosen any more.
    """
    known = {one.slug for one in places.listed(who.context.policy.career_centre) if one.active}
    if terms.place and terms.place not in known:
        raise Invalid(FieldError("place", f"This place is off the list: {CHANGE}"), rule="JOB-9")
    if not terms.client:
        return []
    chosen = client(who, terms.client)
    if chosen is None:
        raise Invalid(
            FieldError("client", f"This client is no longer active: {CHANGE}"), rule="JOB-3"
        )
    sort_key = tables.client_key(chosen.id)
    return [store.check_version(tables.company(who.company), sort_key, chosen.version)]
