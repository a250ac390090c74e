"""A record's whole file on one page of the register desk: for whom, what, and at what cost."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from lambdas.register.desk.function import app
from signet.accounts.model import Role
from signet.cpd import conflicts
from signet.cpd.model import AuditCase, AuditState, Notice, Standing, Year
from signet.cpd.store import put_audit, put_year
from signet.letters.service import Service, Way
from signet.register import actions as register
from signet.register import contacts
from signet.requests import store as requests
from signet.requests.model import Event, File, Head, Letter, What
from signet.requests.stage import standing
from signet.transactions import audit
from signet.transactions.commit import Change, Operation, Save, commit
from tests.complaint_desk import signed
from tests.cpd_members import counted_calls
from tests.entries import POLICY
from tests.events import Answered, ask, get
from tests.people import Person
from tests.proposal_office import (
    MEMBER,
    NOW,
    TODAY,
    entered,
    issue,
    proposal_tables,
    proposing,
    shell,
)

__all__ = ["proposal_tables", "proposing", "shell"]
pytestmark = pytest.mark.usefixtures("proposing")
DECIDED = (What.SUBMITTED, What.REFUSED)
RECORD = f"/services/register/records/member/{MEMBER}/"


@pytest.fixture(autouse=True)
def _noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "clock", lambda: NOW)


@pytest.fixture
def ana() -> Person:
    return signed(Role.REGISTRAR, email="ana@example.com")


@pytest.fixture
def ben() -> Person:
    return signed(Role.REGISTER_OFFICER, email="ben@example.com")


def page(who: Person, target: str = RECORD) -> Answered:
    return ask(app, get(target, session=who.token))


def shown(who: Person, target: str = RECORD) -> str:
    answer = page(who, target)
    assert answer.status == 200, answer.text
    inline = re.sub(r"</?(time|bdi|a|strong)\b[^>]*>", "", answer.text)
    return " ".join(re.sub(r"<[^>]+>", " ", inline).split())


def written(*changes: Change) -> None:
    for change in changes:
        if isinstance(change, Save):
            change.row.save()


def asked(id_: str, *whats: What, owner: str = "somebody", by: str = "clerk") -> str:
    """Write a request about the member; return its id."""
    head = Head(
        kind="name", owner=owner, subject=f"member#{MEMBER}", started_at=NOW, started_on=TODAY
    )
    events = [Event(what=what, by=by, at=NOW, on=TODAY) for what in whats]
    file = File(id_ * 32, head, 1, events=events)
    kind = POLICY.requests.kind("name", TODAY)
    assert kind is not None
    changes = requests.changes(None, file, standing(file, kind, TODAY))
    commit(Operation(id_ * 32, f"request#{file.id}", ""), changes)
    return file.id


def noticed() -> None:
    """Write a notice of the member's CPD that was mailed, and the standing of the year."""
    mailed = Service(Way.MAIL, date(2040, 11, 1))
    notice = Notice(id="n", made_on=date(2040, 10, 30), service=mailed)
    case = AuditCase(
        year=2040,
        member=MEMBER,
        state=AuditState.ASKED,
        selected_on=date(2040, 10, 1),
        notices=(notice,),
    )
    year = Year(year=2040, standing=Standing.SHORT, activities=7, version=1)
    written(put_audit(case, None), *put_year(MEMBER, year, None))


def test_the_file_has_both_clocks_and_a_correction_beside_what_it_corrects(ana: Person) -> None:
    (wrong,) = entered("moved", {"city": "Olds"}, on=date(2040, 1, 5))
    right = register.Proposal("moved", {"city": "Banff"}, date(2040, 1, 7), wrong.id)
    register.enter(
        "member",
        MEMBER,
        [right],
        authority="App. 5",
        entered_by=ana.account,
        policy=POLICY,
        now=NOW + timedelta(hours=1),
        operation_id="e" * 32,
    )
    text = shown(ana)
    assert "Moved, effective 5 January 2040 Recorded 24 November 2040, 12:00" in text
    assert "Moved, effective 7 January 2040 Recorded 24 November 2040, 13:00 by ana@" in text
    assert "It corrects Moved, effective 5 January 2040, recorded 24 November 2040, 12:00" in text
    assert "Corrected by a later entry: Moved, effective 7 January 2040" in text
    assert f'href="?page=1#{wrong.id}"' in page(ana).text
    assert "Place Banff" in text


