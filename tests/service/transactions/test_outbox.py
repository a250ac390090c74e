"""Mail, from the row that an act leaves to the mailbox, through the function that sends it."""

from __future__ import annotations

import json
import uuid
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import Mock
from urllib.request import urlopen

import boto3
import pytest

from infra.local import emulator as local_emulator
from infra.local import mailbox as mailboxes
from infra.local import ports
from infra.local.mailbox import Mailbox
from infra.local.streams import Poller
from lambdas import outbox as function
from signet.accounts.limits import limits
from signet.accounts.tables import AccountRow
from signet.register.tables import ContactRow
from signet.transactions import mailer, outbox
from signet.transactions.outbox import DEAD, POSTPONED, TRIES, WAITING, Mail
from signet.transactions.tables import OutboxRow
from tests.infra.waiting import drain

TICK = {"source": "aws.events", "detail-type": "Scheduled Event"}
TEXT = "Your {{ year }} record\nHello,\n\nsee {{ site }}/services/ about {{ what }}.\n"
VICTIM = "victim@example.org"
FACTS = {"year": 2026, "what": "ça <b>& more</b>"}


@pytest.fixture
def texts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Yield a folder of texts with one that these tests know."""
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "example.txt").write_text(TEXT, encoding="utf-8")
    monkeypatch.setattr(mailer, "TEXTS", tmp_path / "texts")
    mailer._texts.cache_clear()
    yield tmp_path / "texts"
    mailer._texts.cache_clear()


@pytest.fixture
def box(
    empty_tables: object, texts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Mailbox]:
    """Yield a mailbox that catches what the function sends; the tables are there and empty."""
    monkeypatch.setenv("SIGNET_SITE_URL", "https://register.example")
    monkeypatch.setenv("SIGNET_ADDRESS_KEY", "an address key of 32 letters or more")
    monkeypatch.setenv("SIGNET_MAIL_FROM", "register@register.example")
    kept = Mailbox(tmp_path / "mailbox")
    with mailboxes.catching(kept) as place:
        monkeypatch.setenv("SIGNET_SMTP", place)
        yield kept


def write(mail: Mail, id_: str = "", now: datetime | None = None) -> str:
    """Return the row that an act's transaction would write."""
    row = outbox.row(mail, id_ or uuid.uuid4().hex, now)
    row.save()
    return str(row.id)


def called(event: Any) -> Any:
    return function._answer(event, None)


def written(*ids: str) -> dict[str, Any]:
    """Return what the stream tells of these rows."""
    images = [kept_row(id_).serialize() for id_ in ids]
    return {
        "Records": [
            {"eventName": "INSERT", "dynamodb": {"NewImage": image, "Keys": {"id": image["id"]}}}
            for image in images
        ]
    }


def kept_row(id_: str) -> Any:
    return OutboxRow.get(id_, consistent_read=True)


def test_a_mail_says_what_its_text_and_facts_say(box: Mailbox) -> None:
    id_ = write(Mail("someone@example.org", "example", FACTS))
    assert called(written(id_)) == {"sent": 1}
    (mail,) = box.mails()
    assert mail.message["To"] == "someone@example.org"
    assert mail.message["Subject"] == "Your 2026 record"
    assert "register@register.example" in mail.message["From"]
    assert mail.message["Message-ID"] == f"<{id_}@register.example>"
    assert mail.message["Date"].datetime.tzinfo is not None
    assert mail.text == "Hello,\n\nsee https://register.example/services/ about ça <b>& more</b>.\n"


def test_a_mail_arrives_once_when_the_function_runs_twice(box: Mailbox) -> None:
    event = written(write(Mail("someone@example.org", "example", FACTS)))
    assert [called(event), called(event), called(TICK)] == [{"sent": 1}, {"sent": 0}, {"sent": 0}]
    assert len(box.mails()) == 1


def test_a_mail_with_the_same_name_is_the_same_mail(box: Mailbox) -> None:
    for _ in range(2):
        write(Mail("someone@example.org", "example", FACTS, dedup="reminder#2026#100"))
    called(TICK)
    assert len(box.mails()) == 1


def test_the_stream_of_the_real_table_sends_what_is_written(
    box: Mailbox, empty_tables: Mapping[str, str]
) -> None:
    table = str(OutboxRow.Meta.table_name)
    poller = Poller(empty_tables["AWS_ENDPOINT_URL_DYNAMODB"], table, called, pauses=())
    id_ = write(Mail("someone@example.org", "example", FACTS))
    drain(poller.poll)
    assert [mail.message["Message-ID"] for mail in box.mails()] == [f"<{id_}@register.example>"]
    row = kept_row(id_)
    assert (row.queue, row.due) == (None, None)
    assert row.sent_at is not None
    assert row.expires > datetime.now(UTC) + timedelta(days=29)


