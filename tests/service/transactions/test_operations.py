"""Every write of a service: once, whole, seen in the audit trail, and told by mail."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import PynamoDBException
from pynamodb.models import Model

from signet.errors import Conflict, NotFound, Unavailable
from signet.transactions import audit, outbox
from signet.transactions import commit as write
from signet.transactions.audit import Audit
from signet.transactions.commit import (
    Check,
    Delete,
    Operation,
    Save,
    Update,
    commit,
    digest_of,
    result_of,
)
from signet.transactions.outbox import Mail, QueuedMail, Undeliverable
from signet.transactions.tables import MODELS, OperationRow, OutboxRow
from tests.function_ground import Ground

NOW = datetime(2026, 11, 21, 18, 0, tzinfo=UTC)


class ThingRow(Model):
    class Meta:
        table_name = "things"
        billing_mode = "PAY_PER_REQUEST"

    owner = UnicodeAttribute(hash_key=True)
    part = UnicodeAttribute(range_key=True)
    said = UnicodeAttribute(null=True)
    version = NumberAttribute(default=1)


@pytest.fixture(scope="session")
def own_tables(dynamodb: str) -> Ground:
    """Return the tables of operations, and one of these tests' own, made once a worker."""
    return Ground.made(dynamodb, (*MODELS, ThingRow))


