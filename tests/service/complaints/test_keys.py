"""The office's key: made, replaced, recovered and checked by the commands, with KMS to wrap it."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from infra.local import ports
from signet import keyring, sealing
from signet.complaints.keys import office as own
from signet.complaints.model import Complaint
from signet.complaints.receipt_codes import Filing
from signet.complaints.tables import CASE, CaseRow, KeyRow, seal_context
from signet.errors import Unavailable
from signet.keyring import CannotUnwrap, NoSuchKey, Purpose
from signet.sealing import WrappedKey
from tests.complaint_office import complaint_tables_made, file, office, shell
from tests.office import signet
from tests.wrapping import kms, new_key, set_pairs

__all__ = ["complaint_tables_made", "kms", "office", "shell"]
Output = pytest.CaptureFixture[str]
KEYS, PUBLIC = Purpose.OFFICE.keys, Purpose.OFFICE.public


@pytest.fixture(autouse=True)
def nothing_in_memory(office: None, kms: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Begin as a new process does, without any key."""
    for purpose in Purpose:
        monkeypatch.delenv(purpose.keys, raising=False)
        monkeypatch.delenv(purpose.public, raising=False)
    keyring.unwrapped.cache_clear()
    yield
    keyring.unwrapped.cache_clear()


@pytest.fixture
def shares(tmp_path: Path) -> tuple[Path, Path]:
    """Where the custodians' shares are written."""
    return tmp_path / "one.txt", tmp_path / "two.txt"


@pytest.fixture
def run(capsys: Output, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Run `signet keys` and set what it prints, as an operator does; gives all that it said."""

    def command(*arguments: object, status: int = 0) -> str:
        assert signet("keys", *arguments) == status
        said = capsys.readouterr()
        for line in said.out.splitlines():
            name, _, value = line.partition("=")
            if name in {KEYS, PUBLIC, Purpose.MAIL.keys, Purpose.MAIL.public}:
                monkeypatch.setenv(name, value)
        keyring.unwrapped.cache_clear()
        return said.out + said.err

    return command


@pytest.fixture
def key(run: Callable[..., str], kms: Any, shares: tuple[Path, Path]) -> str:
    """Make the office's first pair, set; return the id of the key in KMS."""
    made = new_key(kms)
    run("new", "office", "--kms", made, "--shares", *shares)
    return made


def read(code: str) -> str:
    """Return what a complaint says happened, opened as the desk does."""
    case = Filing(code).case(0)
    row, kept = CaseRow.get(case, CASE), KeyRow.get(case, CASE)
    wrapped = WrappedKey(kept.recipient, kept.wrapped)
    opened = sealing.opened(row.sealed, wrapped, own.private_key, seal_context(case))
    return Complaint.model_validate_json(opened).happened


def lose(kms: Any, key: str) -> None:
    """Lose the key in KMS for good, and forget what was in memory."""
    kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=7)
    keyring.unwrapped.cache_clear()


@pytest.mark.usefixtures("key")
def test_what_is_filed_opens_with_the_key_that_was_made() -> None:
    assert read(file(happened="They sealed it unread.").code) == "They sealed it unread."


def test_the_private_key_is_neither_shown_nor_in_the_settings(
    run: Callable[..., str], kms: Any, shares: tuple[Path, Path]
) -> None:
    said = run("new", "office", "--kms", new_key(kms), "--shares", *shares)
    (pair,) = keyring.key_pairs(Purpose.OFFICE)
    raw = keyring.unwrapped(pair, Purpose.OFFICE).private_bytes_raw()
    for hidden in (raw.hex(), *(share.read_text().splitlines()[-3] for share in shares)):
        assert hidden not in said
    assert json.loads(said.splitlines()[1].partition("=")[2])[0].keys() == {
        "id",
        "public",
        "wrapped",
    }


def test_each_share_is_its_custodians_alone_and_never_written_over(
    run: Callable[..., str], kms: Any, shares: tuple[Path, Path]
) -> None:
    shares[1].write_text("something of somebody's")
    said = run("new", "office", "--kms", new_key(kms), "--shares", *shares, status=2)
    assert "File exists" in said
    assert KEYS not in said
    assert not shares[0].exists()
    assert shares[1].read_text() == "something of somebody's"
    shares[1].unlink()
    run("new", "office", "--kms", new_key(kms), "--shares", *shares)
    assert [stat.S_IMODE(share.stat().st_mode) for share in shares] == [0o600, 0o600]


def test_without_kms_no_key_is_made(run: Callable[..., str], shares: tuple[Path, Path]) -> None:
    said = run("new", "office", "--kms", "alias/nowhere", "--shares", *shares, status=2)
    assert "alias/nowhere: NotFoundException" in said
    assert not any(share.exists() for share in shares)


@pytest.mark.parametrize("arguments", [("office",), ("mail", "--shares", "a", "b")])
def test_the_office_has_two_custodians_and_the_mail_none(
    run: Callable[..., str], kms: Any, arguments: tuple[str, ...]
) -> None:
    purpose, *rest = arguments
    said = run("new", purpose, "--kms", new_key(kms), *rest, status=2)
    assert "two custodians" in said


