"""Credits: what they come to whoever spends them at once (JOB-1, JOB-2)."""

from __future__ import annotations

import json
import logging
import os
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier

import pytest

from signet.cli import command
from signet.errors import Conflict, NotAllowed, NotFound, Refused
from signet.jobs import store, tables
from signet.jobs.companies import companies
from signet.jobs.credits import grants, legacy_credits, payments, refunds
from signet.jobs.credits.ledger import NoCredit
from signet.jobs.credits.refunds import RefundedCheckout
from signet.jobs.forms import GrantDraft, RefusalDraft, UserDraft
from signet.jobs.model import EntryKind, LegacyCredits, PaymentState, PostingState, UserRole
from signet.jobs.postings import moderation, postings
from signet.jobs.tables import JobRow
from tests.job_office import (
    JOBS,
    TODAY,
    added,
    balance,
    careers,
    company,
    employer,
    grant,
    job_tables_made,
    mails,
    of,
    paid,
    seen,
)
from tests.people import shell as shell

__all__ = ["careers", "job_tables_made", "shell"]
pytestmark = pytest.mark.usefixtures("careers")

RACERS = int(os.environ.get("SIGNET_RACERS", "50"))
ROUNDS = int(os.environ.get("SIGNET_ROUNDS", "3"))
log = logging.getLogger(__name__)


def test_of_fifty_who_publish_at_once_on_one_credit_one_does() -> None:
    firm = company()
    drafts = [added(firm) for _ in range(RACERS)]
    for round_ in range(ROUNDS):
        grant(firm, 1)
        drafts = [seen(firm, one.number) for one in drafts]
        start = Barrier(RACERS)

        def race(at: int, drafts=drafts, start=start) -> bool:  # type: ignore[no-untyped-def]
            who = employer(firm)
            start.wait()
            try:
                postings.publish(who, drafts[at])
            except (NoCredit, Conflict):
                return False
            return True

        with ThreadPoolExecutor(RACERS) as pool:
            won = list(pool.map(race, range(RACERS)))
        live = [one for one in store.postings(firm) if one.state is PostingState.LIVE]
        assert sum(won) == 1
        assert len(live) == round_ + 1
        assert balance(firm) == 0
        drafts = [one for one in drafts if not won[drafts.index(one)]]
        drafts.append(added(firm))
        log.info("round %d of %d held", round_ + 1, ROUNDS)
    entries = store.ledger(firm)
    assert [one.credits for one in entries] == [1, -1] * ROUNDS


def test_credits_that_expire_first_are_spent_first_and_expired_ones_never() -> None:
    firm = company()
    early, late = TODAY - timedelta(days=JOBS.credit_days), TODAY - timedelta(days=1)
    expired = grant(firm, 1, early - timedelta(days=1))
    first, second = grant(firm, 1, early), grant(firm, 1, late)
    for lot in (first, second):
        postings.publish(employer(firm), added(firm))
        assert [one.lot for one in store.ledger(firm)[-1].lots] == [lot]
    with pytest.raises(NoCredit) as refused:
        postings.publish(employer(firm), added(firm))
    assert (refused.value.needed, refused.value.usable) == (1, 0)
    assert grants.expire(of("clock")) == 1
    assert grants.expire(of("clock")) == 0
    last = store.ledger(firm)[-1]
    assert (last.kind, last.credits, last.lots[0].lot) == (EntryKind.EXPIRY, -1, expired)
    assert balance(firm) == 0


def test_a_grant_sent_twice_is_given_once_and_told_by_mail() -> None:
    firm = company()
    doing = of("staff")
    for _ in range(2):
        grants.grant(doing, firm, GrantDraft(credits=3, reason="Opening offer"))
    assert balance(firm) == 3
    assert len(mails("jobs_credits_granted")) == 1
    assert store.ledger(firm)[0].reason == "Opening offer"
    with pytest.raises(NotFound):
        grants.grant(of("staff"), "nobody", GrantDraft(credits=3, reason="Opening offer"))


