"""The career centre for tests: companies with credits, postings, and people who apply."""

from __future__ import annotations

import secrets
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from signet.accounts.tables import MODELS as ACCOUNT_MODELS
from signet.jobs import context, store
from signet.jobs.companies import companies
from signet.jobs.context import Employer
from signet.jobs.credits import grants, ledger, payments
from signet.jobs.credits.payments import PaidCheckout
from signet.jobs.forms import ApplicationDraft, CompanyDraft, GrantDraft, PostingDraft, ProfileDraft
from signet.jobs.model import Posting, Way
from signet.jobs.postings import postings
from signet.jobs.postings.postings import PostingVersion
from signet.jobs.tables import MODELS as JOB_MODELS
from signet.policy import JobPolicy
from signet.register import fold
from signet.register.model import Entry, MemberRecord
from signet.transactions.context import Context
from signet.transactions.tables import MODELS as TRANSACTION_MODELS
from signet.transactions.tables import OutboxRow
from signet.uploads import store as upload_store
from signet.uploads.model import State, Upload
from signet.uploads.tables import FILE, UploadRow
from signet.uploads.tables import MODELS as UPLOAD_MODELS
from tests.entries import POLICY, day, registered
from tests.function_ground import Ground

MODELS = (*TRANSACTION_MODELS, *ACCOUNT_MODELS, *UPLOAD_MODELS, *JOB_MODELS)
# Far ahead: the database deletes by its own clock what has run out.
TODAY = day("2040-11-26")
OWNER = "acme-owner"


def policy_of_jobs() -> JobPolicy:
    assert POLICY.jobs is not None
    return POLICY.jobs


JOBS = policy_of_jobs()


@pytest.fixture(scope="session")
def job_tables_made(dynamodb: str) -> Ground:
    """Return the tables that the career centre reads or writes, made once a run."""
    return Ground.made(dynamodb, MODELS)


@pytest.fixture
def careers(job_tables_made: Ground, shell: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every table, empty, and what functions are told."""
    job_tables_made.enter(monkeypatch, shell)


def of(account: str = OWNER, *, today: date = TODAY, act: str = "", approval: bool = False) -> Any:
    """Somebody about to do something, at noon in Alberta; `approval`: staff see postings first."""
    now = datetime(today.year, today.month, today.day, 19, tzinfo=UTC)
    policy = POLICY._replace(jobs=JOBS._replace(approval=approval))
    return Context(account, act or secrets.token_hex(16), now, today, policy)


def company_draft(name: str = "Acme Geomatics", **said: Any) -> CompanyDraft:
    return CompanyDraft(name=name, email="office@acme.example", **said)


def company(account: str = OWNER, granted: int = 0, **said: Any) -> str:
    """Register a company, with credits given by staff; gives its id."""
    id_ = companies.register(of(account), f"{account}@acme.example", company_draft(**said))
    if granted:
        grant(id_, granted)
    return id_


def grant(company: str, number: int, today: date = TODAY) -> str:
    """Give a company credits; gives the lot."""
    draft = GrantDraft(credits=number, reason="Opening offer")
    return grants.grant(of("staff", today=today), company, draft)


def employer(company: str, account: str = OWNER, **when: Any) -> Employer:
    """Somebody about to do something for a company."""
    return context.employer(of(account, **when), company)


def draft(**said: Any) -> PostingDraft:
    """Return a posting that could be published."""
    given = {
        "title": "Survey Technologist",
        "occupation": "22213",
        "discipline": "Survey / Geomatics",
        "level": "intermediate",
        "employment_type": "full-time",
        "place": "calgary",
        "pay_least": Decimal(70000),
        "pay_most": Decimal(85000),
        "pay_period": "year",
        "description": "Run field crews.\n\n- GNSS\n- Scanning",
        "way": Way.SITE,
    }
    return PostingDraft(**{**given, **said})


def added(company: str, account: str = OWNER, **said: Any) -> PostingVersion:
    """Add a draft; gives it as it was seen."""
    return seen(company, postings.add(employer(company, account), draft(**said)))


def seen(company: str, number: str) -> PostingVersion:
    """Return a posting as it is seen now."""
    return PostingVersion(number, held(company, number).version)


def held(company: str, number: str) -> Posting:
    """Return a posting as it is."""
    found = store.posting(company, number)
    assert found is not None
    return found


def live(company: str, **said: Any) -> str:
    """Publish a posting; gives its number."""
    draft = added(company, **said)
    postings.publish(employer(company), draft)
    return draft.number


def balance(company: str) -> int:
    """Return what the ledger comes to, once it was proved to be what is held."""
    found = store.credits_of(company)
    assert not ledger.proved(store.ledger(company), found)
    return found.balance


def paid(company: str, **said: Any) -> PaidCheckout:
    """Return a checkout of five credits that was paid."""
    price = payments.price(JOBS.packages["five"], JOBS)
    made = PaidCheckout(
        event="evt_1",
        session="cs_1",
        intent="pi_1",
        company=company,
        package="five",
        total=price.total,
        tax=price.tax,
        currency="cad",
    )
    return made._replace(**said)


def application(**said: Any) -> ApplicationDraft:
    given = {"name": "Ana Lee", "email": "ana@example.com", "message": "I can.", "consent": "yes"}
    return ApplicationDraft(**{**given, **said})


def profile(**said: Any) -> ProfileDraft:
    given = {
        "headline": "Surveyor of ten years",
        "disciplines": ("Survey / Geomatics", "Civil"),
        "years": 10,
        "places": ("calgary",),
        "level": "senior",
        "published": True,
    }
    return ProfileDraft(**{**given, **said})


def on_register(number: str = "100001", *later: Entry, **data: Any) -> MemberRecord:
    """Return the record of a member in good standing, unless what came later says otherwise."""
    found = fold.member([registered(number=number, **data), *later], TODAY)
    assert found is not None
    return found


def clean_file(owner: str, purpose: str = "resume", id_: str = "") -> str:
    """Make a file that passed its checks; return its id."""
    sent = datetime(2040, 11, 1, tzinfo=UTC)
    upload = Upload(
        id=id_ or secrets.token_hex(16),
        owner=owner,
        purpose=purpose,
        by="somebody",
        back="/services/jobs/",
        invited_at=sent,
        since=sent if POLICY.uploads[purpose].unused_days else None,
        state=State.CLEAN,
        name="resume",
        size=1234,
        kind="pdf",
        sha256="0" * 64,
    )
    upload_store.write(upload_store.new(upload))
    return upload.id


def uses_of(owner: str, file: str) -> int:
    """How many records name a file."""
    return int(UploadRow.get(owner, FILE + file, consistent_read=True).used or 0)


def mails(template: str) -> list[OutboxRow]:
    """Return the mails of a kind that were written."""
    return [row for row in OutboxRow.scan() if row.template == template]