@pytest.fixture(autouse=True)
def database(own_tables: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    own_tables.reach(monkeypatch)


def act(named: str = "a", *, said: str = "x", result: str = "thing-1") -> Operation:
    return Operation(named * 32, "member#100", digest_of(said), result)


def new(part: str, said: str = "x") -> Save:
    return Save(ThingRow("member#100", part, said=said), ThingRow.owner.does_not_exist())


def seen(by: str = "account-1") -> Audit:
    return Audit("thing#100", "added", by, NOW, {"thing": "thing-1"})


def things() -> list[str]:
    return [row.part for row in ThingRow.query("member#100", consistent_read=True)]


def waiting() -> list[str]:
    return sorted(row.id for row in OutboxRow.scan(consistent_read=True))


def test_a_write_leaves_its_rows_its_trail_and_its_mail_or_nothing() -> None:
    mail = [Mail("member#100", "welcome", {"year": 2026})]
    assert commit(act(), [new("1")], seen(), mail) == "thing-1"
    assert things() == ["1"]
    assert [(line.what, line.by, line.at) for line in audit.of_subject("thing#100")] == [
        ("added", "account-1", NOW)
    ]
    assert len(waiting()) == 1
    with pytest.raises(Conflict):
        commit(act("b"), [new("2"), new("1")], seen(), mail)
    assert things() == ["1"]
    assert len(audit.of_subject("thing#100")) == len(waiting()) == 1
    assert result_of(act("b")) is None


def test_the_same_form_sent_twice_does_the_thing_once_and_is_answered_alike() -> None:
    for _ in range(3):
        assert commit(act(), [new("1")], seen()) == "thing-1"
    assert result_of(act()) == "thing-1"
    assert len(audit.of_subject("thing#100")) == 1


def test_the_same_form_with_other_content_is_refused() -> None:
    commit(act(), [new("1")])
    with pytest.raises(Conflict, match="already sent"):
        commit(act(said="y"), [new("2")])
    with pytest.raises(Conflict, match="already sent"):
        result_of(act(said="y"))
    assert things() == ["1"]


def test_one_persons_form_says_nothing_of_anothers() -> None:
    commit(act(), [new("1")])
    assert result_of(Operation("a" * 32, "member#200", digest_of("x"))) is None


def test_twenty_sendings_at_once_are_one() -> None:
    answers: list[str] = []
    senders = [
        threading.Thread(target=lambda: answers.append(commit(act(), [new("1")], seen())))
        for _ in range(20)
    ]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    assert answers == ["thing-1"] * 20
    assert things() == ["1"]
    assert len(audit.of_subject("thing#100")) == 1


def losing(monkeypatch: pytest.MonkeyPatch, *, applied: bool) -> None:
    """Let the database's answer to the next write be lost, after or before the write."""
    written: Callable[..., None] = write._write

    def lost(*given: Any) -> None:
        monkeypatch.setattr(write, "_write", written)
        if applied:
            written(*given)
        raise PynamoDBException("connection lost")

    monkeypatch.setattr(write, "_write", lost)


def test_a_write_whose_answer_was_lost_is_known_to_have_been_done(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    losing(monkeypatch, applied=True)
    assert commit(act(), [new("1")], seen()) == "thing-1"
    assert things() == ["1"]


def test_a_write_that_never_arrived_is_said_to_have_failed_and_can_be_sent_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    losing(monkeypatch, applied=False)
    with pytest.raises(Unavailable):
        commit(act(), [new("1")], seen())
    assert things() == []
    assert commit(act(), [new("1")], seen()) == "thing-1"


def test_the_second_of_two_editors_is_told_and_overwrites_nothing() -> None:
    commit(act(), [new("1")])

    def edit(named: str, said: str) -> str:
        row = ThingRow("member#100", "1")
        actions = [ThingRow.said.set(said), ThingRow.version.set(2)]
        return commit(act(named, said=said), [Update(row, actions, ThingRow.version == 1)])

    edit("b", "first")
    with pytest.raises(Conflict, match="Someone else"):
        edit("c", "second")
    assert ThingRow.get("member#100", "1").said == "first"


def test_a_row_can_be_removed_and_a_write_can_hang_on_one_that_stays() -> None:
    commit(act(), [new("1"), new("2")])
    stays = Check(ThingRow("member#100", "2"), ThingRow.version == 1)
    commit(act("b"), [Delete(ThingRow("member#100", "1"), ThingRow.version == 1), stays])
    assert things() == ["2"]
    with pytest.raises(Conflict):
        commit(act("c"), [new("3"), Check(ThingRow("member#100", "2"), ThingRow.version == 7)])


def mail(dedup: str = "") -> str:
    commit(act("e"), [], None, [Mail("member#100", "reminder", {"year": 2026}, dedup)])
    return waiting()[0]


def test_a_mail_is_sent_once_whoever_tries() -> None:
    sent: list[QueuedMail] = []
    one = mail()
    assert outbox.due(NOW) == [one]
    assert outbox.send(one, NOW, sent.append)
    assert not outbox.send(one, NOW, sent.append)
    assert outbox.due(NOW + timedelta(days=1)) == []
    assert [(letter.id, letter.to, letter.context) for letter in sent] == [
        (one, "member#100", {"year": 2026})
    ]
    assert not outbox.send("no such mail", NOW, sent.append)


def test_a_mail_that_fails_is_tried_again_later_and_later_then_put_aside_and_can_be_revived() -> (
    None
):
    one = mail("reminder-2026-100")
    assert one == "reminder-2026-100"
    now = NOW

    def failing(letter: QueuedMail) -> None:
        raise OSError("no connection")

    pauses = []
    while not outbox.dead():
        assert not outbox.send(one, now, failing)
        assert not outbox.send(one, now, failing), "it isn't due yet"
        due = OutboxRow.get(one).due
        if not outbox.dead():
            pauses.append(datetime.fromisoformat(due) - now)
            now = datetime.fromisoformat(due)
    assert len(pauses) == outbox.TRIES - 1
    assert pauses == sorted(pauses)
    assert [letter.id for letter in outbox.dead()] == [one]
    sent: list[QueuedMail] = []
    assert not outbox.send(one, now, sent.append)
    outbox.revive(one, now)
    assert outbox.send(one, now, sent.append)
    with pytest.raises(NotFound):
        outbox.revive(one, now)


def test_a_mail_to_nobody_is_put_aside_at_once() -> None:
    def nobody(letter: QueuedMail) -> None:
        raise Undeliverable

    one = mail()
    assert not outbox.send(one, NOW, nobody)
    assert [letter.id for letter in outbox.dead()] == [one]


def test_a_mail_that_must_be_the_only_one_of_its_kind_is_not_written_again() -> None:
    one = mail("reminder-2026-100")
    sent: list[QueuedMail] = []
    assert outbox.send(one, NOW, sent.append)
    assert (
        commit(act("f"), [new("1")], None, [Mail("member#100", "reminder", {}, one)]) == "thing-1"
    )
    assert things() == ["1"]
    assert outbox.due(NOW) == []


def test_two_people_whose_forms_have_the_same_id_get_a_mail_each() -> None:
    for owner in ("member#100", "member#200"):
        commit(Operation("a" * 32, owner, digest_of("x")), [], None, [Mail(owner, "welcome")])
    assert len(waiting()) == 2


def test_what_a_mail_said_is_kept_no_longer_than_until_it_is_sent() -> None:
    one = mail()
    assert "2026" in OutboxRow.get(one).facts
    outbox.send(one, NOW, lambda letter: None)
    assert OutboxRow.get(one).facts == "{}"


def test_two_who_send_at_the_same_moment_send_one_mail() -> None:
    one = mail()
    sent: list[QueuedMail] = []
    both = threading.Barrier(2)

    def post(letter: QueuedMail) -> None:
        sent.append(letter)

    def race() -> None:
        both.wait()
        outbox.send(one, NOW, post)

    racers = [threading.Thread(target=race) for _ in range(2)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    assert len(sent) == 1


def test_acts_are_kept_for_good() -> None:
    assert not [
        a for a in OperationRow.get_attributes().values() if type(a).__name__ == "TTLAttribute"
    ]