@pytest.mark.usefixtures("key")
def test_a_second_first_key_is_refused(run: Callable[..., str], kms: Any, tmp_path: Path) -> None:
    others = (tmp_path / "three", tmp_path / "four")
    said = run("new", "office", "--kms", new_key(kms), "--shares", *others, status=2)
    assert "signet keys rotate" in said


# -- recovery


def test_two_custodians_open_what_was_filed_before_the_key_was_lost(
    run: Callable[..., str], kms: Any, key: str, shares: tuple[Path, Path]
) -> None:
    before = file(happened="Before the loss.")
    public = keyring.key_pairs(Purpose.OFFICE)[0].public
    lose(kms, key)
    with pytest.raises(Unavailable):
        read(before.code)
    after = file(happened="While it was lost.")
    run("recover", *shares, "--kms", new_key(kms))
    assert keyring.key_pairs(Purpose.OFFICE)[0].public == public
    assert len(keyring.key_pairs(Purpose.OFFICE)) == 1
    assert read(before.code) == "Before the loss."
    assert read(after.code) == "While it was lost."


def test_with_the_settings_lost_too_the_shares_are_enough(
    run: Callable[..., str],
    kms: Any,
    key: str,
    shares: tuple[Path, Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = file(happened="Before the loss.")
    lose(kms, key)
    monkeypatch.delenv(KEYS)
    monkeypatch.delenv(PUBLIC)
    run("recover", *reversed(shares), "--kms", new_key(kms))
    assert read(before.code) == "Before the loss."
    assert read(file(happened="After it.").code) == "After it."


@pytest.mark.usefixtures("key")
def test_wrong_shares_are_refused_with_a_word_of_why(
    run: Callable[..., str], kms: Any, shares: tuple[Path, Path], tmp_path: Path
) -> None:
    one, two = shares
    made = new_key(kms)

    def refused(*given: Path) -> str:
        said = run("recover", *given, "--kms", made, status=2)
        assert KEYS not in said
        return said

    assert "Both are share 1" in refused(one, one)
    other = tmp_path / "other"
    other.write_text("A shopping list.\n")
    assert f"{other}: This isn't a recovery share" in refused(one, other)
    other.write_bytes(b"\xff\xfe\x00")
    assert "isn't a recovery share" in refused(one, other)
    lines = two.read_text().splitlines()
    lines[-3] = lines[-3][::-1]
    other.write_text("\n".join(lines))
    assert f"{other}: This share was mistyped or changed" in refused(one, other)
    assert "No such file" in refused(one, tmp_path / "missing")
    run("rotate", "office", "--kms", made, "--shares", tmp_path / "three", tmp_path / "four")
    assert "shares of two keys" in refused(one, tmp_path / "four")


# -- replacing it


def test_after_it_was_replaced_old_and_new_complaints_open(
    run: Callable[..., str], kms: Any, key: str, tmp_path: Path
) -> None:
    before = file(happened="Before.")
    (first,) = keyring.key_pairs(Purpose.OFFICE)
    run("rotate", "office", "--kms", key, "--shares", tmp_path / "three", tmp_path / "four")
    after = file(happened="After.")
    assert [pair.id for pair in keyring.key_pairs(Purpose.OFFICE)][1] == first.id
    sealed_to = [KeyRow.get(Filing(one.code).case(0), CASE).recipient for one in (before, after)]
    assert sealed_to == [first.id, keyring.key_pairs(Purpose.OFFICE)[0].id]
    assert sealed_to[0] != sealed_to[1]
    assert (read(before.code), read(after.code)) == ("Before.", "After.")


def test_of_several_keys_the_lost_one_is_recovered_in_its_place(
    run: Callable[..., str], kms: Any, key: str, shares: tuple[Path, Path], tmp_path: Path
) -> None:
    before = file(happened="Before.")
    others = (tmp_path / "three", tmp_path / "four")
    run("rotate", "office", "--kms", new_key(kms), "--shares", *others)
    ids = [pair.id for pair in keyring.key_pairs(Purpose.OFFICE)]
    lose(kms, key)
    run("recover", *shares, "--kms", new_key(kms))
    assert [pair.id for pair in keyring.key_pairs(Purpose.OFFICE)] == ids
    assert read(before.code) == "Before."
    assert read(file(happened="After.").code) == "After."


def test_nothing_is_replaced_where_it_is_not_known_what_there_is(
    run: Callable[..., str], kms: Any, shares: tuple[Path, Path]
) -> None:
    said = run("rotate", "office", "--kms", new_key(kms), "--shares", *shares, status=2)
    assert f"{KEYS} isn't set here" in said


def test_the_mails_key_is_made_and_replaced_without_shares(
    run: Callable[..., str], kms: Any
) -> None:
    run("new", "mail", "--kms", new_key(kms))
    run("rotate", "mail", "--kms", new_key(kms))
    assert len(list(keyring.private_keys(Purpose.MAIL))) == 2


# -- checking


@pytest.mark.usefixtures("key")
def test_the_check_tells_which_keys_open_and_whether_the_shares_are_theirs(
    run: Callable[..., str], kms: Any, shares: tuple[Path, Path], tmp_path: Path
) -> None:
    run("new", "mail", "--kms", new_key(kms))
    (pair,) = keyring.key_pairs(Purpose.OFFICE)
    said = run("check", "--shares", *shares)
    assert f"office key {pair.id} opens, and is sealed to now" in said
    assert f"the shares make the key {pair.id}" in said
    others = (tmp_path / "three", tmp_path / "four")
    new = new_key(kms)
    run("rotate", "office", "--kms", new, "--shares", *others)
    assert f"office key {pair.id} opens\n" in run("check")
    lose(kms, new)
    said = run("check", status=1)
    assert "can't be unwrapped: KMSInvalidStateException" in said
    assert f"office key {pair.id} opens\n" in said


def test_the_check_finds_a_public_key_that_nobody_can_open(
    run: Callable[..., str], kms: Any, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("new", "mail", "--kms", new_key(kms))
    monkeypatch.setenv(PUBLIC, keyring.key_pairs(Purpose.MAIL)[0].public)
    assert f"{PUBLIC} isn't the public half of any key" in run("check", status=1)


# -- what a function is told


def pair_of(kms: Any) -> keyring.Pair:
    return keyring.wrapped(X25519PrivateKey.generate(), Purpose.OFFICE, new_key(kms))


def test_a_key_is_unwrapped_once_a_process(kms: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    pair = pair_of(kms)
    set_pairs(monkeypatch, Purpose.OFFICE, pair)
    first = own.private_key(pair.id)
    monkeypatch.setenv("AWS_ENDPOINT_URL_KMS", f"http://127.0.0.1:{ports.free_port()}")
    assert own.private_key(pair.id) is first


def test_after_a_failure_it_is_tried_again(kms: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    wrapping = new_key(kms)
    pair = keyring.wrapped(X25519PrivateKey.generate(), Purpose.OFFICE, wrapping)
    set_pairs(monkeypatch, Purpose.OFFICE, pair)
    kms.disable_key(KeyId=wrapping)
    with pytest.raises(CannotUnwrap, match="DisabledException"):
        own.private_key(pair.id)
    kms.enable_key(KeyId=wrapping)
    assert sealing.recipient(own.private_key(pair.id).public_key()).id == pair.id


def test_with_kms_away_it_is_unavailable_and_nothing_secret_is_said(
    kms: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    pair = pair_of(kms)
    set_pairs(monkeypatch, Purpose.OFFICE, pair)
    monkeypatch.setenv("AWS_ENDPOINT_URL_KMS", f"http://127.0.0.1:{ports.free_port()}")
    with pytest.raises(CannotUnwrap, match="EndpointConnectionError") as told:
        own.private_key(pair.id)
    assert pair.wrapped not in str(told.value)


def test_a_key_that_is_not_among_those_set_is_named(
    kms: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_pairs(monkeypatch, Purpose.OFFICE, pair_of(kms))
    with pytest.raises(NoSuchKey, match="0123456789abcdef"):
        own.private_key("0123456789abcdef")


@pytest.mark.parametrize("text", ["", "[]"])
def test_without_keys_nothing_opens(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEYS, text)
    with pytest.raises(NoSuchKey):
        own.private_key("0123456789abcdef")


@pytest.mark.parametrize("text", ["CANARY", '{"id":"CANARY"}', '[{"id":"CANARY"}]', "[1]", "7"])
def test_a_setting_that_cannot_be_read_is_named_and_not_repeated(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(KEYS, text)
    with pytest.raises(NoSuchKey, match=KEYS) as told:
        own.private_key("0123456789abcdef")
    assert "CANARY" not in repr(told.value) + repr(told.value.__cause__)


def test_a_key_of_one_purpose_does_not_open_for_another(
    kms: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    pair = pair_of(kms)
    set_pairs(monkeypatch, Purpose.MAIL, pair)
    with pytest.raises(CannotUnwrap, match="InvalidCiphertextException"):
        keyring.private_key(Purpose.MAIL, pair.id)


def test_a_wrapped_key_that_is_another_than_it_says_is_found(
    kms: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    pair, other = pair_of(kms), pair_of(kms)
    set_pairs(monkeypatch, Purpose.OFFICE, pair._replace(wrapped=other.wrapped))
    with pytest.raises(CannotUnwrap, match="another key"):
        own.private_key(pair.id)


def test_the_emulator_checks_the_context_that_a_key_was_wrapped_with(kms: Any) -> None:
    """So that the tests above prove something: it does what AWS does, as far as this goes."""
    key = new_key(kms)
    box = kms.encrypt(KeyId=key, Plaintext=b"key", EncryptionContext={"signet": "office"})
    for context in ({"signet": "mail"}, {}):
        with pytest.raises(ClientError, match="InvalidCiphertext"):
            kms.decrypt(CiphertextBlob=box["CiphertextBlob"], EncryptionContext=context)
