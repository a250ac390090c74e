"""Letters on decisions: made with the decision, never changed, read by both sides, served."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

import pytest

from lambdas.requests.desk.function import app as desk
from lambdas.requests.member.function import app as own
from signet.accounts.model import Role
from signet.errors import Invalid, Unavailable
from signet.letters import documents
from signet.letters.service import Service, Way
from signet.register import contacts
from signet.requests import deciding, drafting, letters, serving, store
from signet.requests.model import Letter
from signet.requests.stage import Stage
from signet.transactions import audit
from tests.complaint_desk import signed
from tests.pdf_text import pdf_pages
from tests.request_office import (
    MEMBER,
    OTHER,
    TODAY,
    case,
    member,
    request_tables,
    requesting,
    seen,
    shell,
    staff,
    submitted,
)
from tests.request_pages import BASE, DESK, decide, page, request_pages

__all__ = ["request_pages", "request_tables", "requesting", "shell"]
pytestmark = pytest.mark.usefixtures("requesting", "request_pages")
WHY = "Another person’s certificate was sent."


def words(content: bytes) -> str:
    pages: list[str] = pdf_pages(content)
    return " ".join(" ".join(pages).split())


def complete(owner: str = "ana") -> str:
    id_ = submitted(owner=owner)
    deciding.find_complete(staff("clerk", Role.REGISTER_OFFICER), seen(id_))
    return id_


def refused(owner: str = "ana") -> str:
    id_ = complete(owner)
    deciding.refuse(staff(), seen(id_), ["no-proof"], WHY)
    return id_


def letter(id_: str) -> Letter:
    (one,) = case(id_).file.letters
    return one


def text_of(id_: str) -> str:
    return words(store.letter_content(id_, letter(id_).about))


def test_a_refusal_has_its_letter_with_reasons_and_what_can_be_appealed_by_when() -> None:
    contacts.put([{"number": MEMBER, "address": "12 Elm Street, Olds, AB"}])
    text = text_of(refused())
    for part in (
        "Ana Lee",
        "12 Elm Street",
        "refused",
        "The name isn’t proved.",
        WHY,
        "within 30 days",
        "presumed served 7 days",
        "14 days after",
    ):
        assert part in text, part


def test_a_deferral_says_until_when_and_whether_it_can_be_appealed() -> None:
    id_ = complete()
    deciding.defer(staff(), seen(id_), TODAY + timedelta(days=90), ["no-proof"], WHY)
    text = text_of(id_)
    assert "deferred until 22 February 2041" in text
    assert "Once deferrals exceed 365 days" in text
    other = complete("cy")
    deciding.defer(staff(), seen(other), TODAY + timedelta(days=400), ["no-proof"], WHY)
    assert "You can appeal this decision within 30 days" in text_of(other)


def test_the_bytes_are_kept_whatever_changes_afterwards(monkeypatch: pytest.MonkeyPatch) -> None:
    contacts.put([{"number": MEMBER, "address": "12 Elm Street, Olds, AB"}])
    id_ = refused()
    kept = store.letter_content(id_, letter(id_).about)
    contacts.put([{"number": MEMBER, "address": "9 Ash Street, Banff, AB"}])
    monkeypatch.setattr(documents, "render", lambda *_: b"another")
    assert store.letter_content(id_, letter(id_).about) == kept
    assert sha256(kept).hexdigest() == letter(id_).digest


def test_a_letter_larger_than_a_row_is_kept_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "PART_BYTES", 10_000)
    id_ = refused()
    kept = store.letter_content(id_, letter(id_).about)
    assert len(kept) > 10_000
    assert sha256(kept).hexdigest() == letter(id_).digest


def test_without_its_letter_nothing_is_decided(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> bytes:
        raise Unavailable(documents.FAILED)

    id_ = complete()
    monkeypatch.setattr(documents, "render", fails)
    with pytest.raises(Unavailable, match="nothing is decided"):
        deciding.refuse(staff(), seen(id_), ["no-proof"], WHY)
    assert case(id_).standing.stage is Stage.DECISION


def test_service_is_recorded_on_the_letter_and_the_appeal_counts_from_it() -> None:
    id_ = refused()
    clerk = staff("clerk", Role.REGISTER_OFFICER)
    for wrong in (TODAY + timedelta(days=1), TODAY - timedelta(days=1)):
        with pytest.raises(Invalid):
            serving.serve(clerk, seen(id_), Service(Way.MAIL, wrong))
    serving.serve(clerk, seen(id_), Service(Way.MAIL, TODAY))
    assert letter(id_).service == Service(Way.MAIL, TODAY)
    running = letters.clock(letter(id_), case(id_).policy)
    assert running.served_on == TODAY + timedelta(days=7)
    assert case(id_).standing.appeal_until == running.last_day == TODAY + timedelta(days=37)


def test_each_decision_has_a_letter_of_its_own() -> None:
    id_ = refused()
    drafting.appeal(member(), id_, "It is proved.")
    deciding.decide_appeal(staff("board"), seen(id_), upheld=True, text="So it is.")
    deciding.refuse(staff(), seen(id_), ["no-proof"], "Now for another reason.")
    first, second = case(id_).file.letters
    assert first.about < second.about
    assert "Now for another reason." in words(store.letter_content(id_, second.about))
    assert [one.about for _, one in store.letters_about(f"member#{MEMBER}")] == [
        second.about,
        first.about,
    ]


def test_refusing_and_serving_by_the_desk_s_forms_makes_and_marks_the_letter() -> None:
    contacts.put([{"number": MEMBER, "address": "12 Elm Street, Olds, AB"}])
    registrar = signed(Role.REGISTRAR, email="reg@example.org")
    id_ = complete()
    at = f"{DESK}{id_}/"
    assert decide(registrar, at, "refuse", reasons="no-proof", text=WHY).status == 303
    assert "12 Elm Street" in text_of(id_)
    served = decide(registrar, at, "serve", way="personal", on=TODAY.isoformat())
    assert served.status == 303
    shown = page(desk, registrar, at).text
    assert "Handed over" in shown
    assert "Not served yet" not in shown


def test_a_letter_that_starts_no_clock_can_be_served_too() -> None:
    registrar = signed(Role.REGISTRAR, email="reg@example.org")
    id_ = complete()
    deciding.defer(staff(), seen(id_), TODAY + timedelta(days=90), ["no-proof"], WHY)
    at = f"{DESK}{id_}/"
    assert f"{at}serve/" in page(desk, registrar, at).text
    serving.serve(staff(), seen(id_), Service(Way.MAIL, TODAY))
    assert case(id_).standing.appeal_until is None
    shown = page(desk, registrar, at).text
    assert "Mailed" in shown
    assert f"{at}serve/" not in shown


def test_proof_ends_what_is_presumed_of_mail() -> None:  # NOT-1
    id_ = refused()
    clerk = staff("clerk", Role.REGISTER_OFFICER, days=3)
    with pytest.raises(Invalid):
        serving.prove(clerk, seen(id_), TODAY)
    serving.serve(clerk, seen(id_), Service(Way.MAIL, TODAY))
    serving.prove(replace(clerk, operation="a" * 32), seen(id_), TODAY + timedelta(days=3))
    assert case(id_).standing.appeal_until == TODAY + timedelta(days=33)
    serving.prove(replace(clerk, operation="b" * 32), seen(id_), None)
    assert case(id_).standing.appeal_until is None
    registrar = signed(Role.REGISTRAR, email="reg@example.org")
    at = f"{DESK}{id_}/"
    shown = page(desk, registrar, at).text
    assert "came back: not served" in shown
    assert f"{at}serve/" in shown
    assert f"{at}came-back/" not in shown
    serving.serve(replace(clerk, operation="c" * 32), seen(id_), Service(Way.PERSONAL, TODAY))
    assert case(id_).standing.appeal_until == TODAY + timedelta(days=30)
    assert f"{at}arrived/" not in page(desk, registrar, at).text


def test_the_applicant_and_staff_read_it_and_nobody_else() -> None:
    ana = signed(email="ana@example.org", member=MEMBER)
    clerk = signed(Role.REGISTER_OFFICER, email="clerk@example.org")
    ben = signed(email="ben@example.org", member=OTHER)
    barred = signed(Role.REGISTRAR, email="lee@example.org", member=MEMBER)
    id_ = refused(ana.account)
    at = f"letters/{letter(id_).about}/letter.pdf"
    mine, theirs = f"{BASE}{id_}/", f"{DESK}{id_}/"
    assert at in page(own, ana, mine).text
    file = page(desk, clerk, theirs).text
    assert at in file
    assert "Not served yet" in file
    for app, who, base, status in (
        (own, ana, mine, 200),
        (own, ben, mine, 404),
        (desk, clerk, theirs, 200),
        (desk, barred, theirs, 403),
    ):
        assert page(app, who, base + at).status == status
    assert page(own, ana, f"{mine}letters/1/letter.pdf").status == 404
    assert "request-letter-seen" in [one.what for one in audit.of_subject(f"request#{id_}")]
