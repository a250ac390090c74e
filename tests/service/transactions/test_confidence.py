"""Mail in confidence: whom it is for reads it and nobody else, whatever happens on the way."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from infra.local import mailbox as mailboxes
from infra.local import ports
from infra.local.mailbox import Mailbox
from lambdas import outbox as function
from lambdas.admin import function as admin
from signet import keyring
from signet.accounts.limits import limits
from signet.accounts.model import Role
from signet.accounts.tables import AccountRow
from signet.keyring import Purpose
from signet.transactions import mailer, outbox
from signet.transactions.outbox import DEAD, HELD, POSTPONED, TRIES, WAITING, Mail, QueuedMail
from signet.transactions.tables import OutboxRow
from tests.complaint_office import MAIL, MODELS, complaint_tables_made, file, office, shell
from tests.events import ask, get
from tests.people import person
from tests.wrapping import kms, new_key, set_pairs

__all__ = ["complaint_tables_made", "kms", "office", "shell"]
CANARY = "zebrafish-7731"
TO = f"{CANARY}@example.org"
TICK = {"source": "aws.events", "detail-type": "Scheduled Event"}


@pytest.fixture
def box(
    office: None, kms: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Mailbox]:
    """Yield a mailbox that catches what the function sends, which has the mail's key."""
    set_pairs(monkeypatch, Purpose.MAIL, keyring.wrapped(MAIL, Purpose.MAIL, new_key(kms)))
    kept = Mailbox(tmp_path / "mailbox")
    with mailboxes.catching(kept) as place:
        monkeypatch.setenv("SIGNET_SMTP", place)
        yield kept


def called() -> Any:
    """Call the function by the clock."""
    return function._answer(TICK, None)


def row() -> Any:
    """Return the one mail there is."""
    (found,) = OutboxRow.scan()
    return found


def dumped() -> str:
    """Everything that any table holds."""
    return repr([row.serialize() for model in MODELS for row in model.scan()])


def try_now() -> Any:
    """Call the function as if the pause before the next try were over."""
    row().update(actions=[OutboxRow.due.set(outbox.AT_ONCE)])
    return called()


def test_whoever_filed_gets_the_receipt_by_mail_and_comes_back_with_it(box: Mailbox) -> None:
    receipt = file(email=TO, numbers=("100001", "100002"), happened="They sealed it unread.")
    assert called() == {"sent": 1}
    (mail,) = box.mails()
    assert mail.message["To"] == TO
    assert receipt.code in mail.text
    assert all(reference in mail.text for reference in receipt.cases)
    assert "2040-11-24" in mail.text
    assert "https://register.example/services/complaints/followup/" in mail.text
    assert "unread" not in mail.text
    assert "100001" not in mail.text


@pytest.mark.parametrize(
    ("template", "facts"),
    [
        ("complaint_receipt", {"code": "K7QM-2XRD", "cases": ["C-1234-5678"], "on": "2026-11-24"}),
        ("complaint_question", {}),
    ],
)
def test_a_locked_telephone_shows_nothing_of_what_it_is_about(
    template: str, facts: dict[str, Any]
) -> None:
    letter = QueuedMail("1", TO, template, facts)
    mail = mailer.compose(letter, TO, datetime.now(UTC))
    shown = f"{mail['Subject']} {mail.get_content()[:120]}".lower()
    for word in ("complain", "case", "code", "k7qm", "c-1234", "2026"):
        assert word not in shown


def test_something_waits_for_you_says_neither_what_nor_with_which_code(box: Mailbox) -> None:
    made = outbox.row(Mail(TO, "complaint_question", confidential=True), "question-1")
    made.save()
    assert called() == {"sent": 1}
    (mail,) = box.mails()
    assert mail.message["To"] == TO
    assert mail.text.count("/services/complaints/followup/") == 1
    assert not re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}", mail.text)


def test_nothing_is_left_of_it_once_it_was_sent_but_the_day(box: Mailbox) -> None:
    receipt = file(email=TO)
    before = row()
    assert before.sealed
    assert called() == {"sent": 1}
    sent = row()
    assert (sent.queue, sent.due, sent.sealed, sent.facts, sent.recipient) == (
        None,
        None,
        None,
        "{}",
        "",
    )
    for moment in (datetime.fromisoformat(sent.sent_at), sent.expires):
        assert (moment.hour, moment.minute, moment.second, moment.microsecond) == (0, 0, 0, 0)
    held = dumped()
    assert CANARY not in held
    assert receipt.code not in held


def test_the_servers_on_its_way_are_not_told_whose_case_it_is(box: Mailbox) -> None:
    file(email=TO)
    id_ = str(row().id)
    called()
    (mail,) = box.mails()
    name = mail.message["Message-ID"]
    for told in (id_, id_.removeprefix("complaint-"), "complaint"):
        assert told not in name
    assert name.strip("<>").partition("@")[0] not in dumped()


