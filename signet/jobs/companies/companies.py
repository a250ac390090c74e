"""Companies, registered for free (JOB-1), their profile (JOB-7) and their users.

The person who registers a company owns it. An owner adds users by their accounts, which the route
finds by address (`signet.accounts.roles.promise`). There is always at least one owner left.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from signet.accounts.keys import address
from signet.errors import Conflict, FieldError, Invalid, NotFound, Refused
from signet.jobs import conflicts, store, tables
from signet.jobs.companies import clients, mail_limit
from signet.jobs.companies.naming import former_links, renamed
from signet.jobs.context import Employer, for_company, of_company
from signet.jobs.forms import CompanyDraft, CompanyEdit, UserDraft
from signet.jobs.model import Company, User, UserRole
from signet.jobs.postings import rules
from signet.jobs.store import Listing, Row
from signet.transactions.commit import Change
from signet.transactions.context import Context
from signet.transactions.outbox import Mail
from signet.transactions.perform import Command, Plan, perform
from signet.uploads import evidence

COMPANIES = "companies"
Changing = Callable[[Company], Company]


def register(context: Context, email: str, draft: CompanyDraft) -> str:
    """Register a company with the account as its owner; return the company's id (JOB-1).

    `email` is the account's verified address. Raises Invalid.
    """

    def plan() -> Plan:
        _check(draft)
        company = Company(
            id=context.operation, registered_on=context.today, **_stored_fields(draft)
        )
        owner = User(account=context.account, email=email, role=UserRole.OWNER)
        changes = [put(company, None), *_put_user(company.id, owner, None)]
        return Plan(company.id, changes, {"company": company.id})

    command = Command.of(
        tables.account(context.account),
        of_company(context.operation),
        "jobs.company.registered",
        [draft],
    )
    return perform(context, command, plan)


def of_account(account: str) -> list[Company]:
    """Return the companies that an account acts for, by name."""
    return store.companies_of(account)


def profile(company: str) -> Company:
    """Return a company. Raises NotFound."""
    row = store.company(company)
    if row is None:
        raise NotFound
    return row


def all_companies(after: str = "", limit: int | None = 100) -> list[Company]:
    """Return a page of all companies by name, starting after `after` ("name#id"); None for all."""
    return store.listed(Company, COMPANIES, after=after, limit=limit)


def list_key(company: Company) -> str:
    """Return a company's sort key in the list of all companies."""
    return f"{company.name.casefold()}#{company.id}"


def edit(who: Employer, draft: CompanyEdit) -> None:
    """Change a company's profile, as its owner (JOB-7). Raises Invalid, Conflict if it changed.

    Pictures are named by the ids of their files, which have to be the company's own and clean.
    """
    who.owns()

    def plan() -> Plan:
        _check(draft)
        before = profile(who.company)
        if before.version != draft.version:
            raise Conflict
        fields = _stored_fields(draft) | {"logo": draft.logo, "pictures": draft.pictures}
        copies = tuple(store.pictures(who.company, _named(draft.logo, draft.pictures)))
        same = (draft.name, draft.permit) == (before.name, before.permit)
        vouched = before.vouched if same else None
        also = {
            "copies": copies,
            "vouched": vouched,
            "former_names": renamed(before.name, draft.name, before.former_names),
            "former_marks": former_links(
                (before.website, before.email, before.permit),
                (draft.website, address(draft.email), draft.permit),
                before.former_marks,
            ),
            "version": before.version + 1,
        }
        new = before.model_copy(update={**fields, **also})
        changes = [put(new, before), *_files(who.company, before, new)]
        changed = [name for name in fields if getattr(before, name) != getattr(new, name)]
        return Plan("", changes, {"fields": changed})

    for_company(who, "jobs.company.changed", [draft], plan)


def _stored_fields(draft: CompanyDraft) -> dict[str, object]:
    fields = draft.model_dump(include=set(CompanyDraft.model_fields))
    return fields | {"social": draft.social, "email": address(draft.email)}


def _check(draft: CompanyDraft) -> None:
    errors = []
    if not address(draft.email):
        errors.append(FieldError("email", "Enter an e-mail address, like name@example.org"))
    if draft.website and not rules.is_link(draft.website):
        errors.append(FieldError("website", "Give a whole link, like https://example.org"))
    if not all(map(rules.is_link, draft.social)):
        errors.append(FieldError("social", "Give whole links, like https://example.org/name"))
    if draft.video and not rules.is_secure_link(draft.video):
        errors.append(FieldError("video", "Give a whole link that begins with https://"))
    if errors:
        raise Invalid(*errors, rule="JOB-7")


def _files(company: str, before: Company, new: Company) -> list[Change]:
    was, now_named = _named(before.logo, before.pictures), _named(new.logo, new.pictures)
    whose = tables.company(company)
    return [
        *evidence.used(whose, [id_ for id_ in now_named if id_ not in was]),
        *evidence.released(whose, [id_ for id_ in was if id_ not in now_named]),
    ]