def test_the_address_of_a_member_is_the_one_on_record_when_it_is_sent(box: Mailbox) -> None:
    ContactRow(number="100", email="old@example.org").save()
    event = written(write(Mail("member#100", "example", FACTS)))
    ContactRow(number="100", email="new@example.org").save()
    called(event)
    assert [mail.message["To"] for mail in box.mails()] == ["new@example.org"]


@pytest.mark.parametrize("is_known", [False, True])
def test_a_member_without_an_address_is_for_staff_to_see(box: Mailbox, is_known: bool) -> None:
    if is_known:
        ContactRow(number="100", phone="403-555-0100").save()
    id_ = write(Mail("member#100", "example", FACTS))
    assert called(TICK) == {"sent": 0}
    assert box.mails() == []
    assert [letter.id for letter in outbox.dead()] == [id_]


@pytest.mark.parametrize(
    "to",
    [
        "",
        "nobody",
        "a@example.org, b@example.org",
        "a@example.org\nBcc: b@example.org",
        "Someone <a@example.org>",
    ],
)
def test_what_is_no_single_address_gets_nothing(box: Mailbox, to: str) -> None:
    id_ = write(Mail(to or " ", "example", FACTS))
    assert called(TICK) == {"sent": 0}
    assert box.mails() == []
    assert kept_row(id_).queue == DEAD


@pytest.mark.parametrize(("template", "facts"), [("unknown", FACTS), ("example", {})])
def test_a_mail_that_cannot_be_written_is_set_aside_and_can_be_sent_later(
    box: Mailbox, texts: Path, template: str, facts: dict[str, Any]
) -> None:
    id_ = write(Mail("someone@example.org", template, facts))
    assert called(TICK) == {"sent": 0}
    assert [letter.id for letter in outbox.dead()] == [id_]
    (texts / f"{template}.txt").write_text("Mended\nbody\n")
    mailer._texts.cache_clear()
    outbox.revive(id_, datetime.now(UTC))
    assert called(TICK) == {"sent": 1}
    assert [mail.message["Subject"] for mail in box.mails()] == ["Mended"]


def test_a_fact_cannot_add_a_header(box: Mailbox, texts: Path) -> None:
    (texts / "headed.txt").write_text("About {{ what }}\nbody\n")
    write(Mail("someone@example.org", "headed", {"what": "x\nBcc: other@example.org"}))
    called(TICK)
    (mail,) = box.mails()
    assert mail.message["Bcc"] is None
    assert mail.message["Subject"] == "About x"


