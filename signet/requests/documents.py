"""What stands in the letters on requests; their templates are in site/letters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from signet.letters.documents import FOR_THE_REGISTRAR, Document


class Granted(NamedTuple):
    """One thing granted; `until` is its stated end, which ends nothing by itself, or ""."""

    label: str
    value: str
    since: str
    until: str


@dataclass(frozen=True, kw_only=True)
class RequestLetter(Document):
    """What every letter on a request says: to whom, about which request, in which words."""

    name: str
    kind: str
    begun_on: str
    text: str
    cites: str
    contact: str
    signed: tuple[str, ...] = FOR_THE_REGISTRAR


@dataclass(frozen=True, kw_only=True)
class DecisionLetter(RequestLetter):
    """What a letter on a refusal or a deferral says.

    `until` is a deferral's last day, "" for a refusal. `appealable` says that it can be appealed
    within `days` of service; a deferral only once all of them exceed `deferral_days`. `within` and
    `elsewhere` are the days after which mail is presumed served (NOT-1).
    """

    template = "request_decision"
    until: str
    reasons: tuple[str, ...]
    appealable: bool
    days: int
    deferred_days: int
    deferral_days: int
    within: int
    elsewhere: int
    jurisdiction: str
    site: str


@dataclass(frozen=True, kw_only=True)
class ApprovalLetter(RequestLetter):
    """What a letter on an approval says: what was decided, and from when.

    `granted` is what was entered; `on_register` says that it was: nothing is claimed of the
    register for a request that changes nothing there.
    """

    template = "request_approval"
    decided_on: str
    granted: tuple[Granted, ...]
    on_register: bool


@dataclass(frozen=True, kw_only=True)
class AppealLetter(RequestLetter):
    """What a letter on an appeal's decision says; `text` are its reasons.

    `decided_on` is the day of the decision that was appealed, `until` the last day of what it
    deferred, "" for a refusal; `over` says that this day has passed. `decider` is who decided the
    appeal, where the policy has them named.
    """

    template = "request_appeal"
    decided_on: str
    until: str
    over: bool
    appealed_on: str
    allowed: bool
    decider: str
    site: str
