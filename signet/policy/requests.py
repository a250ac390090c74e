"""The policy pack's section on requests: one row for each kind, in force from a day on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple


class DocumentNeed(NamedTuple):
    """A document that a kind asks for; `optional` ones may be left out."""

    code: str
    title: str
    about: str = ""
    optional: bool = False


class Reason(NamedTuple):
    """A reason that a decision may give."""

    code: str
    text: str


class Beside(NamedTuple):
    """What is asked elsewhere than by a request: its title, and the address of its page."""

    title: str
    at: str


class KindPolicy(NamedTuple):
    """What a kind of request asks, and who deals with it, from a day on.

    `clerks` and `deciders` are roles; `examined`: examiners decide, not a clerk. Days: `draft_days`
    until an untouched draft is closed, `answer_days` to supply what is missing, `target_days` for
    staff, `contributor_days` for others to answer, `remind_days` left when a reminder goes out,
    `appeal_days` to appeal from service (0: there is no appeal), `deferral_days` that all deferrals
    may last before they can be appealed, `mail_within` and `mail_elsewhere` after which mail is
    presumed served (NOT-1). At most `invited_most` people are asked to contribute to one request,
    those who were replaced too. `names_decider`: the letter on an appeal names who decided it,
    where a member record gives their name. `beside` is what is asked elsewhere, `limits` the kind's
    own values.
    """

    code: str
    since: date
    title: str
    about: str
    cites: str
    clerks: tuple[str, ...]
    deciders: tuple[str, ...]
    documents: tuple[DocumentNeed, ...] = ()
    reasons: tuple[Reason, ...] = ()
    examined: bool = False
    draft_days: int = 180
    answer_days: int = 42
    target_days: int = 14
    contributor_days: int = 42
    invited_most: int = 10
    appeal_days: int = 0
    deferral_days: int = 365
    remind_days: tuple[int, ...] = (14, 3)
    mail_within: int = 7
    mail_elsewhere: int = 14
    beside: tuple[Beside, ...] = ()
    names_decider: bool = False
    limits: Mapping[str, Any] = {}


class RequestPolicy(NamedTuple):
    """All kinds of requests that the regulator takes."""

    kinds: tuple[KindPolicy, ...]

    def kind(self, code: str, on: date) -> KindPolicy | None:
        """Return what a kind asks on a day; None where it isn't taken."""
        held = [one for one in self.kinds if one.code == code and one.since <= on]
        return held[-1] if held else None

    def taken(self, on: date) -> Sequence[KindPolicy]:
        """Return the kinds that are taken on a day, in the pack's order."""
        codes = dict.fromkeys(one.code for one in self.kinds)
        return [one for code in codes if (one := self.kind(code, on)) is not None]


def read(raw: Sequence[Mapping[str, Any]]) -> RequestPolicy:
    """Read the pack's section. Raises KeyError, TypeError or ValueError when it isn't valid."""
    kinds = sorted((_kind(dict(row)) for row in raw), key=lambda one: one.since)
    order = list(dict.fromkeys(row["code"] for row in raw))
    return RequestPolicy(tuple(sorted(kinds, key=lambda one: order.index(one.code))))


def _kind(row: dict[str, Any]) -> KindPolicy:
    documents = tuple(DocumentNeed(**one) for one in row.pop("documents", ()))
    reasons = tuple(Reason(**one) for one in row.pop("reasons", ()))
    row["beside"] = tuple(Beside(**one) for one in row.pop("beside", ()))
    clerks, deciders = tuple(row.pop("clerks")), tuple(row.pop("deciders"))
    row["remind_days"] = tuple(row.get("remind_days", (14, 3)))
    since = row.pop("from")
    policy = KindPolicy(
        since=since, clerks=clerks, deciders=deciders, documents=documents, reasons=reasons, **row
    )
    if min(policy.draft_days, policy.answer_days, policy.target_days, policy.contributor_days) <= 0:
        raise ValueError(f"request {policy.code}: each number of days is at least 1")
    if policy.invited_most <= 0:
        raise ValueError(f"request {policy.code}: at least one person can be asked")
    return policy
