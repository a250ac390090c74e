"""Who can sign in to the demonstration: members of the sample register, and the staff."""

import json
import secrets
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from infra.local import cpd_sample, jobs_sample, requests_sample
from infra.local.cpd_sample import BY
from infra.local.identity import PASSWORD, User
from infra.local.tour import practising
from signet.accounts import actions as accounts
from signet.accounts import store
from signet.accounts.model import Account, Role
from signet.register import contacts
from signet.transactions.commit import Operation, commit

# The draw of an audit takes two officers, and so does each entry in the register; of two complaints
# officers one may have a conflict of interest.
STAFF = (
    ("CPD officer", "officer.one@example.org", Role.CPD_OFFICER),
    ("CPD officer", "officer.two@example.org", Role.CPD_OFFICER),
    ("Complaints officer", "complaints.one@example.org", Role.COMPLAINTS_OFFICER),
    ("Complaints officer", "complaints.two@example.org", Role.COMPLAINTS_OFFICER),
    ("Career officer", "careers@example.org", Role.CAREER_OFFICER),
    ("Registrar", "registrar@example.org", Role.REGISTRAR),
    ("Register officer", "register.officer@example.org", Role.REGISTER_OFFICER),
    ("administrator", "administrator@example.org", Role.ADMINISTRATOR),
)
# The users of the sample's first companies.
EMPLOYERS = (
    ("employer", "employer@example.org"),
    ("recruiter for clients", "recruiter@example.org"),
)
MEMBERS = 3  # the last has a request under way


@dataclass(frozen=True)
class Person:
    """A person who can sign in; `member` is the register number, or empty."""

    role: str
    email: str
    member: str = ""

    @property
    def user(self) -> User:
        """Return the person's user in the identity provider."""
        return User(self.email, PASSWORD)


def settle(file: Path, site: Path) -> list[Person]:
    """Return who can sign in.

    The first time they are chosen, the staff's roles are granted, and the members' logs and the
    employers' postings get samples. Later changes, such as a withdrawn role, stay. `site` is the
    built site.
    """
    if file.exists():
        return [Person(**one) for one in json.loads(file.read_text())]
    staff = [Person(role, email) for role, email, _ in STAFF]
    persons = [*_members(site), *staff, *(Person(role, email) for role, email in EMPLOYERS)]
    for _, email, role in STAFF:
        _grant(email, role)
    cpd_sample.add([person.member for person in persons if person.member])
    _ask([person for person in persons if person.member])
    jobs_sample.add({_grant(email, Role.EMPLOYER): email for _, email in EMPLOYERS})
    unfinished = file.with_suffix(".new")
    unfinished.write_text(json.dumps([asdict(person) for person in persons], indent=1) + "\n")
    unfinished.replace(file)
    return persons


def told(people: Sequence[Person], address: str) -> str:
    """Return the lines that say who can sign in, where, and with which password."""
    wide = max((len(person.email) for person in people), default=0)
    lines = [
        f"  {person.role:<36}{person.email:<{wide}}  {PASSWORD}"
        + (f"  (member {person.member})" if person.member else "")
        for person in people
    ]
    new = "or create an account there; the code is mailed to /mailbox/."
    return "\n".join([f"Sign in at {address}/services/account/ as", *lines, new])


def _members(site: Path) -> Iterator[Person]:
    """Yield members who may practise and have an unshared address; the tour uses the first."""
    known = Counter(row["email"].lower() for row in contacts.every())
    chosen = 0
    for number in list(practising(site))[1:]:
        email = contacts.email_of(number, datetime.now(UTC))
        if email and known[email.lower()] == 1 and chosen < MEMBERS:
            chosen += 1
            yield Person("member", email, number)


def _ask(members: Sequence[Person]) -> None:
    """Begin the sample request for the last member: the others show CPD and the career centre."""
    if len(members) == MEMBERS:
        last, now = members[-1], datetime.now(UTC)
        act = secrets.token_hex(16)
        account = accounts.invite(
            last.email, by=BY, now=now, operation_id=act, random=secrets.token_bytes
        )
        _join(account, last.member)
        requests_sample.add(account.id, last.member)


def _join(account: Account, number: str) -> None:
    """Join a member's account to their record, as their first sign-in would."""
    if account.member is None:
        joined = account._replace(member=number, joined_by=store.EMAIL)
        made = Operation(secrets.token_hex(16), BY, "")
        commit(made, [store.save(joined), store.join(number, account.id, store.EMAIL)])


def _grant(email: str, role: Role) -> str:
    now, act = datetime.now(UTC), secrets.token_hex
    account = accounts.invite(
        email, by=BY, now=now, operation_id=act(16), random=secrets.token_bytes
    )
    if role not in account.granted:
        accounts.grant(BY, account.id, role, "demonstration", now=now, operation_id=act(16))
    return account.id