def test_while_the_mail_server_is_away_mail_waits_and_is_sent_when_it_is_due(
    box: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    id_ = write(Mail("someone@example.org", "example", FACTS))
    with monkeypatch.context() as away:
        away.setenv("SIGNET_SMTP", f"127.0.0.1:{ports.free_port()}")
        assert called(written(id_)) == {"sent": 0}
    assert called(TICK) == {"sent": 0}, "it was put off"
    row = kept_row(id_)
    assert row.due > datetime.now(UTC).isoformat()
    row.update(actions=[OutboxRow.due.set(datetime.now(UTC).isoformat())])
    assert called(TICK) == {"sent": 1}
    assert len(box.mails()) == 1


def test_a_mail_that_the_server_refuses_each_time_ends_among_the_dead(
    box: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    id_ = write(Mail("someone@example.org", "example", FACTS))
    monkeypatch.setenv("SIGNET_SMTP", f"127.0.0.1:{ports.free_port()}")
    for _ in range(TRIES):
        assert kept_row(id_).queue == WAITING
        OutboxRow(id=id_).update(actions=[OutboxRow.due.set("0")])
        assert called(TICK) == {"sent": 0}
    assert [letter.id for letter in outbox.dead()] == [id_]


def test_mail_that_is_not_due_yet_waits(box: Mailbox) -> None:
    later = datetime.now(UTC) + timedelta(hours=1)
    id_ = write(Mail("someone@example.org", "example", FACTS), now=later)
    assert called(written(id_)) == {"sent": 0}
    assert called(TICK) == {"sent": 0}
    assert box.mails() == []


def limited(to: str = VICTIM, at: datetime | None = None) -> str:
    return write(Mail(to, "example", FACTS, limited=True), now=at)


def most() -> int:
    """Return how many limited mails one address gets in a day."""
    return limits(datetime.now(UTC)).limited_mails


def tomorrow(monkeypatch: pytest.MonkeyPatch, days: int = 1) -> None:
    """Call the function from now on as if it were so many days later."""
    later = datetime.now(UTC) + timedelta(days=days)

    monkeypatch.setattr(function, "datetime", Mock(now=lambda _zone: later))


def test_one_address_gets_few_limited_mails_a_day_however_it_is_spelled(
    box: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    spelled = ["Victim@Example.org", "victim+1@example.org", "v.i.c.t.i.m@example.org", VICTIM]
    for number in range(most()):
        limited(spelled[number % len(spelled)])
    assert called(TICK) == {"sent": most()}
    over = limited("VICTIM+2@example.org")
    assert called(written(over)) == {"sent": 0}
    row = kept_row(over)
    assert (row.queue, row.attempts, row.postponed) == (POSTPONED, 0, 1)
    limited("other@example.org")
    write(Mail(VICTIM, "example", FACTS))
    assert called(TICK) == {"sent": 2}, "others, and what isn't limited, aren't held up"
    tomorrow(monkeypatch)
    assert called(TICK) == {"sent": 1}
    assert kept_row(over).sent_at


def test_a_flood_to_one_address_ends_with_staff_after_some_days(
    box: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    days = limits(datetime.now(UTC)).limited_mail_days
    flood = {limited() for _ in range(most() * (days + 1) + 2)}
    for day in range(days + 1):
        tomorrow(monkeypatch, day)
        assert called(TICK) == {"sent": most()}
    assert len(box.mails()) == len(flood) - 2
    left = outbox.dead()
    assert len(left) == 2
    assert {letter.id for letter in left} < flood
    assert {letter.postponed for letter in left} == {days}
    assert outbox.count_dead(100) == 2
    failed = write(Mail("nobody", "example", FACTS))
    called(written(failed))
    assert [letter.id for letter in outbox.dead(limit=1)] == [failed, left[0].id]
    held = kept_row(left[1].id)
    assert held.expires >= datetime.now(UTC) + timedelta(days=29)
    tomorrow(monkeypatch, days + 1)
    outbox.revive(left[0].id, datetime.now(UTC))
    assert kept_row(left[0].id).expires is None
    assert called(TICK) == {"sent": 1}


def test_a_flood_leaves_room_for_all_other_mail_that_waits(
    box: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(most() + 3):
        limited()
    called(TICK)
    tomorrow(monkeypatch)
    other = write(Mail("someone@example.org", "example", FACTS), now=datetime.now(UTC))
    assert other in outbox.due(datetime.now(UTC) + timedelta(days=1), limit=2)


def test_a_mail_that_is_tried_again_counts_once(
    box: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    id_ = limited()
    with monkeypatch.context() as away:
        away.setenv("SIGNET_SMTP", f"127.0.0.1:{ports.free_port()}")
        for _ in range(most() + 1):
            OutboxRow(id=id_).update(actions=[OutboxRow.due.set("0")])
            called(TICK)
    for _ in range(most() - 1):
        limited()
    assert called(TICK) == {"sent": most() - 1}
    OutboxRow(id=id_).update(actions=[OutboxRow.due.set("0")])
    assert called(TICK) == {"sent": 1}


def test_the_counter_holds_no_address_and_no_id_and_expires(box: Mailbox) -> None:
    id_ = limited()
    called(TICK)
    (counter,) = AccountRow.scan()
    assert VICTIM not in repr(counter.serialize())
    assert id_ not in repr(counter.serialize())
    assert counter.expires <= datetime.now(UTC) + timedelta(days=2)


def test_mail_to_an_address_that_a_member_has_just_given_is_limited(box: Mailbox) -> None:
    history = [{"until": datetime.now(UTC).isoformat(), "email": "old@example.org"}]
    ContactRow(number="100", email=VICTIM, history=json.dumps(history)).save()
    ContactRow(number="200", email="settled@example.org").save()
    for _ in range(most() + 1):
        write(Mail("member#100", "example", FACTS))
        write(Mail("member#200", "example", FACTS))
    called(TICK)
    to = Counter(mail.message["To"] for mail in box.mails())
    assert to == {VICTIM: most(), "settled@example.org": most() + 1}


def test_without_a_mail_server_of_its_own_it_sends_by_ses(
    box: Mailbox, emulator: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in local_emulator.environment(emulator).items():
        monkeypatch.setenv(name, value)
    session = boto3.Session()
    ses: Any = session.client("sesv2")
    ses.create_email_identity(EmailIdentity="register@register.example")
    id_ = write(Mail("someone@example.org", "example", FACTS))
    event = written(id_)
    monkeypatch.delenv("SIGNET_SMTP")
    mailer.by_ses.cache_clear()
    assert called(event) == {"sent": 1}
    assert box.mails() == []
    with urlopen(f"{emulator}/_ministack/ses/messages") as answer:  # noqa: S310 - our own
        told = answer.read().decode()
    assert '"someone@example.org"' in told
    assert "Your 2026 record" in told


def test_every_text_has_a_subject_and_a_body() -> None:
    files = sorted(mailer.TEXTS.glob("*.txt"))
    assert files
    for file in files:
        subject, _, body = file.read_text(encoding="utf-8").partition("\n")
        assert subject.strip(), file.name
        assert body.strip(), file.name
