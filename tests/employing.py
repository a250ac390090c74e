"""Employers for tests of the career centre's pages: companies with people, credits and postings."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from infra.local.checkout import Checkout
from lambdas import files
from lambdas.jobs import files as company_files
from lambdas.jobs import stripe
from lambdas.jobs.applicants import function as people_pages
from lambdas.jobs.desk import function as jobs_desk
from lambdas.jobs.employers import function as jobs
from signet.accounts.model import Role
from signet.accounts.tables import MODELS as ACCOUNT_MODELS
from signet.jobs import context as context
from signet.jobs import store
from signet.jobs.applicants import applications
from signet.jobs.companies import clients, companies
from signet.jobs.context import Employer
from signet.jobs.credits import grants, ledger, payments
from signet.jobs.credits.payments import PaidCheckout
from signet.jobs.forms import (
    ApplicationDraft,
    ClientDraft,
    CompanyDraft,
    GrantDraft,
    PostingDraft,
    UserDraft,
)
from signet.jobs.model import Posting, UserRole
from signet.jobs.postings import postings
from signet.jobs.postings.postings import PostingVersion
from signet.jobs.tables import MODELS as JOB_MODELS
from signet.register.tables import MODELS as REGISTER_MODELS
from signet.transactions.context import Context
from signet.transactions.tables import MODELS as TRANSACTION_MODELS
from signet.uploads.tables import MODELS as UPLOAD_MODELS
from signet.web.app import App
from tests import events
from tests.entries import POLICY, day
from tests.events import Answered
from tests.function_ground import Ground
from tests.people import Person, person

MODELS = (*REGISTER_MODELS, *TRANSACTION_MODELS, *ACCOUNT_MODELS, *UPLOAD_MODELS, *JOB_MODELS)
# Far ahead: the database deletes by its own clock what has run out.
NOW = datetime(2040, 11, 26, 19, tzinfo=UTC)
TODAY = day("2040-11-26")
SECRET = "whsec_that_only_these_tests_have"
APPS: Mapping[str, tuple[App, Any]] = {
    "/services/jobs/desk/": (jobs_desk.app, jobs_desk.handler),
    "/services/jobs/files/": (company_files.app, company_files.handler),
    "/services/jobs/stripe": (stripe.app, stripe.handler),
    **{
        f"/services/jobs/{part}/": (people_pages.app, people_pages.handler)
        for part in ("apply", "applications", "profile", "requests")
    },
    "/services/files/": (files.app, files.handler),
    "/services/jobs/": (jobs.app, jobs.handler),
}
JOB = {
    "title": "Survey Technologist",
    "occupation": "22213",
    "discipline": POLICY.disciplines[0],
    "level": "intermediate",
    "employment_type": "full-time",
    "place": "calgary",
    "pay_least": "70000",
    "pay_most": "85000",
    "pay_period": "year",
    "description": "Run **field crews**.\n\n- GNSS\n- Scanning",
    "way": "site",
}


@pytest.fixture(scope="session")
def employer_tables(dynamodb: str) -> Ground:
    """Return the tables that the employers' pages read or write, made once a run."""
    return Ground.made(dynamodb, MODELS)


