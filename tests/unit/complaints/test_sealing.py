"""What is sealed opens for its recipient, as what it is, and for nobody else."""

from __future__ import annotations

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from signet import sealing
from signet.errors import Unavailable
from signet.sealing import CannotOpen

OWN, STRANGER = X25519PrivateKey.generate(), X25519PrivateKey.generate()
TO = sealing.recipient(OWN.public_key())


def test_its_recipient_reads_what_was_sealed() -> None:
    sealed = sealing.seal(b"what happened", TO, "case/1")
    assert sealed.key.recipient == TO.id
    assert sealing.opened(sealed.box, sealed.key, lambda _: OWN, "case/1") == b"what happened"


def test_nobody_else_reads_it() -> None:
    sealed = sealing.seal(b"what happened", TO, "case/1")
    assert b"what happened" not in sealed.box + sealed.key.wrapped
    with pytest.raises(CannotOpen):
        sealing.opened(sealed.box, sealed.key, lambda _: STRANGER, "case/1")


def test_nothing_sealed_can_be_passed_off_as_something_else() -> None:
    sealed = sealing.seal(b"what happened", TO, "case/1")
    with pytest.raises(CannotOpen):
        sealing.opened(sealed.box, sealed.key, lambda _: OWN, "case/2")
    other = sealing.seal(b"another", TO, "case/1")
    with pytest.raises(CannotOpen):
        sealing.opened(sealed.box, other.key, lambda _: OWN, "case/1")


@pytest.mark.parametrize("at", [0, 12, -1])
def test_any_changed_byte_is_found(at: int) -> None:
    sealed = sealing.seal(b"what happened", TO, "case/1")
    box = bytearray(sealed.box)
    box[at] ^= 1
    with pytest.raises(CannotOpen):
        sealing.opened(bytes(box), sealed.key, lambda _: OWN, "case/1")


def test_one_key_may_be_sealed_to_several() -> None:
    key = bytes(range(32))
    box = sealing.boxed(b"a file", key, "file/1")
    for case in ("file/1",):
        wrapped = sealing.wrap(key, TO, case)
        assert sealing.opened(box, wrapped, lambda _: OWN, "file/1") == b"a file"


def test_something_short_is_sealed_without_a_key_apart() -> None:
    box = sealing.direct(b"What day was it?", OWN.public_key(), "question/1")
    assert sealing.opened_directly(box, OWN, "question/1") == b"What day was it?"
    for private, about in ((STRANGER, "question/1"), (OWN, "question/2")):
        with pytest.raises(CannotOpen):
            sealing.opened_directly(box, private, about)


def test_a_key_that_is_not_set_or_not_a_key_lets_nothing_be_taken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv(sealing.OFFICE, raising=False)
    with pytest.raises(Unavailable):
        sealing.set_as(sealing.OFFICE)
    for wrong in ("", "not base64!", base64.b64encode(b"short").decode()):
        monkeypatch.setenv(sealing.OFFICE, wrong)
        with pytest.raises(Unavailable):
            sealing.set_as(sealing.OFFICE)


def test_a_set_key_has_the_name_that_rows_give_it(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = OWN.public_key().public_bytes_raw()
    monkeypatch.setenv(sealing.OFFICE, base64.b64encode(raw).decode())
    assert sealing.set_as(sealing.OFFICE).id == TO.id
