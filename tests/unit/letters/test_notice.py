"""What a notice to produce one's record says, and to whom it says what (NOT-1, NOT-2)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from signet.letters import documents
from tests.entries import POLICY
from tests.letter_samples import NOTICE
from tests.pdf_text import pdf_pages


def said(**more: Any) -> str:
    pdf = documents.render([replace(NOTICE, **more)], POLICY.regulator)
    return " ".join(" ".join(pdf_pages(pdf)).split())


def test_a_notice_says_who_when_what_and_by_when() -> None:
    """The days are the policy's."""
    words = said()
    assert "Ana Lee 12-101 Elm Street Edmonton, AB" in words
    assert "21 November 2026" in words
    assert "Our reference CPD 2026-100001-1" in words
    assert "within 30 days after the day on which this notice is served" in words
    assert "presumed served 7 days" in words
    assert "14 days after it was posted to an address elsewhere" in words
    assert "https://register.example/services/cpd/2026/audit/" in words


def test_what_is_said_to_one_drawn_isn_t_said_to_one_who_has_not_declared() -> None:
    drawn, late = said(), said(drawn=False)
    assert "drawn at random" in drawn
    assert "did not receive" not in drawn
    assert "drawn at random" not in late
    assert "did not receive your declaration" in late


def test_a_declaration_that_came_late_is_said_to_have_and_when() -> None:
    told = "It was received on 5 January 2027; it was due by 31 December 2026."
    assert f"We have your declaration for 2026. {told}" in said(drawn=False, late=told)
    assert "We have your declaration" not in said()


def test_what_more_is_asked_stands_in_the_letter_as_the_officer_wrote_it() -> None:
    more = "A certificate <signed> & *dated*."
    assert more in said(more=more)
    assert "need more" not in said()