@pytest.fixture
def careers(employer_tables: Ground, shell: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every table, empty, and what functions are told; it is noon in Alberta."""
    employer_tables.enter(monkeypatch, shell)
    monkeypatch.setenv("SIGNET_STRIPE_KEY", "sk_test_none")
    monkeypatch.setenv("SIGNET_STRIPE_WEBHOOK_SECRET", SECRET)
    monkeypatch.setenv("SIGNET_STRIPE_API", "http://127.0.0.1:9")  # nothing answers there
    for app, _ in APPS.values():
        monkeypatch.setattr(app, "clock", lambda: NOW)


def handler(event: Mapping[str, Any], context: Any) -> Any:
    """Return the function that serves an address, as the gateway finds it."""
    path = event["rawPath"]
    return next(one for prefix, (_, one) in APPS.items() if path.startswith(prefix))(event, context)


def see(path: str, who: Person | None = None, status: int = 200) -> str:
    """Return a page, as somebody sees it."""
    found = events.ask(handler, events.get(path, session=who.token if who else ""))
    assert found.status == status, (found.status, found.location, found.text[:2000])
    return found.text


def send(path: str, who: Person, form: Mapping[str, Any] | None = None, act: str = "") -> Answered:
    """Somebody sends a form."""
    act = act or secrets.token_hex(16)
    return events.ask(handler, events.post(path, form or {}, act=act, session=who.token))


@dataclass(frozen=True)
class Firm:
    """A company and its owner."""

    id: str
    owner: Person

    @property
    def base(self) -> str:
        """Where its pages are."""
        return f"/services/jobs/{self.id}/"

    def employer(self, account: str = "") -> Employer:
        """Somebody about to do something for it: its owner unless another is named."""
        return context.employer(of(account or self.owner.account), self.id)

    def posting(self, number: str) -> Posting:
        """Return a posting as it is."""
        found = store.posting(self.id, number)
        assert found is not None
        return found

    @property
    def lots(self) -> list[str]:
        """The lots that it has credits left of."""
        return [one.id for one in store.credits_of(self.id).lots]

    @property
    def balance(self) -> int:
        """What the ledger comes to, once it was proved to be what is held."""
        found = store.credits_of(self.id)
        assert not ledger.proved(store.ledger(self.id), found)
        return found.balance


def of(account: str) -> Context:
    """Return an act of an account, now."""
    return Context(account, secrets.token_hex(16), NOW, TODAY, POLICY)


def firm(name: str = "Acme Geomatics", granted: int = 0, **said: Any) -> Firm:
    """Register a company with an owner of its own, and give it credits."""
    owner = person(email=f"{secrets.token_hex(4)}@acme.example", now=NOW)
    return owned_by(owner, name, granted, **said)


def owned_by(owner: Person, name: str = "Acme Geomatics", granted: int = 0, **said: Any) -> Firm:
    """Register a company of somebody's."""
    draft = CompanyDraft(name=name, email="office@acme.example", **said)
    made = Firm(companies.register(of(owner.account), owner.email, draft), owner)
    if granted:
        grants.grant(of("staff"), made.id, GrantDraft(credits=granted, reason="Opening offer"))
    return made


def client(of_firm: Firm, name: str) -> str:
    """Name a client of a company that recruits for others; gives its id."""
    return clients.add(of_firm.employer(), ClientDraft(name=name))


def poster(of_firm: Firm, *clients: str) -> Person:
    """Somebody who posts for a company, for some of its clients alone if any are named."""
    made = person(email=f"{secrets.token_hex(4)}@acme.example", now=NOW)
    draft = UserDraft(email=made.email, role=UserRole.POSTER, clients=clients)
    companies.set_user(of_firm.employer(), made.account, draft)
    return made


def drafted(of_firm: Firm, **said: Any) -> str:
    """Add a draft; gives its number."""
    return postings.add(of_firm.employer(), PostingDraft.model_validate({**JOB, **said}))


def live(of_firm: Firm, **said: Any) -> str:
    """Publish a posting; gives its number."""
    number = drafted(of_firm, **said)
    postings.publish(of_firm.employer(), PostingVersion(number, 1))
    return number


def applied(number: str, **said: Any) -> str:
    """Somebody applies to a posting; gives their account."""
    who = person(email=f"{secrets.token_hex(4)}@example.org", now=NOW)
    told = {"name": "Ana Lee", "email": who.email, "message": "Dear all", "consent": "yes", **said}
    applications.apply(of(who.account), number, ApplicationDraft.model_validate(told))
    return who.account


def career_officer() -> Person:
    """Somebody of the staff whose work this is."""
    return person(Role.CAREER_OFFICER, email="careers@example.org", now=NOW)


def processor() -> Checkout:
    """Return the payment processor's stand-in, which tells the real webhook."""
    return Checkout(events.SITE, SECRET, send=lambda body, signed: tell(body, signed).status)


def tell(body: bytes, signed: str) -> Answered:
    """Something is sent to the webhook, by no browser of ours."""
    headers = {"content-type": "application/json; charset=utf-8", "stripe-signature": signed}
    sent = events.event("POST", "/services/jobs/stripe", body=body, headers=headers)
    return events.ask(handler, sent)


def bought(of_firm: Firm, package: str = "five", more: int = 0) -> str:
    """Buy a package for a company, for `more` cents than its price; return the session."""
    jobs = POLICY.jobs
    assert jobs is not None
    price = payments.price(jobs.packages[package], jobs)
    session = f"cs_test_{secrets.token_hex(8)}"
    intent, event = session.replace("cs_test", "pi"), session.replace("cs_test", "evt")
    payments.record(
        of("payments"),
        PaidCheckout(
            event,
            session,
            intent,
            of_firm.id,
            package,
            price.total + more,
            price.tax,
            jobs.currency,
        ),
    )
    return session
