"""The clients that a company recruits for, on whose behalf postings can be (JOB-3)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from signet.errors import Conflict, FieldError, Invalid, NotFound, Refused
from signet.jobs import store, tables
from signet.jobs.companies.naming import former_links, renamed
from signet.jobs.context import Employer, for_company
from signet.jobs.forms import ClientDraft, ClientEdit
from signet.jobs.model import Client
from signet.jobs.postings import rules
from signet.jobs.store import Row
from signet.transactions.commit import Change
from signet.transactions.perform import Plan
from signet.uploads import evidence


def listed(who: Employer) -> list[Client]:
    """Return the employer's clients, by name."""
    return of_company(who.company)


def of_company(company: str) -> list[Client]:
    """Return a company's clients, by name, for staff."""
    clients = store.list_partition(Client, tables.company(company), "client#")
    return sorted(clients, key=lambda client: (client.name.casefold(), client.id))


def add(who: Employer, draft: ClientDraft) -> str:
    """Add a client that postings can be on behalf of, as an owner (JOB-3); return its id.

    Raises Refused for a company that doesn't recruit for others, Invalid.
    """
    who.owns()

    def plan() -> Plan:
        company = store.company(who.company)
        if company is None:
            raise NotFound
        if not company.third_party:
            raise Refused(
                "Say in the company's profile first that you recruit for others.", rule="JOB-3"
            )
        _check_website(draft)
        client = Client(id=who.context.operation, name=draft.name, website=draft.website)
        row = Row(tables.company(who.company), tables.client_key(client.id))
        return Plan(client.id, [store.put(client, row)], {"client": client.id})

    return for_company(who, "jobs.client.added", [draft], plan)


def _check_website(draft: ClientDraft) -> None:
    if draft.website and not rules.is_link(draft.website):
        raise Invalid(FieldError("website", "Give a whole link, like https://example.org"))


def edit(who: Employer, client: str, draft: ClientEdit) -> None:
    """Correct a client's name, website and logo, as an owner; its postings show them too (JOB-3).

    The logo is one of the company's own pictures. Raises NotFound, Conflict if another person has
    changed the client or the logo isn't such a picture, Invalid.
    """
    who.owns()

    def plan() -> Plan:
        _check_website(draft)
        stored = find(who, client)
        if stored.version != draft.version:
            raise Conflict
        former = renamed(stored.name, draft.name, stored.former_names)
        update = {
            "name": draft.name,
            "website": draft.website,
            "former_names": former,
            "former_marks": former_links((stored.website,), (draft.website,), stored.former_marks),
            "logo": draft.logo,
            "copies": tuple(store.pictures(who.company, [draft.logo] if draft.logo else [])),
        }
        return _put(who, stored, update, _files(who.company, stored.logo, draft.logo))

    for_company(who, "jobs.client.edited", [client, draft], plan)


def find(who: Employer, client: str) -> Client:
    """Return a company's client. Raises NotFound."""
    stored = store.get(Client, tables.company(who.company), tables.client_key(client))
    if stored is None:
        raise NotFound
    return stored


def _files(company: str, was: str, wanted: str) -> list[Change]:
    if was == wanted:
        return []
    owner = tables.company(company)
    return [
        *evidence.used(owner, [wanted] if wanted else []),
        *evidence.released(owner, [was] if was else []),
    ]


def _put(
    who: Employer, client: Client, update: dict[str, Any], files: Sequence[Change] = ()
) -> Plan:
    new = client.model_copy(update=update | {"version": client.version + 1})
    row = Row(tables.company(who.company), tables.client_key(client.id))
    change = store.put(new, row, version=new.version, stored_version=client.version)
    return Plan("", [change, *files], {"client": client.id, "active": new.active})


def set_active(who: Employer, client: str, *, active: bool) -> None:
    """Allow or disallow new postings on behalf of a client, as an owner. Raises NotFound."""
    who.owns()

    def plan() -> Plan:
        return _put(who, find(who, client), {"active": active})

    for_company(who, "jobs.client.set", [client, active], plan)