def test_contact_data_say_from_when_to_when_and_what_they_were(ana: Person) -> None:
    contacts.put([{"number": MEMBER, "address": "1 Elm Street, Olds", "phone": ""}], now=NOW)
    later = NOW + timedelta(days=2)
    contacts.put([{"number": MEMBER, "address": "2 Oak Street, Banff"}], now=later)
    written(
        contacts.change(
            MEMBER,
            {"address": "3 Ash Street, Banff", "phone": "403-555-0101"},
            contacts.get(MEMBER),
            later,
            date(2040, 11, 25),
        )
    )
    text = shown(ana)
    assert "3 Ash Street, Banff since 25 November 2040" in text
    assert "403-555-0101 since 25 November 2040" in text
    assert "2 Oak Street, Banff, from 26 November 2040 until 25 November 2040" in text
    assert "1 Elm Street, Olds, until 26 November 2040" in text


def test_a_value_that_was_cleared_and_given_again_doesn_t_begin_where_the_former_ended() -> None:
    def put(phone: str, day: int) -> None:
        contacts.put([{"number": MEMBER, "phone": phone}], now=NOW + timedelta(days=day))

    put("403-555-0101", 0)
    put("", 1)
    put("403-555-0102", 5)
    now, former = contacts.history(MEMBER, ["phone"], NOW.tzinfo)  # type: ignore[arg-type]
    assert (now.value, now.since) == ("403-555-0102", TODAY + timedelta(days=5))
    assert (former.value, former.until) == ("403-555-0101", TODAY + timedelta(days=1))


def test_requests_about_the_record_are_linked_but_for_drafts_and_conflicts(ana: Person) -> None:
    submitted = asked("a", What.SUBMITTED)
    draft = asked("b")
    recused = asked("c", What.SUBMITTED, What.RECUSED, by=ana.account)
    own = asked("d", What.SUBMITTED, owner=ana.account)
    text = page(ana).text
    assert f'href="/services/requests/desk/{submitted}/"' in text
    assert "To be checked for completeness" in text
    for hidden in (draft, recused, own):
        assert hidden not in text


def test_letters_on_decisions_say_how_they_were_served_but_for_requests_not_seen(
    ana: Person,
) -> None:
    seen = asked("a", What.SUBMITTED)
    hidden = asked("c", What.SUBMITTED, What.RECUSED, by=ana.account)
    mailed = Service(Way.MAIL, date(2040, 11, 1))
    for id_ in (seen, hidden):
        made = requests.get(id_)
        after = made.next(Event(what=What.REFUSED, by="reg", at=NOW, on=TODAY))
        letter = Letter(
            about=len(after.events),
            what=What.REFUSED,
            made_on=date(2040, 10, 30),
            by="reg",
            digest="d",
            service=mailed,
        )
        after.letters.append(letter)
        kind = POLICY.requests.kind("name", TODAY)
        assert kind is not None
        written(*requests.changes(made, after, standing(after, kind, TODAY)))
    text = page(ana).text
    assert f"/services/requests/desk/{seen}/letters/2/letter.pdf" in text
    assert hidden not in text
    assert "refused, made 30 October 2040. Mailed 1 November 2040, presumed served 8" in shown(ana)


def test_cpd_is_a_line_for_who_may_go_there_and_nothing_for_others(
    ana: Person, ben: Person
) -> None:
    noticed()
    text = shown(ana)
    assert "2040: Not declared, log incomplete" in text
    assert "Mailed 1 November 2040, presumed served 8 November 2040" in text
    hidden = page(ben).text
    assert "log incomplete" not in hidden
    assert "Notice to produce" not in hidden


def test_who_looked_is_told_and_looking_is_logged(ana: Person, ben: Person) -> None:
    page(ben)
    text = shown(ana)
    assert "ben@example.com, 24 November 2040" in text
    seen = [line.by for line in audit.of_subject(f"member#{MEMBER}") if line.what == "record-seen"]
    assert sorted(seen) == sorted([ana.account, ben.account])