def _named(logo: str, pictures: Sequence[str]) -> list[str]:
    return [id_ for id_ in dict.fromkeys((logo, *pictures)) if id_]


def put(new: Company, before: Company | None) -> Change:
    """Return the change that writes a company over its previous version."""
    row = Row(tables.company(new.id), tables.COMPANY, Listing(COMPANIES, list_key(new)))
    return store.put(new, row, version=new.version, stored_version=before.version if before else 0)


# Users --------------------------------------------------------------------------------------------


def users(who: Employer) -> list[User]:
    """Return the users of a company, by address."""
    return users_of(who.company)


def users_of(company: str) -> list[User]:
    """Return the users of a company, by address, for staff."""
    users = store.list_partition(User, tables.company(company), "user#")
    return sorted(users, key=lambda user: (user.email, user.account))


def set_user(who: Employer, account: str, draft: UserDraft) -> None:
    """Let an account act for a company, or change what it may do, as an owner.

    The account gets a mail only if a payment or staff have vouched for the company. Raises Invalid
    for a client that isn't the company's or for a career officer, whom nobody can give a conflict
    of interest this way, Refused for the last owner, EnoughForToday.
    """
    who.owns()

    def plan() -> Plan:
        strangers = set(draft.clients) - {one.id for one in clients.listed(who)}
        if strangers or (draft.clients and draft.role is UserRole.OWNER):
            raise Invalid(FieldError("clients", "Choose clients of the list, for a poster"))
        before = _as_read(who, account)
        if before is None and conflicts.is_officer(account):
            raise Invalid(FieldError("email", "Our own staff can’t act for a company"))
        if before and before.role is UserRole.OWNER and draft.role is not UserRole.OWNER:
            _leaves_an_owner(who, account)
        new = User(
            account=account,
            email=address(draft.email),
            role=draft.role,
            clients=draft.clients,
            version=before.version + 1 if before else 1,
        )
        changes = [*_put_user(who.company, new, before), *_in_turn(who)]
        mail: tuple[Mail, ...] = ()
        if before is None and mail_limit.may_invite(who.company):
            mail = (_added(who, new),)
            changes += mail_limit.of_company(who)
        return Plan("", changes, {"account": account, "role": draft.role}, mail)

    _about_users(who, account, "jobs.user.set", [account, draft], plan)


def remove_user(who: Employer, account: str) -> None:
    """Stop an account from acting for a company, as an owner. Raises NotFound, Refused."""
    who.owns()

    def plan() -> Plan:
        before = _as_read(who, account)
        if before is None:
            raise NotFound
        if before.role is UserRole.OWNER:
            _leaves_an_owner(who, account)
        owner = tables.company(who.company)
        changes = [
            store.remove(owner, tables.user_key(account), before.version),
            store.remove(tables.account(account), owner),
            # They know the company, should they become career officers some day.
            conflicts.recusal(who.context, who.company, account, "Acted for the company"),
            *_in_turn(who, gone=before.email),
        ]
        return Plan("", changes, {"account": account})

    _about_users(who, account, "jobs.user.removed", [account], plan)


def _about_users(
    who: Employer, account: str, what: str, submitted: Sequence[Any], plan: Callable[[], Plan]
) -> None:
    """Perform an operation on a user's row, which may be the owner's own.

    For the owner's own row, the operation's change already checks that it is as it was read.
    """
    if account != who.user.account:
        for_company(who, what, submitted, plan)
        return
    command = Command.of(f"jobs#{who.company}#{account}", of_company(who.company), what, submitted)
    perform(who.context, command, plan)


def _as_read(who: Employer, account: str) -> User | None:
    """Return an account's user row, or None. Raises Conflict if it is the caller's and changed."""
    user = store.user(who.company, account)
    if account == who.user.account and user != who.user:
        raise Conflict
    return user


def _leaves_an_owner(who: Employer, account: str) -> None:
    owners = [user for user in users(who) if user.role is UserRole.OWNER]
    if all(user.account == account for user in owners):
        raise Refused("A company needs at least one owner: make someone else an owner first.")


def _in_turn(who: Employer, gone: str = "") -> list[Change]:
    """Return the change that serializes changes to users.

    Otherwise two owners could remove each other. The address of the user who is `gone`, if any,
    stays on the list of what the company is recognized by (`hiding`).
    """
    company = store.company(who.company)
    if company is None:
        raise NotFound
    marks = former_links((gone,), (), company.former_marks)
    new = company.model_copy(update={"version": company.version + 1, "former_marks": marks})
    return [put(new, company)]


def _put_user(company: str, new: User, before: User | None) -> list[Change]:
    owner = tables.company(company)
    row = Row(owner, tables.user_key(new.account))
    version = before.version if before else 0
    return [
        store.put(new, row, version=new.version, stored_version=version),
        store.pointer(tables.account(new.account), owner),
    ]


def _added(who: Employer, user: User) -> Mail:
    name = profile(who.company).name
    return Mail(user.email, "jobs_user_added", {"company": name, "id": who.company}, limited=True)
