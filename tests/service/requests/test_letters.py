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
from signet.policy.requests import RequestPolicy
from signet.register import contacts
from signet.requests import approval, deciding, drafting, letters, operation, serving, store
from signet.requests.model import Letter, What
from signet.requests.stage import Stage, Status
from signet.transactions import audit
from tests import request_kind
from tests.complaint_desk import signed
from tests.pdf_text import pdf_pages
from tests.request_office import (
    KINDS,
    MEMBER,
    OTHER,
    POLICY,
    TODAY,
    case,
    family_of,
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
    first, allowed, second = case(id_).file.letters
    assert first.about < second.about
    assert "Now for another reason." in words(store.letter_content(id_, second.about))
    assert [one.about for _, one in store.letters_about(f"member#{MEMBER}")] == [
        second.about,
        allowed.about,
        first.about,
    ]


def approved(owner: str = "ana") -> tuple[str, str]:
    """Approve a request; return its id and the hash of what waits for a second officer."""
    id_ = complete(owner)
    deciding.approve(staff(), seen(id_), "As proved.")
    waiting = approval.waiting(staff("second"), case(id_))
    assert waiting is not None
    return id_, waiting.proposal.head.hash


def test_an_approval_has_its_letter_once_it_is_entered_and_none_before() -> None:
    """A second officer may not enter it: then no letter says that it was approved."""
    contacts.put([{"number": MEMBER, "address": "12 Elm Street, Olds, AB"}])
    id_, hash_ = approved()
    assert case(id_).file.letters == []
    later = replace(staff("second"), today=TODAY + timedelta(days=2))
    approval.approve(later, id_, seen(id_).version, hash_)
    text = text_of(id_)
    for part in (
        "Dear Roy:",  # the name that holds now
        "12 Elm Street",
        "On 24 November 2040 we approved",
        "Name Roy from 24 November 2040",
        "entered it on the register on 26 November 2040",
        "As proved.",
    ):
        assert part in text, part
    assert "appeal" not in text
    assert letter(id_).what is What.APPROVED
    assert case(id_).standing.stage is Stage.APPROVED


def test_what_a_second_officer_sends_back_has_no_letter() -> None:
    id_, _ = approved()
    approval.refuse(staff("second"), id_, seen(id_).version, "The proof is of another person.")
    assert case(id_).file.letters == []
    deciding.refuse(staff(), seen(id_), ["no-proof"], WHY)
    assert letter(id_).what is What.REFUSED


def test_without_its_letter_nothing_is_entered(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> bytes:
        raise Unavailable(documents.FAILED)

    id_, hash_ = approved()
    monkeypatch.setattr(documents, "render", fails)
    with pytest.raises(Unavailable, match="nothing is entered"):
        approval.approve(staff("second"), id_, seen(id_).version, hash_)
    assert (case(id_).standing.stage, family_of()) == (Stage.APPROVAL, "Lee")


def test_a_kind_that_changes_nothing_on_the_register_has_its_letter_with_the_approval(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    plain = replace(KINDS["known-as"], entries=lambda *_: [])
    monkeypatch.setattr(operation, "kinds", lambda: {"known-as": plain})
    id_ = complete()
    deciding.approve(staff(), seen(id_), "")
    assert case(id_).standing.stage is Stage.APPROVED
    text = text_of(id_)
    assert "we approved the request" in text
    assert "register on" not in text


def test_an_approval_s_letter_can_be_served_but_nothing_waits_for_it() -> None:
    registrar = signed(Role.REGISTRAR, email="reg@example.org")
    id_, hash_ = approved()
    approval.approve(staff("second"), id_, seen(id_).version, hash_)
    at = f"{DESK}{id_}/"
    shown = page(desk, registrar, at).text
    assert "Letter: approved" in shown
    assert "Not served yet" not in shown
    assert decide(registrar, at, "serve", way="mail", on=TODAY.isoformat()).status == 303
    assert letter(id_).service == Service(Way.MAIL, TODAY)
    assert "Mailed" in page(desk, registrar, at).text


@pytest.mark.parametrize(
    ("upheld", "says"),
    [
        (True, ("appeal is allowed", "no longer holds", "decided again")),
        (False, ("appeal is dismissed", "remains refused")),
    ],
)
def test_an_appeal_s_decision_has_its_letter_with_reasons(
    upheld: bool, says: tuple[str, ...]
) -> None:
    id_ = refused()
    drafting.appeal(member(days=3), id_, "It is proved.")
    deciding.decide_appeal(staff("board", days=9), seen(id_), upheld=upheld, text="So it is.")
    made = case(id_).file.letters[-1]
    text = words(store.letter_content(id_, made.about))
    for part in (
        "On 24 November 2040 we refused the request",
        "appealed that decision on 27 November 2040",
        "decided by someone who didn’t make that decision",
        "So it is.",
        *says,
    ):
        assert part in text, part
    assert made.made_on == TODAY + timedelta(days=9)


def test_an_appeal_of_deferrals_says_whether_the_deferral_still_runs() -> None:
    for owner, days, says in (
        ("ana", 10, "remains deferred until 29 December 2041"),
        ("cy", 401, "The deferral has ended since then, and your request will be decided next"),
    ):
        id_ = complete(owner)
        deciding.defer(staff(), seen(id_), TODAY + timedelta(days=400), ["no-proof"], WHY)
        drafting.appeal(member(owner), id_, "It is proved.")
        deciding.decide_appeal(staff("board", days=days), seen(id_), upheld=False, text="No.")
        assert says in words(store.letter_content(id_, case(id_).file.letters[-1].about))


def test_who_decided_an_appeal_is_named_where_the_policy_has_it_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    named = RequestPolicy((request_kind.POLICY._replace(names_decider=True),))
    monkeypatch.setattr("tests.request_office.POLICY", POLICY._replace(requests=named))
    for owner, number, says in (
        ("ana", OTHER, "decided by Ana Lee, who didn’t make"),
        ("cy", "", "decided by someone who didn’t make"),
    ):
        id_ = refused(owner)
        drafting.appeal(member(owner), id_, "It is proved.")
        deciding.decide_appeal(staff("board", number=number), seen(id_), upheld=False, text="No.")
        assert says in words(store.letter_content(id_, case(id_).file.letters[-1].about))


def test_service_is_that_of_the_newest_letter_and_the_refusal_s_clock_stays() -> None:
    id_, clerk = refused(), staff("clerk", Role.REGISTER_OFFICER)
    serving.serve(clerk, seen(id_), Service(Way.PERSONAL, TODAY))
    drafting.appeal(member(), id_, "It is proved.")
    deciding.decide_appeal(staff("board", days=9), seen(id_), upheld=False, text="It isn’t.")
    late = staff("clerk", Role.REGISTER_OFFICER, days=9)
    with pytest.raises(Invalid):  # the letter wasn't there before
        serving.serve(late, seen(id_), Service(Way.MAIL, TODAY))
    mailed = Service(Way.MAIL, TODAY + timedelta(days=9))
    serving.serve(late, seen(id_), mailed)
    of_refusal, of_appeal = case(id_).file.letters
    assert (of_refusal.service, of_appeal.service) == (Service(Way.PERSONAL, TODAY), mailed)
    standing = case(id_).standing
    assert Status.NOT_SERVED not in standing.statuses
    assert standing.appeal_until is None, "it was appealed, once and for all"


def test_the_applicant_isn_t_offered_a_second_appeal() -> None:
    ana = signed(email="ana@example.org", member=MEMBER)
    id_ = refused(ana.account)
    assert "appeal/" in page(own, ana, f"{BASE}{id_}/").text
    drafting.appeal(member(ana.account), id_, "It is proved.")
    deciding.decide_appeal(staff("board"), seen(id_), upheld=False, text="It isn’t.")
    shown = page(own, ana, f"{BASE}{id_}/").text
    assert "Letter: appeal dismissed" in shown
    assert "appeal/" not in shown


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