def test_nothing_is_shown_where_the_look_can_t_be_logged(
    ana: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    from signet.errors import Unavailable

    def fails(*_: object) -> None:
        raise Unavailable

    monkeypatch.setattr(audit, "note", fails)
    answer = page(ana)
    assert answer.status == 503
    assert "Ana Lee" not in answer.text


def test_nobody_sees_their_own_file_or_one_they_are_recused_from(ben: Person) -> None:
    own = signed(Role.REGISTRAR, email="lee@example.com", member=MEMBER)
    assert page(own).status == 403
    recusal = conflicts.Recusal(
        account=ben.account, number=MEMBER, by=ben.account, on=TODAY, reason="A cousin"
    )
    written(conflicts.put(recusal))
    for path in ("", "enter/", "take-back/"):
        assert page(ben, f"{RECORD}{path}").status == 403, path


def test_a_permit_s_file_says_who_answers_for_it_and_not_to_them(ana: Person) -> None:
    number = issue("P-1001", MEMBER)
    at = f"/services/register/records/permit/{number}/"
    assert f"Responsible members Ana Lee ({MEMBER}), since" in shown(ana, at)
    assert f'href="/services/register/records/member/{MEMBER}/"' in page(ana, at).text
    own = signed(Role.REGISTRAR, email="lee@example.com", member=MEMBER)
    assert page(own, at).status == 403


def test_in_training_the_page_says_how_long(ana: Person) -> None:
    data = {"family": "Roy", "given": "Cy", "category": "in_training"}
    entered("registered", data, on=date(2034, 11, 20), number="300001")
    text = shown(ana, RECORD.replace(MEMBER, "300001"))
    assert "6 years: until 20 November 2040, over for 4 days" in text
    assert "8 years, with Council’s extension: until 20 November 2042" in text
    assert "Nothing ends by itself" in text


def test_a_long_history_costs_no_more_calls_and_comes_in_pages(
    ana: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    noticed()
    page(ana)
    calls = counted_calls(monkeypatch)
    page(ana)
    few = len(calls)
    moves = [register.Proposal("moved", {"city": f"Town {at}"}, TODAY) for at in range(60)]
    register.enter(
        "member",
        MEMBER,
        moves,
        authority="App. 5",
        entered_by="somebody",
        policy=POLICY,
        now=NOW,
        operation_id="e" * 32,
    )
    for _ in range(3):
        page(ana)
    for id_ in "abcdef":
        asked(id_, What.SUBMITTED)
    calls.clear()
    text = page(ana).text
    assert len(calls) == few
    assert few <= 14
    assert "page 1 of 3" in text
    assert text.count("Town ") == 26, "a page of entries, and where it stands"
    assert page(ana, f"{RECORD}?page=3").status == 200
    assert page(ana, f"{RECORD}?page=4").status == 404


def test_older_requests_and_letters_than_are_shown_at_once_unfold_in_the_same_calls(
    ana: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    page(ana)
    calls = counted_calls(monkeypatch)
    page(ana)
    few = len(calls)
    kind = POLICY.requests.kind("name", TODAY)
    assert kind is not None
    ids = [f"{at:032x}" for at in range(60)]
    for at, id_ in enumerate(ids):
        begun = NOW + timedelta(minutes=at)
        head = Head(
            kind="name",
            owner="somebody",
            subject=f"member#{MEMBER}",
            started_at=begun,
            started_on=TODAY,
        )
        events = [Event(what=what, by="reg", at=begun, on=TODAY) for what in DECIDED]
        made = Letter(about=2, what=What.REFUSED, made_on=TODAY, by="reg", digest="d")
        file = File(id_, head, 1, events=events, letters=[made])
        written(*requests.changes(None, file, standing(file, kind, TODAY)))
    calls.clear()
    text = page(ana).text
    assert len(calls) == few
    for id_ in ids:
        assert f'href="/services/requests/desk/{id_}/"' in text
        assert f'href="/services/requests/desk/{id_}/letters/2/letter.pdf"' in text
    shown_at_once, _, folded = text.partition("Older requests (40)")
    assert f"/{ids[-1]}/" in shown_at_once
    assert f"/{ids[0]}/" not in shown_at_once
    assert "Older letters and notices (40)" in folded
