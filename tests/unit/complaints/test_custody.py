"""Two custodians bring the office's key back together, and neither can do anything alone."""

from __future__ import annotations

import secrets

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from signet import sealing
from signet.complaints.keys import custody
from signet.complaints.keys.custody import WrongShare

KEY = X25519PrivateKey.generate()
RAW = KEY.private_bytes_raw()
ID = sealing.recipient(KEY.public_key()).id


def sheets() -> tuple[str, str]:
    one, two = custody.split(KEY, secrets.token_bytes)
    return one.sheet, two.sheet


def test_both_shares_together_make_the_key_in_whichever_order() -> None:
    one, two = map(custody.read, sheets())
    for pair in ((one, two), (two, one)):
        assert custody.joined(*pair).private_bytes_raw() == RAW


@given(st.binary(min_size=32, max_size=32), st.binary(min_size=32, max_size=32))
def test_every_key_comes_back(private: bytes, mask: bytes) -> None:
    key = X25519PrivateKey.from_private_bytes(private)
    shares = custody.split(key, lambda _: mask)
    read = [custody.read(share.sheet) for share in shares]
    assert custody.joined(*read).private_bytes_raw() == private


def test_one_share_alone_fits_every_key_there_could_be() -> None:
    """For each other key there is a second share that would make it: so one says nothing."""
    one, two = custody.split(KEY, secrets.token_bytes)
    other = X25519PrivateKey.generate()
    for known in (one, two):
        mask = bytes(a ^ b for a, b in zip(known.secret, other.private_bytes_raw(), strict=True))
        made = bytes(a ^ b for a, b in zip(known.secret, mask, strict=True))
        assert made == other.private_bytes_raw()
        assert RAW.hex() not in "".join(known.sheet.split())


def test_the_last_lines_typed_from_paper_are_enough() -> None:
    one, two = sheets()
    typed = one[one.index("Key:") :].upper().replace(" ", "  ")
    assert custody.joined(custody.read(typed), custody.read(two)).private_bytes_raw() == RAW


def test_each_mistyped_letter_is_found() -> None:
    one, _ = sheets()
    begins = one.index("Key:")
    letters = [at for at in range(begins, len(one)) if one[at] in "0123456789abcdef"]
    assert len(letters) > 16 + 64 + 8
    for at in letters:
        wrong = one[:at] + ("0" if one[at] != "0" else "1") + one[at + 1 :]
        with pytest.raises(WrongShare):
            custody.read(wrong)


@pytest.mark.parametrize("text", ["", "Key: abc", "nothing of the kind", "Key: 0123456789abcdef"])
def test_what_is_no_share_is_said_to_be_none(text: str) -> None:
    with pytest.raises(WrongShare, match="isn't a recovery share"):
        custody.read(text)


def test_a_share_of_which_letters_are_missing_is_told() -> None:
    one, _ = sheets()
    lines = one.rstrip().splitlines()
    lines[-2] = lines[-2][:-5]
    with pytest.raises(WrongShare, match="letter by letter"):
        custody.read("\n".join(lines))


def test_the_same_share_twice_is_told() -> None:
    one, _ = map(custody.read, sheets())
    with pytest.raises(WrongShare, match="Both are share 1"):
        custody.joined(one, one)


def test_shares_of_two_keys_are_told() -> None:
    one, _ = map(custody.read, sheets())
    _, other = custody.split(X25519PrivateKey.generate(), secrets.token_bytes)
    with pytest.raises(WrongShare, match="shares of two keys"):
        custody.joined(one, other)


def test_shares_of_two_occasions_are_told() -> None:
    one, _ = map(custody.read, sheets())
    _, two = map(custody.read, sheets())
    with pytest.raises(WrongShare, match="different occasions"):
        custody.joined(one, two)


def test_no_error_repeats_a_share() -> None:
    one, two = sheets()
    secret = one.splitlines()[-3].split()[0]
    for text in (one.replace("Check: ", "Check: 0"), one[:-3]):
        with pytest.raises(WrongShare) as told:
            custody.joined(custody.read(text), custody.read(two))
        assert secret not in str(told.value)
