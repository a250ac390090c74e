"""What else is on file about a record: contacts, requests, notices, CPD, and who looked at it.

Each is one call to the database, however much there is. Complaints aren't among them: the
officers who may know of one read it at its own desk.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple
from zoneinfo import ZoneInfo

from signet.accounts.model import Role
from signet.cpd import rules as cpd_rules
from signet.cpd import store as cpd
from signet.letters.service import UNSERVED, Clock, Service
from signet.policy import Policy
from signet.policy.requests import KindPolicy
from signet.proposals.model import ProposalContext
from signet.register import contacts
from signet.register.contacts import Held
from signet.register.limits import Limit, limits
from signet.register.model import MemberRecord, Subject
from signet.requests import letters as request_letters
from signet.requests import operation
from signet.requests import store as requests
from signet.requests.model import Letter, What
from signet.requests.store import DRAFTS, Listed
from signet.tables import reachable
from signet.transactions import audit
from signet.transactions.audit import Line

MOST = 1000  # requests, and letters: what one call answers, more than a record ever has
AT_ONCE = 20  # of them are shown at once; the older ones unfold
LOOKS = 10
NEWEST = 100  # lines of the audit log among which the looks are
NOTICE_YEARS = 10
AT_CPD = frozenset({Role.CPD_OFFICER, Role.REGISTRAR})
LABELS = {"address": "Postal address", "phone": "Telephone", "email": "E-mail address"}
REQUESTS_DESK = "/services/requests/desk/"


class Reached(NamedTuple):
    """One way to reach a member, and what it was before, the latest first."""

    label: str
    now: Held | None
    former: tuple[Held, ...]


class Asked(NamedTuple):
    """A request about the record; `at` is its page, "" for who may not deal with its kind."""

    id: str
    reference: str
    kind: str
    stage: str
    begun: date
    at: str
    policy: KindPolicy | None


class Sent(NamedTuple):
    """A letter or notice, how it was served, and when that counts as served (NOT-1).

    `needed`: something depends on its service.
    """

    what: str
    made_on: date
    service: Service | None
    clock: Clock
    at: str
    needed: bool = True


def may_see_contacts(by: ProposalContext) -> bool:
    """Tell whether an officer's role may see how a member is reached."""
    return not {str(role) for role in by.roles}.isdisjoint(by.policy.contacts_seen_by)


def reached(by: ProposalContext, number: str) -> list[Reached]:
    """Return how a member is reached now and was before: notices rest on it (NOT-1). One read."""
    held = contacts.history(number, LABELS, ZoneInfo(by.policy.regulator.time_zone))
    return [
        _reached(label, [one for one in held if one.name == name]) for name, label in LABELS.items()
    ]


def _reached(label: str, held: Sequence[Held]) -> Reached:
    now = next((one for one in held if not one.former), None)
    return Reached(label, now, tuple(one for one in held if one.former))


def asked(by: ProposalContext, subject: Subject, number: str) -> list[Asked]:
    """Return the requests about a record, the newest first: one read.

    Drafts are their owner's alone. One that the officer takes no part in, or asked themself, isn't
    among them.
    """
    listed = requests.about(f"{subject}#{number}", MOST)
    return [_asked(by, one) for one in listed if _seen(by, one)]


def _seen(by: ProposalContext, one: Listed) -> bool:
    barred = by.account in one.recused or by.account == one.head.owner
    return one.work != DRAFTS and not barred


def _asked(by: ProposalContext, one: Listed) -> Asked:
    kind = by.policy.requests.kind(one.head.kind, one.head.started_on)
    roles = {str(role) for role in by.roles}
    may = kind is not None and not roles.isdisjoint({*kind.clerks, *kind.deciders})
    return Asked(
        one.id,
        operation.reference(one.id),
        kind.title if kind else one.head.kind,
        one.stage_on(by.today),
        one.head.started_on,
        f"{REQUESTS_DESK}{one.id}/" if may else "",
        kind,
    )


def letters(subject: Subject, number: str, requests_seen: Sequence[Asked]) -> list[Sent]:
    """Return the letters on decisions about requests that the officer sees: one read."""
    seen = {one.id: one for one in requests_seen}
    return [
        _letter(one, seen[id_])
        for id_, one in requests.letters_about(f"{subject}#{number}", MOST)
        if id_ in seen
    ]


def _letter(one: Letter, about: Asked) -> Sent:
    running = request_letters.clock(one, about.policy) if about.policy else UNSERVED
    at = f"{about.at}letters/{one.about}/letter.pdf" if about.at else ""
    words = f"{about.reference}, {about.kind}: {request_letters.TITLES[one.what]}"
    needed = one.what is not What.APPROVED
    return Sent(words, one.made_on, one.service, running, at, needed)


def at_cpd(by: ProposalContext) -> bool:
    """Tell whether an officer's role may go to the CPD desk."""
    return not by.roles.isdisjoint(AT_CPD)


def cpd_year(by: ProposalContext, number: str) -> tuple[int, str, str]:
    """Return the running year, its standing, "" for none, and its page: nothing of activities."""
    year = by.today.year
    summary = cpd.summary(number, year)
    at = f"/services/cpd/desk/{year}/members/{number}/"
    return year, summary.standing.value if summary else "", at


def notices(by: ProposalContext, number: str) -> list[Sent]:
    """Return the CPD notices of the last years, the newest first: one read."""
    years = range(by.today.year, by.today.year - NOTICE_YEARS, -1)
    mails = [
        Sent(
            f"Notice to produce the CPD record of {case.year}",
            one.made_on,
            one.service,
            cpd_rules.clock(one, cpd_rules.of_year(case.year, by.policy)),
            f"/services/cpd/desk/{case.year}/cases/{number}/",
        )
        for case in cpd.audits(number, years)
        for one in case.notices
    ]
    return sorted(mails, key=lambda one: one.made_on, reverse=True)


@reachable
def looks(by: ProposalContext, subject: Subject, number: str) -> list[Line]:
    """Return who looked at the record last, but for this look itself: one read."""
    lines = audit.of_subject(f"{subject}#{number}", NEWEST)
    own = (by.account, by.now)
    seen = (one for one in lines if one.what == "record-seen" and (one.by, one.at) != own)
    return list(seen)[:LOOKS]


def limits_of(record: MemberRecord, policy: Policy, today: date) -> Sequence[Limit]:
    """Return how long a member may be of their category (DES-6)."""
    return limits(record.category, record.category_since, policy, today)