def test_a_paid_checkout_credits_once_with_a_receipt_however_often_it_is_told() -> None:
    firm = company()
    told = [paid(firm), paid(firm), paid(firm, event="evt_2")]
    payments_made = {payments.record(of("payments"), one) for one in told}
    assert len(payments_made) == 1
    assert balance(firm) == 5
    (receipt,) = mails("jobs_receipt")
    assert receipt.recipient == "office@acme.example"
    for said in ('"net":"995.00"', '"tax":"49.75"', '"total":"1,044.75"', '"tax_name":"GST"'):
        assert said in receipt.facts
    (entry,) = store.ledger(firm)
    assert (entry.kind, entry.cents, entry.tax) == (EntryKind.PURCHASE, 104475, 4975)


def test_sixteen_who_tell_of_one_checkout_at_once_credit_it_once() -> None:
    firm = company()
    with ThreadPoolExecutor(16) as pool:
        made = list(pool.map(lambda n: payments.record(of("x"), paid(firm)).receipt, range(16)))
    assert len(set(made)) == 1
    assert balance(firm) == 5
    assert len(mails("jobs_receipt")) == 1


@pytest.mark.parametrize(
    "odd", [{"total": 104474}, {"tax": 0}, {"currency": "usd"}, {"package": "hundred"}]
)
def test_a_checkout_that_paid_something_else_credits_nothing_and_is_kept(
    odd: dict[str, object],
) -> None:
    firm = company()
    assert payments.record(of("payments"), paid(firm, **odd)).state is PaymentState.ODD
    assert balance(firm) == 0
    assert not mails("jobs_receipt")