def test_a_second_copy_can_be_told_to_be_one(box: Mailbox) -> None:
    file(email=TO)
    before = row()
    called()
    before.save()  # as it was, as if what was sent hadn't been written down
    called()
    first, second = box.mails()
    assert first.message["Message-ID"] == second.message["Message-ID"]


@pytest.mark.parametrize("why", ["no-server", "no-key", "another-key", "refused-by-kms"])
def test_what_cannot_be_sent_waits_shows_nothing_and_can_be_sent_later(
    box: Mailbox,
    why: str,
    kms: Any,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    receipt = file(email=TO)
    with monkeypatch.context() as patch:
        _break(why, kms, patch)
        for _ in range(TRIES):
            assert row().queue == WAITING
            assert try_now() == {"sent": 0}
    given_up = row()
    assert given_up.queue == DEAD
    assert given_up.due.endswith("T00:00:00+00:00")
    told = dumped() + repr(outbox.dead()) + caplog.text + "".join(capfd.readouterr())
    assert CANARY not in told
    assert receipt.code not in told
    outbox.revive(str(given_up.id), datetime.now(UTC))
    assert called() == {"sent": 1}
    assert [mail.message["To"] for mail in box.mails()] == [TO]


def _break(why: str, kms: Any, patch: pytest.MonkeyPatch) -> None:
    """Take away what mail needs."""
    nowhere = f"127.0.0.1:{ports.free_port()}"
    if why == "no-server":
        patch.setenv("SIGNET_SMTP", nowhere)
    elif why == "no-key":
        patch.delenv(Purpose.MAIL.keys)
    elif why == "another-key":
        other = X25519PrivateKey.generate()
        set_pairs(patch, Purpose.MAIL, keyring.wrapped(other, Purpose.MAIL, new_key(kms)))
    else:
        disabled = new_key(kms)
        pair = keyring.wrapped(MAIL, Purpose.MAIL, disabled)
        kms.disable_key(KeyId=disabled)
        set_pairs(patch, Purpose.MAIL, pair)


def test_receipts_to_one_address_are_limited_and_nothing_tells_who_complained(
    box: Mailbox,
) -> None:
    most = limits(datetime.now(UTC)).limited_mails
    receipts = [file(email=TO) for _ in range(most + 1)]
    assert called() == {"sent": most}
    (over,) = [row for row in OutboxRow.scan() if row.queue == POSTPONED]
    assert over.sealed
    assert over.due.endswith("T00:00:00+00:00")
    held = repr([row.serialize() for row in AccountRow.scan()]) + dumped()
    names = [mail.message["Message-ID"].strip("<>").partition("@")[0] for mail in box.mails()]
    rows = [str(row.id) for row in OutboxRow.scan()]
    for secret in (CANARY, *names, *(receipt.code for receipt in receipts)):
        assert secret not in held
    for id_ in rows:
        assert id_ not in repr([row.serialize() for row in AccountRow.scan()])


def test_staff_see_that_mail_was_given_up_because_one_address_had_too_much(box: Mailbox) -> None:
    file(email=TO)
    row().update(actions=[OutboxRow.queue.set(HELD), OutboxRow.postponed.set(3)])
    boss = person(Role.ADMINISTRATOR, email="boss@example.org", now=datetime.now(UTC))
    page = ask(admin.handler, get("/services/admin/mail/", session=boss.token))
    assert "put off 3 times: too much to one address" in page.text
    assert CANARY not in page.text


def test_after_the_mails_key_was_replaced_what_waited_is_still_sent(
    box: Mailbox, kms: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    file(email=TO)
    (before,) = keyring.key_pairs(Purpose.MAIL)
    new = keyring.wrapped(X25519PrivateKey.generate(), Purpose.MAIL, new_key(kms))
    set_pairs(monkeypatch, Purpose.MAIL, new, before)
    file(email=TO)
    assert called() == {"sent": 2}


def test_administrators_see_that_it_was_given_up_and_not_to_whom_it_was(
    box: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    receipt = file(email=TO)
    monkeypatch.delenv(Purpose.MAIL.keys)
    for _ in range(TRIES):
        try_now()
    now = datetime.now(UTC)
    boss = person(Role.ADMINISTRATOR, email="boss@example.org", now=now)
    page = ask(admin.handler, get("/services/admin/mail/", session=boss.token))
    assert page.status == 200
    assert "in confidence" in page.text
    assert "complaint receipt" in page.text
    for secret in (CANARY, receipt.code, *receipt.cases):
        assert secret not in page.text
