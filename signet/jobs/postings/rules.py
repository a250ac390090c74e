"""The rules of postings as pure functions: length, cost and valid content (JOB-1)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from hashlib import sha256

from signet.addresses import is_address
from signet.errors import FieldError, Invalid, Refused
from signet.jobs.forms import PostingDraft
from signet.jobs.model import OVER, Pay, Place, Posting, PostingState, Terms, Way
from signet.jobs.postings.pay import in_words
from signet.policy import JobPolicy, Policy
from signet.policy.jobs import PayPeriod

LINK = re.compile(r"https?://[^\s/?#\\@]+\.[^\s/?#\\@]+(?:[/?#]\S*)?")
EXTENDABLE = frozenset({PostingState.LIVE, PostingState.PAUSED, PostingState.ENDED})
EDITABLE = frozenset({PostingState.DRAFT, PostingState.LIVE, PostingState.PAUSED})


def posting_number(operation_id: str) -> str:
    """Return the number of the posting that an operation creates: nine digits, the first not 0."""
    return str(100_000_000 + int(sha256(operation_id.encode()).hexdigest(), 16) % 900_000_000)


def last_day(first: date, jobs: JobPolicy) -> date:
    """Return the last day of a new posting, inclusive (JOB-1)."""
    return first + timedelta(days=jobs.posting_days - 1)


def first_day(posting: Posting, today: date) -> date:
    """Return the first day of a posting that is paid for or approved today."""
    return max(posting.asked_from or today, today)


def extension_cost(posting: Posting, ends_on: date, today: date, jobs: JobPolicy) -> int:
    """Return the credits for a new last day: for each posting's length that it begins (JOB-1).

    If the posting is over, the days from today on count. Raises Refused if it can't be extended,
    and Invalid for a day that is no extension or is too far ahead.
    """
    if posting.state not in EXTENDABLE or posting.ends_on is None:
        raise Refused("This posting can't be extended.", rule="JOB-1")
    from_ = max(posting.ends_on, today - timedelta(days=1))
    days = (ends_on - from_).days
    if days <= 0:
        raise Invalid(FieldError("ends_on", f"Choose a day after {from_}"), rule="JOB-1")
    if ends_on > today + timedelta(days=jobs.longest_days):
        latest = today + timedelta(days=jobs.longest_days)
        raise Invalid(FieldError("ends_on", f"Choose a day up to {latest}"), rule="JOB-1")
    return -(-days // jobs.posting_days) * jobs.extension_credits


def paid(posting: Posting, today: date) -> bool:
    """Tell whether a posting has paid days left, shown or not."""
    return posting.ends_on is not None and posting.ends_on >= today


def extensions(posting: Posting, today: date, jobs: JobPolicy) -> list[tuple[date, int]]:
    """Return the possible extensions: the last day that each number of credits reaches."""
    if posting.ends_on is None:
        return []
    day = max(posting.ends_on, today - timedelta(days=1))
    latest = today + timedelta(days=jobs.longest_days)
    offers: list[tuple[date, int]] = []
    while day < latest:
        day = min(day + timedelta(days=jobs.posting_days), latest)
        offers.append((day, (len(offers) + 1) * jobs.extension_credits))
    return offers


def is_shown(posting: Posting, today: date) -> bool:
    """Tell whether the public sees a posting as one to apply for."""
    return (
        posting.state is PostingState.LIVE
        and posting.starts_on is not None
        and posting.ends_on is not None
        and posting.starts_on <= today <= posting.ends_on
    )


def is_over(posting: Posting, today: date) -> bool:
    """Tell whether a posting is over on a day, even before `job_clock` has ended it."""
    return posting.state in OVER or (
        posting.state in (PostingState.LIVE, PostingState.PAUSED)
        and posting.ends_on is not None
        and posting.ends_on < today
    )


def page_stays(posting: Posting, today: date, jobs: JobPolicy) -> bool:
    """Tell whether the page of a posting that is over is still online to say so."""
    if not is_over(posting, today) or posting.ends_on is None or posting.starts_on is None:
        return False
    if posting.hidden or posting.state is PostingState.PAUSED:
        return False
    if posting.starts_on > (posting.over_on or posting.ends_on):
        return False  # it was never shown
    return today <= (posting.over_on or posting.ends_on) + timedelta(days=jobs.page_days)


def terms(draft: PostingDraft, policy: Policy, places: Sequence[Place], today: date) -> Terms:
    """Return the content of a posting. Raises Invalid with all the form's field errors."""
    jobs = policy.jobs
    if jobs is None:
        raise LookupError("the policy pack has no section on jobs")
    errors = [*_choices(draft, policy, jobs), *_place(draft, places)]
    errors += [*_description(draft), *_pay(draft, jobs), *_way(draft), *_first(draft, today, jobs)]
    if errors:
        raise Invalid(*errors, rule="JOB-1")
    fields = draft.model_dump(include=set(Terms.model_fields) - {"pay"})
    return Terms(pay=_paid(draft), **fields)