def test_money_that_went_back_takes_back_what_is_left_of_its_credits() -> None:
    firm = company()
    with pytest.raises(NotFound):  # told before the checkout itself: to be told again
        refunds.refund(of("payments"), RefundedCheckout("evt_9", "cs_1", 104475))
    payments.record(of("payments"), paid(firm))
    postings.publish(employer(firm), added(firm))
    fifth = RefundedCheckout("evt_3", "cs_1", 104475 // 5)
    for _ in range(2):
        refunds.refund(of("payments"), fifth)
    assert balance(firm) == 3
    whole = RefundedCheckout("evt_4", "cs_1", 104475)
    assert refunds.refund(of("payments"), whole).state is PaymentState.REFUNDED
    assert balance(firm) == 0
    refunds.refund(of("payments"), fifth)  # told late
    assert balance(firm) == 0


def sent_in(firm: str) -> str:
    """Make a posting that waits for approval, paid for with a credit; return its number."""
    draft = added(firm)
    postings.publish(employer(firm, approval=True), draft)
    return draft.number


def refuse(number: str) -> None:
    moderation.refuse(of("staff"), number, RefusalDraft(version=2, words="Say what it pays."))


@pytest.mark.parametrize(
    ("waiting", "fifths", "left"),
    [(1, 5, 0), (5, 5, 0), (1, 1, 4), (5, 1, 4), (5, 2, 3), (2, 4, 1)],
)
def test_money_that_went_back_and_its_credit_are_never_both_given_back(
    waiting: int, fifths: int, left: int
) -> None:
    firm = company()
    payments.record(of("payments"), paid(firm))
    numbers = [sent_in(firm) for _ in range(waiting)]
    refunds.refund(of("payments"), RefundedCheckout("evt_2", "cs_1", 104475 * fifths // 5))
    for number in numbers:
        refuse(number)
    assert balance(firm) == left
    kinds = [one.kind for one in store.ledger(firm)]
    assert kinds.count(EntryKind.RETURN) == waiting
    told = [json.loads(one.facts)["back"] for one in mails("jobs_posting_refused")]
    assert sum(told) == max(0, waiting - max(0, fifths - (5 - waiting)))


def test_credits_of_a_grant_come_back_whatever_went_back_of_a_payment() -> None:
    firm = company(granted=1)
    number = sent_in(firm)
    payments.record(of("payments"), paid(firm))
    refunds.refund(of("payments"), RefundedCheckout("evt_2", "cs_1", 104475))
    refuse(number)
    assert balance(firm) == 1


def test_a_refusal_and_money_that_goes_back_at_once_leave_no_credit() -> None:
    for round_ in range(ROUNDS):
        firm = company(f"owner-{round_}")
        session = f"cs_{round_}"
        payments.record(of("payments"), paid(firm, session=session, intent=f"pi_{round_}"))
        draft = added(firm, f"owner-{round_}")
        postings.publish(employer(firm, f"owner-{round_}", approval=True), draft)
        start = Barrier(2)

        def refused(start: Barrier = start, number: str = draft.number) -> None:
            start.wait()
            refuse(number)

        def went_back(start: Barrier = start, session: str = session) -> None:
            start.wait()
            refunds.refund(of("payments"), RefundedCheckout(f"evt {session}", session, 104475))

        with ThreadPoolExecutor(2) as pool:
            for one in [pool.submit(refused), pool.submit(went_back)]:
                one.result()
        assert balance(firm) == 0


def test_credits_of_the_former_system_wait_for_their_address_and_are_claimed_once() -> None:
    rows = (
        (2, ["A-1", "Office@acme.example", "Acme", "4", "2041-01-31"], ""),
        (3, ["A-2", "b@b.example", "B", "1", "2020-01-01"], ""),
    )
    found = legacy_credits.read("old.csv", legacy_credits.FIELDS, 1, rows)
    assert not found.problems
    assert legacy_credits.store_rows(of("staff"), found.rows) == 2
    assert legacy_credits.store_rows(of("staff"), found.rows) == 0
    firm = company()
    assert [one.credits for one in grants.legacy_credits_of("office@ACME.example")] == [4]
    grants.claim_legacy_credits(employer(firm), "office@acme.example", "A-1")
    assert balance(firm) == 4
    assert store.ledger(firm)[0].lots[0].expires_on.isoformat() == "2041-01-31"
    for email, reference, error in (
        ("office@acme.example", "A-1", Refused),
        ("b@b.example", "A-2", Refused),
        ("b@b.example", "A-1", NotFound),
        ("", "A-1", NotAllowed),
    ):
        with pytest.raises(error):
            grants.claim_legacy_credits(employer(firm), email, reference)
    assert balance(firm) == 4


LEFT = LegacyCredits(
    reference="A-1", email="old@acme.example", name="Acme", credits=4, expires_on=TODAY
)


def claim(firm: str, email: str) -> str:
    return grants.claim_legacy_credits(employer(firm), email, "A-1")


def test_a_corrected_address_takes_the_credits_along_and_they_are_claimed_once() -> None:
    firm = company()
    legacy_credits.store_rows(of("staff"), [LEFT])
    right = LEFT.model_copy(update={"email": "new@acme.example", "credits": 3})
    assert legacy_credits.store_rows(of("staff"), [right]) == 1
    assert legacy_credits.store_rows(of("staff"), [right]) == 0
    assert not grants.legacy_credits_of("old@acme.example")
    with pytest.raises(NotFound):
        claim(firm, "old@acme.example")
    claim(firm, "new@acme.example")
    assert balance(firm) == 3
    with pytest.raises(Refused):
        legacy_credits.store_rows(of("staff"), [LEFT])
    assert legacy_credits.store_rows(of("staff"), [right]) == 0
    with pytest.raises(Refused):
        claim(firm, "new@acme.example")


def test_a_corrected_number_holds_until_it_is_claimed() -> None:
    firm = company()
    legacy_credits.store_rows(of("staff"), [LEFT])
    legacy_credits.store_rows(of("staff"), [LEFT.model_copy(update={"credits": 2})])
    claim(firm, "old@acme.example")
    assert balance(firm) == 2


def test_a_reference_kept_twice_before_addresses_were_corrected_is_claimed_once() -> None:
    firm = company()
    for email in ("old@acme.example", "new@acme.example"):
        body = LEFT.model_copy(update={"email": email}).model_dump_json()
        JobRow(tables.legacy_key(email), "A-1", body=body).save()
    claim(firm, "new@acme.example")
    with pytest.raises(Refused):
        claim(firm, "old@acme.example")
    assert balance(firm) == 4


def test_a_correction_of_what_was_claimed_is_told_with_its_line_and_nothing_is_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    legacy_credits.store_rows(of("staff"), [LEFT])
    claim(company(), "old@acme.example")
    file = tmp_path / "old.csv"
    file.write_text(
        "reference,email,name,credits,expires_on\n"
        "A-2,b@b.example,B,1,2041-01-31\n"
        f"A-1,new@acme.example,Acme,9,{TODAY}\n",
        encoding="utf-8",
    )
    assert command.main(["credits", str(file)]) == 2
    said = capsys.readouterr().err
    for name in ("email", "credits"):
        assert f"old.csv:3: {name}: " in said
    assert not grants.legacy_credits_of("b@b.example")


def test_the_office_keeps_the_former_system_s_list_by_a_command_whole_or_not_at_all(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """JOB-2."""
    file = tmp_path / "old.csv"
    file.write_text(
        "reference,email,name,credits,expires_on\n"
        "A-1,office@acme.example,Acme,4,2041-01-31\nA-2,nobody,B,-1,soon\n",
        encoding="utf-8",
    )
    assert command.main(["credits", str(file)]) == 2
    said = capsys.readouterr().err
    for name in ("email", "credits", "expires_on"):
        assert f"old.csv:3: {name}: " in said
    assert not grants.legacy_credits_of("office@acme.example")
    file.write_text(
        "\ufeffreference,email,name,credits,expires_on\n"
        "A-1,office@acme.example,Acme,4,2041-01-31\n",
        encoding="utf-8",
    )
    assert command.main(["credits", str(file), "--dry-run"]) == 0
    assert not grants.legacy_credits_of("office@acme.example")
    for new in ("1 of them new", "0 of them new"):
        assert command.main(["credits", str(file)]) == 0
        assert new in capsys.readouterr().err
    assert [one.credits for one in grants.legacy_credits_of("office@acme.example")] == [4]
    assert command.main(["credits", str(tmp_path / "none.csv")]) == 2


HEAD = b"reference,email,name,credits,expires_on\n"


@pytest.mark.parametrize(
    ("content", "status", "said"),
    [
        (b"\xef\xbb\xbfreference;email;name;credits;expires_on\r\n"
         b'A1;Boss@Example.ORG;"Foothills";3;2041-03-31\r\n', 0, "1 rows with 3 credits"),
        (b"sep=;\n" + HEAD.replace(b",", b";") + b"A1;b@e.org;F;3;2041-03-31\n", 0, "by ';'"),
        (HEAD + b"A1,b@e.org ,F,3,2041-03-31\n,,,,\n", 0, "1 rows"),
        (HEAD + b"A1,b@e.org,Caf\xe9,3,2041-03-31\n", 0, "cp1252"),
        (HEAD + b"A1,b@e.org,Caf\x82,3,2041-03-31\n", 2, ":2: name"),
        (HEAD + b'A1,b@e.org,F,"1,000",2041-03-31\n', 2, "digits"),
        (HEAD + b"A1,b@e.org,F,2.0,2041-03-31\n", 2, ":2: credits"),
        (HEAD + b"A1,b@e.org;c@e.org,X,2,31/03/2041\n", 2, "email"),
        (HEAD + b"A1,b@e.org,F\n", 2, "It has 3 fields"),
        (b"PK\x03\x04", 2, "a spreadsheet"),
        (b"reference,email,name,credits\n", 2, "expires_on: There has to be one such column"),
    ],
)  # fmt: skip
def test_a_list_is_taken_as_spreadsheets_write_it_or_told_what_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes, status: int, said: str
) -> None:
    file = tmp_path / "old.csv"
    file.write_bytes(content)
    assert command.main(["credits", str(file), "--dry-run"]) == status
    assert said in capsys.readouterr().err


def test_only_an_owner_claims_and_a_stranger_gets_nowhere() -> None:
    firm = company()
    poster = UserDraft(email="p@acme.example", role=UserRole.POSTER)
    companies.set_user(employer(firm), "poster", poster)
    with pytest.raises(NotAllowed):
        grants.claim_legacy_credits(employer(firm, "poster"), "p@acme.example", "A-1")
    with pytest.raises(NotFound):
        employer(firm, "stranger")


def test_staff_take_back_what_is_left_of_a_lot() -> None:
    firm = company()
    lot = grant(firm, 3)
    back = GrantDraft(credits=2, reason="Given by mistake")
    assert grants.remove_credits(of("staff"), firm, lot, back) == "2"
    assert grants.remove_credits(of("staff"), firm, lot, back) == "1"
    with pytest.raises(Refused):
        grants.remove_credits(of("staff"), firm, lot, back)
    assert balance(firm) == 0
