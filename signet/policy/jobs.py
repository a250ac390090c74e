"""The policy pack's section on the career centre: prices of postings, retention periods."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NamedTuple

LISTS = ("occupation", "level", "employment_type", "pay_period")
_OFTEN = {1: "every day", 7: "every week", 14: "every two weeks"}
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


class CreditPackage(NamedTuple):
    """Credits sold together (JOB-2); `cents` is the price before tax."""

    code: str
    name: str
    credits: int
    cents: int
    cites: str


class Tax(NamedTuple):
    """The tax on credits. `rate` is a fraction, `registration` the seller's number."""

    name: str
    rate: Decimal
    registration: str
    cites: str

    @property
    def percent(self) -> str:
        """The rate as people write it: 0.05 is "5"."""
        return f"{self.rate * 100:f}".rstrip("0").rstrip(".")

    def on(self, cents: int) -> int:
        """Return the tax on a price, in cents, halves rounded up."""
        return int((cents * self.rate + Decimal("0.5")) // 1)


class Occupation(NamedTuple):
    """An occupation of the national classification (NOC), by its five-digit code."""

    code: str
    name: str
    cites: str = ""


class Named(NamedTuple):
    """An option in a list. `schema` is its name in schema.org, if there is one."""

    code: str
    name: str
    schema: str = ""
    cites: str = ""


class PayPeriod(NamedTuple):
    """A period that pay is for. Pay below `least` or above `most` is taken for a mistake."""

    code: str
    name: str
    least: Decimal
    most: Decimal
    schema: str = ""
    cites: str = ""


class StartingPlace(NamedTuple):
    """A place in the initial list; staff add others (JOB-9)."""

    slug: str
    name: str
    province: str


class JobPolicy(NamedTuple):
    """The rules of the career centre; times in days, prices in cents before tax.

    A posting of `posting_days` costs `posting_credits`; an extension costs `extension_credits` for
    each started `posting_days`. `credit_days` is the life of a credit, `returned_days` the least
    that is left to a refunded one. `approval`: whether staff review a posting before it is public.
    `page_days`: how long the page of an expired posting stays. `application_days`: how long an
    application is stored once the posting has expired. `digest_days`: the interval between digests
    (JOB-6), which start at `digest_hour` in the regulator's time zone, at `digest_pace` members a
    minute, with at most `digest_most` postings each. `province_names` are of the provinces of
    places. A company's people, or an account, cause at most `mails_a_day` to others.
    `longest_days`: how far ahead the last day may lie, `ahead_days` the first. `contact_days`: how
    long a request for contact details waits for its answer; `answer_days`: how long the contact
    details that a member then gives are stored.
    """

    posting_days: int
    posting_credits: int
    extension_credits: int
    credit_days: int
    returned_days: int
    approval: bool
    page_days: int
    application_days: int
    digest_days: int
    digest_hour: int
    digest_pace: int
    digest_most: int
    mails_a_day: int
    province_names: Mapping[str, str]
    longest_days: int
    ahead_days: int
    contact_days: int
    answer_days: int
    currency: str
    tax: Tax
    packages: Mapping[str, CreditPackage]
    occupations: Mapping[str, Occupation]
    levels: Mapping[str, Named]
    employment_types: Mapping[str, Named]
    pay_periods: Mapping[str, PayPeriod]
    places: tuple[StartingPlace, ...]
    cites: Mapping[str, str]

    @property
    def digest_often(self) -> str:
        """How often the digest comes, in words."""
        return _OFTEN.get(self.digest_days, f"every {self.digest_days} days")


def read(raw: Mapping[str, Any]) -> JobPolicy | None:
    """Read the pack's section on jobs; return None if it has none.

    Raises KeyError, TypeError or ValueError when the section isn't valid.
    """
    if not raw:
        return None
    fields = dict(raw)
    tax = dict(fields.pop("tax"))
    lists = {name: fields.pop(name) for name in LISTS}
    packages = {row["code"]: CreditPackage(**row) for row in fields.pop("package")}
    places = fields.pop("places")
    job_policy = JobPolicy(
        tax=Tax(**{**tax, "rate": Decimal(tax["rate"])}),
        packages=packages,
        occupations=_occupations(lists["occupation"]),
        levels=_named(lists["level"]),
        employment_types=_named(lists["employment_type"]),
        pay_periods=_pay_periods(lists["pay_period"]),
        places=tuple(StartingPlace(*row) for row in places["value"]),
        cites={"places": places["cites"], **{name: row["cites"] for name, row in fields.items()}},
        **{name: row["value"] for name, row in fields.items()},
    )
    _check(job_policy)
    return job_policy


def _occupations(section: Mapping[str, Any]) -> dict[str, Occupation]:
    return {code: Occupation(code, name, section["cites"]) for code, name in section["value"]}


def _named(rows: Any) -> dict[str, Named]:
    return {row["code"]: Named(**row) for row in rows}


def _pay_periods(rows: Any) -> dict[str, PayPeriod]:
    pay_periods = [
        PayPeriod(**{**row, "least": Decimal(row["least"]), "most": Decimal(row["most"])})
        for row in rows
    ]
    return {one.code: one for one in pay_periods}


def _check(policy: JobPolicy) -> None:
    """Raise ValueError for rules under which nothing could be posted or paid for."""
    if min(policy.posting_days, policy.posting_credits, policy.credit_days) <= 0:
        raise ValueError("a posting takes days and credits, and a credit some life")
    if policy.longest_days < policy.posting_days or policy.extension_credits < 0:
        raise ValueError("no posting could be as long as one credit makes it")
    if not policy.packages or any(min(p.credits, p.cents) <= 0 for p in policy.packages.values()):
        raise ValueError("credits are sold in packages, each with a number and a price")
    if not 0 <= policy.tax.rate < 1:
        raise ValueError("the rate of tax isn't between 0 and 1")
    if wrong := [code for code in policy.occupations if not re.fullmatch(r"\d{5}", code)]:
        raise ValueError(f"occupations have five digits, not {wrong}")
    if wrong := [p.slug for p in policy.places if not _SLUG.fullmatch(p.slug)]:
        raise ValueError(f"places have short names for addresses, not {wrong}")
