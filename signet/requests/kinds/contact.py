"""Contact data: address, telephone, e-mail, city. It holds at once; what it was is kept (NOT-1).

Notices rest on the latest address given, so the former one stays with the days on which it held.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field

from signet.accounts import addresses
from signet.accounts.limits import limits
from signet.addresses import checked
from signet.errors import FieldError
from signet.register import actions as register
from signet.register import adding, contacts
from signet.requests.kind import (
    Asking,
    Effect,
    Kind,
    Section,
    SectionModel,
    on_the_register,
    text_errors,
)
from signet.requests.model import Answers, File
from signet.transactions.commit import Change, digest_of
from signet.transactions.outbox import ADDRESS, Mail

PRIVATE = ("address", "phone", "email")
AUTHORITY = "The member’s own notice"


class ContactData(SectionModel):
    """A member's new contact details, all of them."""

    address: str = Field(
        title="Postal address",
        description="As on an envelope, without your name. Notices are sent here.",
        min_length=5,
        max_length=500,
    )
    phone: str = Field("", title="Telephone", max_length=40)
    email: Annotated[str, AfterValidator(checked)] = Field(title="E-mail address", max_length=200)
    city: str = Field(
        "", title="City", description="This is shown on the public register.", max_length=200
    )
    province: str = Field("", title="Province or state", max_length=40)
    since: date = Field(
        title="From which day?", description="Today, or the day on which you moved."
    )


def _begins(who: Asking) -> dict[str, str]:
    """Return what is on record now."""
    if who.record is None:
        return {}
    held = contacts.get(who.record.number)
    known = {name: held.get(name, "") for name in PRIVATE}
    place = {"city": who.record.city, "province": who.record.province}
    return {**known, **place, "since": who.context.today.isoformat()}


def _check(who: Asking, answers: Answers) -> list[FieldError]:
    asked = answers["contact"]
    if not isinstance(asked, ContactData):
        return [FieldError("contact", "Fill in your contact data")]
    if asked.since > who.context.today:
        return [FieldError("contact", "From which day: give today or an earlier day")]
    if (since := _replaced_since(who, asked)) and asked.since < since:
        return [FieldError("contact", f"From which day: give {since.isoformat()} or a later day")]
    return text_errors("contact", asked, ("city", "province"))


def _replaced_since(who: Asking, asked: ContactData) -> date | None:
    """Return from which day what is replaced holds: nothing holds from a day before that."""
    if who.record is None:
        return None
    zone = ZoneInfo(who.context.policy.regulator.time_zone)
    held = contacts.history(who.record.number, PRIVATE, zone)
    replaced = [one for one in held if not one.former and one.value != getattr(asked, one.name)]
    return max((one.since for one in replaced if one.since), default=None)


def _at_once(who: Asking, answers: Answers, file: File) -> Effect | None:
    asked, record = answers["contact"], who.record
    if not isinstance(asked, ContactData) or record is None:
        return None
    contact = asked.model_dump(include=set(PRIVATE))
    before = contacts.get(record.number)
    changes: list[Change] = [
        contacts.change(record.number, contact, before, who.context.now, asked.since),
        *addresses.moved(record.number, before.get("email", ""), asked.email, who.context.now),
        *_place(who, asked, file),
    ]
    return Effect(changes, _told(who, record.number, {before.get("email", ""), asked.email}))


def _place(who: Asking, asked: ContactData, file: File) -> tuple[Change, ...]:
    """Return the entry of another city or province, which are public."""
    record, context = who.record, who.context
    if record is None or (asked.city, asked.province) == (record.city, record.province):
        return ()
    data = {"city": asked.city, "province": asked.province}
    return adding.prepare(
        "member",
        record.number,
        [register.Proposal("moved", data, context.today)],
        authority=AUTHORITY,
        entered_by=context.account,
        policy=context.policy,
        now=context.now,
        operation_id=digest_of("request", file.id, context.operation)[:32],
    ).changes


def _told(who: Asking, number: str, emails: set[str]) -> list[Mail]:
    """Return mail to the old address and the new: someone else may have made the change.

    An address that was on record for a while always hears of it. Any other may be a stranger's,
    typed here to have mail sent there (T22).
    """
    wait = limits(who.context.now).address_waits
    settled = contacts.email_of(number, who.context.now - wait)
    return [
        Mail(email, "request_contact_changed", {"days": wait.days}, limited=email != settled)
        for email in sorted(emails)
        if ADDRESS.fullmatch(email)
    ]


KIND = Kind(
    code="contact",
    sections=(Section("contact", "Your contact data", ContactData, begins=_begins),),
    may_start=on_the_register,
    check=_check,
    at_once=_at_once,
)