def _paid(draft: PostingDraft) -> Pay | None:
    if draft.pay_least is None and draft.pay_most is None:
        return None
    return Pay(least=draft.pay_least, most=draft.pay_most, period=draft.pay_period)


def _choices(draft: PostingDraft, policy: Policy, jobs: JobPolicy) -> Iterator[FieldError]:
    known: dict[str, Collection[str]] = {
        "occupation": jobs.occupations,
        "discipline": policy.disciplines,
        "level": jobs.levels,
        "employment_type": jobs.employment_types,
        "designation": ["", *policy.designations],
    }
    for field, choices in known.items():
        if getattr(draft, field) not in choices:
            yield FieldError(field, "Choose one of the list")


def _place(draft: PostingDraft, places: Sequence[Place]) -> Iterator[FieldError]:
    if not draft.place and not draft.remote:
        yield FieldError("place", "Choose a place, or say that it can be done from home")
    elif draft.place and draft.place not in {one.slug for one in places if one.active}:
        yield FieldError("place", "Choose a place of the list: staff add others when asked")


def _description(draft: PostingDraft) -> Iterator[FieldError]:
    from signet.jobs.postings import (
        markdown,  # only here: the scheduled function lacks it and reads no forms
    )

    if not markdown.plain_text(draft.description):
        yield FieldError("description", "Describe the job: nothing of this would be shown")


def _pay(draft: PostingDraft, jobs: JobPolicy) -> Iterator[FieldError]:
    amounts = [one for one in (draft.pay_least, draft.pay_most) if one is not None]
    if not amounts:
        return
    if amounts[-1] < amounts[0]:
        yield FieldError("pay_most", "This is less than the other amount")
    period = jobs.pay_periods.get(draft.pay_period)
    if period is None:
        yield FieldError("pay_period", "Say for which time it is paid")
    elif not all(period.least <= one <= period.most for one in amounts):
        yield FieldError("pay_period", _unlikely(amounts, period, jobs))


def _unlikely(amounts: Sequence[Decimal], period: PayPeriod, jobs: JobPolicy) -> str:
    """Return the error for improbable pay, naming the periods for which it would be likely."""
    amount_words = in_words(amounts[0], amounts[-1], "", period.name)
    likely = [
        one.name
        for one in jobs.pay_periods.values()
        if all(one.least <= amount <= one.most for amount in amounts)
    ]
    other = f" Did you mean {' or '.join(likely)}?" if likely else ""
    return f"{amount_words} can’t be right.{other} Correct the amount or the time it is for"


def _way(draft: PostingDraft) -> Iterator[FieldError]:
    if draft.way is Way.LINK and not is_link(draft.how_to):
        yield FieldError("how_to", "Give a whole link, like https://example.org/jobs")
    if draft.way is Way.EMAIL and not is_address(draft.how_to):
        yield FieldError("how_to", "Give an e-mail address, like jobs@example.org")


def is_link(text: str) -> bool:
    """Tell whether a text is a link to a page that readers can be sent to."""
    return LINK.fullmatch(text) is not None and not re.search(r"[<>\"'`\x00-\x20]", text)


def is_secure_link(text: str) -> bool:
    """Tell whether a text is such a link over https, which can't be read or changed in transit."""
    return text.startswith("https://") and is_link(text)


def _first(draft: PostingDraft, today: date, jobs: JobPolicy) -> Iterator[FieldError]:
    latest = today + timedelta(days=jobs.ahead_days)
    if draft.starts_on is not None and not today <= draft.starts_on <= latest:
        yield FieldError("starts_on", f"Choose a day from today to {latest}")
