"""Receipt codes: long enough, easy to copy, and leading nowhere but forward."""

from __future__ import annotations

import re
from secrets import token_bytes

from hypothesis import given
from hypothesis import strategies as st

from signet.complaints import receipt_codes
from signet.complaints.receipt_codes import Filing

KEY = b"a key of ours"
SUBMISSIONS = st.binary(min_size=16, max_size=16)


@given(SUBMISSIONS)
def test_a_code_is_five_groups_of_letters_that_nobody_misreads(submission: bytes) -> None:
    assert re.fullmatch(
        r"[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){4}", receipt_codes.code_of(submission)
    )


def test_a_code_holds_at_least_ninety_bits() -> None:
    seen = {receipt_codes.code_of(token_bytes(16)) for _ in range(2_000)}
    assert len(seen) == 2_000
    letters = [code.replace("-", "") for code in seen]
    for at in range(receipt_codes.CODE_LETTERS):
        assert len({code[at] for code in letters}) == 32  # each letter is one of 32: five bits


@given(SUBMISSIONS)
def test_the_same_form_has_the_same_code_every_time(submission: bytes) -> None:
    assert receipt_codes.code_of(submission) == receipt_codes.code_of(submission)
    filings = [Filing(receipt_codes.code_of(submission)) for _ in range(2)]
    assert filings[0].locator == filings[1].locator


def test_what_a_code_leads_to_is_pinned_since_rows_are_kept_under_it() -> None:
    filing = Filing(receipt_codes.code_of(bytes(16)))
    assert filing.code == "PC0J-XJT9-EZ7B-02W9-7HAB"
    assert filing.case(0) == "5d3d1535bd077d3a2ed67de16939b0fb"
    assert filing.locator.startswith("3d20a445d48c")


@given(SUBMISSIONS)
def test_a_code_is_read_however_it_is_typed(submission: bytes) -> None:
    code = receipt_codes.code_of(submission)
    loose = code.replace("-", " ").lower().replace("0", "o").replace("1", "l")
    assert receipt_codes.read_code(f"  {loose} ") == code


def test_what_can_be_no_code_is_none() -> None:
    for typed in ("", "hello", "U" * 20, "A" * 19, "A" * 21, "AAAA-AAAA-AAAA-AAAA-AAA!"):
        assert receipt_codes.read_code(typed) is None


def test_a_form_we_never_made_is_noticed() -> None:
    submission = token_bytes(16)
    field = receipt_codes.signed(submission, KEY)
    assert receipt_codes.submission_of(field, KEY) == submission
    for other in (field[:-1] + ("0" if field[-1] != "0" else "1"), field[:-2], "", field.upper()):
        allowed = (None, submission) if other == field else (None,)
        assert receipt_codes.submission_of(other, KEY) in allowed
    assert receipt_codes.submission_of(field, b"another key") is None


def test_nothing_that_follows_from_a_code_is_the_same_as_another() -> None:
    filing = Filing(receipt_codes.code_of(token_bytes(16)))
    names = [
        filing.locator,
        *(filing.case(at) for at in range(5)),
        *(filing.file(at) for at in range(5)),
    ]
    assert len(set(names)) == len(names)
    assert filing.reader.private_bytes_raw().hex() not in names


@given(st.binary(min_size=16, max_size=16))
def test_a_reference_is_short_and_has_nothing_of_the_code(case: bytes) -> None:
    assert re.fullmatch(r"C-[0-9A-Z]{4}-[0-9A-Z]{4}", receipt_codes.reference(case.hex()))
