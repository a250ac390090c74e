"""An office that complaints come to, for tests: its tables, its keys, and what it reads."""

from __future__ import annotations

import base64
import re
import secrets
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from botocore.client import BaseClient
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from signet import sealing
from signet.accounts.tables import MODELS as ACCOUNT_MODELS
from signet.complaints import intake
from signet.complaints.forms import ComplaintDraft
from signet.complaints.intake import Receipt
from signet.complaints.model import About, Complaint
from signet.complaints.names import Holders, Named
from signet.complaints.tables import CASE, CaseRow, KeyRow, seal_context
from signet.complaints.tables import MODELS as COMPLAINT_MODELS
from signet.policy.pack import PACKS, load
from signet.proposals.tables import MODELS as PROPOSAL_MODELS
from signet.register.tables import MODELS as REGISTER_MODELS
from signet.sealing import WrappedKey
from signet.transactions.tables import MODELS as TRANSACTION_MODELS
from tests.entries import POLICY, day
from tests.function_ground import MAIL as MAIL
from tests.function_ground import Ground
from tests.people import shell as shell
from tests.recorded_rows import Steps

MODELS = (
    *REGISTER_MODELS,
    *TRANSACTION_MODELS,
    *ACCOUNT_MODELS,
    *COMPLAINT_MODELS,
    *PROPOSAL_MODELS,
)
steps = Steps(*MODELS, settings=(sealing.OFFICE, sealing.MAIL, "SIGNET_POLICY"))
# Far ahead: the database deletes by its own clock what has run out.
TODAY = day("2040-11-24")
INTAKE_KEY = b"a key of the intake that only these tests have"
# The office's own key: a run makes it anew.
OFFICE = X25519PrivateKey.generate()
NAMED = re.compile(r"^(members_anonymous = \{ value = )\w+,", re.MULTILINE)
OFFICE_KEY = sealing.recipient(OFFICE.public_key())


@pytest.fixture(scope="session")
def complaint_tables_made(dynamodb: str) -> Ground:
    """Every table that a complaint is written to or read from, made once a run."""
    return Ground.made(dynamodb, MODELS)


@pytest.fixture
def office(complaint_tables_made: Ground, shell: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every table, empty, and what functions are told."""
    complaint_tables_made.enter(monkeypatch, shell)
    for name, value in settings().items():
        monkeypatch.setenv(name, value)


def settings() -> dict[str, str]:
    """Return what the intake is told, beside what every function is."""
    return {
        sealing.OFFICE: base64.b64encode(OFFICE.public_key().public_bytes_raw()).decode(),
        sealing.MAIL: base64.b64encode(MAIL.public_key().public_bytes_raw()).decode(),
        "SIGNET_INTAKE_KEY": INTAKE_KEY.decode(),
    }


@pytest.fixture(params=[False, True])
def members_anonymous(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[bool]:
    """Whether the pack lets a complaint about a member go on without a name: each in turn."""
    text = (PACKS / "alberta.toml").read_text(encoding="utf-8")
    own, value = tmp_path / "own.toml", str(request.param).lower()
    own.write_text(NAMED.sub(rf"\g<1>{value},", text, count=1), encoding="utf-8")
    monkeypatch.setenv("SIGNET_POLICY", str(own))
    load.cache_clear()
    yield bool(request.param)
    load.cache_clear()


def private(recipient: str) -> X25519PrivateKey:
    """Return the office's private key of an id."""
    assert recipient == OFFICE_KEY.id
    return OFFICE


def said(**fields: Any) -> dict[str, Any]:
    """Return what a form says: all that it must, and whatever is given."""
    given: Mapping[str, Any] = {
        "submission": "0" * 64,
        "about": "member",
        "numbers": ("100001",),
        "happened": "They sealed drawings they had not read.",
    }
    return {**given, **fields}


@steps.step
def file(
    submission: bytes | None = None,
    *,
    today: date = TODAY,
    found: Holders | None = None,
    **fields: Any,
) -> Receipt:
    """File a complaint; the numbers in it are of the register unless `found` says otherwise."""
    draft = ComplaintDraft.model_validate(said(**fields))
    return intake.file(
        draft,
        submission or secrets.token_bytes(16),
        today=today,
        key=INTAKE_KEY,
        policy=POLICY,
        found=everybody(draft) if found is None else found,
    )


def everybody(draft: ComplaintDraft) -> Holders:
    """Whose the numbers of a draft are, where each is somebody's on the register."""
    about = About.PERMIT if draft.about is About.PERMIT else About.MEMBER
    return Holders(
        {
            number: Named(about, number.upper(), f"Lee {number}", "Red Deer")
            for number in draft.numbers
        }
    )


def read(case: str) -> Complaint:
    """Return what a case says, opened with the office's key."""
    row, key = CaseRow.get(case, CASE), KeyRow.get(case, CASE)
    wrapped = WrappedKey(key.recipient, key.wrapped)
    return Complaint.model_validate_json(
        sealing.opened(row.sealed, wrapped, private, seal_context(case))
    )


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return what the database is asked from here on, as the names of its operations."""
    heard: list[str] = []
    call = BaseClient._make_api_call  # type: ignore[attr-defined]

    def counted(self: BaseClient, operation: str, arguments: Any) -> Any:
        heard.append(operation)
        return call(self, operation, arguments)

    monkeypatch.setattr(BaseClient, "_make_api_call", counted)
    return heard
