"""The complaints desk's acts: who sees a case, what is done with it, and what is written (COM)."""

from __future__ import annotations

import csv
import io
import json
import secrets
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError

from signet import sealing
from signet.accounts.model import Role
from signet.complaints import followup, receipt_codes
from signet.complaints.desk import (
    case_store,
    context,
    entries,
    gates,
    labels,
    letters,
    notes,
    opened_case,
    people,
    queue,
    respondents,
    retention,
    stages,
)
from signet.complaints.desk import report as desk_report
from signet.complaints.desk.case_model import Proposed, Step, To, Written
from signet.complaints.model import About, Case, Filed
from signet.complaints.receipt_codes import Filing
from signet.complaints.tables import (
    CASE,
    FILING,
    CaseRow,
    FilingRow,
    KeyRow,
    recusal_key,
    seal_context,
)
from signet.errors import Conflict, Invalid, NotAllowed, NotFound, Refused, Unavailable
from signet.letters.service import Way
from signet.proposals.tables import ProposalRow
from signet.register import actions as registry
from signet.register import reading as register
from signet.register.actions import Proposal
from signet.register.term import years_later
from signet.transactions.perform import Plan
from signet.transactions.tables import AuditRow, OperationRow, OutboxRow
from tests.complaint_desk import (
    DIRECTION,
    PANEL,
    decided,
    desk,
    filed,
    first,
    held,
    join,
    look,
    officer,
    seen,
    signed,
    standing,
    trail,
)
from tests.complaint_office import (
    MAIL,
    TODAY,
    calls,
    complaint_tables_made,
    file,
    office,
    shell,
)
from tests.entries import POLICY

__all__ = ["calls", "complaint_tables_made", "desk", "office", "shell"]
pytestmark = pytest.mark.usefixtures("desk")
CANARY = "zebrafish-9142"
RULES = POLICY.complaints
assert RULES is not None


def addition(code: str, text: str = "More of it.") -> str:
    """Add something to a filing, as whoever holds its code does; gives its part."""
    before = {row.part for row in FilingRow.query(Filing(code).locator)}
    followup.add(followup.open_filing(code), text, operation_id=secrets.token_hex(16), today=TODAY)
    after = {row.part for row in FilingRow.query(Filing(code).locator)}
    return next(part for part in after - before if part.startswith("addition#"))


def closed(case: Case, outcome: str = "dismissed", today: date = TODAY) -> Case:
    """Return a case taken through its shortest way to the end."""
    by = officer(today=today)
    standing(case, manager="officer-m", managed=("officer-m",))
    for to in ("within", "registrar_review", "closed"):
        if to == "closed":
            stages.decide(by, seen(case), outcome, "As it was found.")
        stages.move(officer(today=today), seen(case), to, "So it goes.", "We are done.")
    return held(case.id)


# Who sees a case --------------------------------------------------------------------------------


def test_opening_a_case_is_in_the_trail_before_anything_of_it_is_read(calls: list[str]) -> None:
    case = filed(happened=CANARY)
    calls.clear()
    found = look(case)
    assert found.complaint
    assert found.complaint.happened == CANARY
    assert calls[0] == "TransactWriteItems"
    assert "complaint-filed" in trail(case)
    assert "case-opened" in trail(case)


def test_without_a_line_in_the_trail_nothing_is_read(
    monkeypatch: pytest.MonkeyPatch, calls: list[str]
) -> None:
    """Threat 9: no audit row, no data."""
    case = filed(happened=CANARY)
    real = BaseClient._make_api_call  # type: ignore[attr-defined]

    def refusing(self: BaseClient, operation: str, arguments: Any) -> Any:
        if operation == "TransactWriteItems":
            raise ClientError({"Error": {"Code": "AccessDeniedException"}}, operation)
        return real(self, operation, arguments)

    monkeypatch.setattr(BaseClient, "_make_api_call", refusing)
    calls.clear()
    with pytest.raises(Unavailable):
        look(case)
    assert set(calls) <= {"TransactWriteItems"}


def no_trace_for(by: context.Officer, case: Case) -> None:
    """Check that a case can't be reached by an officer in any way, and that no line says so."""
    before = trail(case)
    with pytest.raises(NotFound) as refused:
        look(case, by)
    with pytest.raises(NotFound) as missing:
        opened_case.open_case(by, "0" * 32)
    assert str(refused.value) == str(missing.value)
    with pytest.raises(NotFound):
        notes.note(replace(by, operation=secrets.token_hex(16)), seen(case), "x")
    with pytest.raises((NotFound, Invalid)):
        queue.find(by, case.reference)
    late = replace(by, today=TODAY + timedelta(days=400))
    assert case.id not in {one.id for one in queue.due(late)}
    for stage in RULES.stages if RULES else ():
        assert case.id not in {one.id for one in queue.stage(by, stage).cases}
    assert case.id not in {one.case.id for one in queue.news(by).news}
    assert trail(case) == before


def test_a_member_named_in_a_complaint_never_sees_any_case_of_it_though_they_be_the_registrar() -> (
    None
):
    """COM-6, threat 9."""
    receipt = file(numbers=("100001", "100002"))
    addition(receipt.code)
    for position in (0, 1):
        for member in ("100001", "100002"):
            no_trace_for(officer("b", Role.REGISTRAR, member=member), first(receipt, position))
    look(first(receipt), officer("c", member="100003"))


def test_who_is_recused_never_sees_the_case_again_nor_those_that_came_with_it() -> None:
    """COM-6."""
    receipt = file(numbers=("100001", "100002"))
    addition(receipt.code)
    case, linked = first(receipt), first(receipt, 1)
    me = signed(Role.COMPLAINTS_OFFICER)
    people.assign(officer(me.account), seen(linked), me.account)
    people.recuse(officer(me.account), seen(case), me.account, "I know them.")
    assert held(linked.id).manager == ""
    no_trace_for(officer(me.account), case)
    no_trace_for(officer(me.account), linked)
    other = look(case, officer("b"))
    assert other.recused == (me.account,)
    assert other.steps[-1].note == "I know them."


def test_only_a_registrar_recuses_somebody_else() -> None:
    case, them = filed(), signed(Role.COMPLAINTS_OFFICER)
    with pytest.raises(NotAllowed):
        people.recuse(officer("a", Role.COMPLAINTS_OFFICER), seen(case), them.account, "A friend.")
    people.recuse(officer("a", Role.REGISTRAR), seen(case), them.account, "A friend.")
    no_trace_for(officer(them.account), case)


def test_a_recusal_that_comes_while_an_act_is_on_its_way_stops_the_act(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    case = filed()
    real = context._plan

    def late(by: context.Officer, *rest: Any) -> Plan:
        CaseRow(case.id, f"recused#{by.account}", body="{}").save()
        return real(by, *rest)

    monkeypatch.setattr(context, "_plan", late)
    with pytest.raises((Conflict, NotFound)):
        notes.note(officer(), seen(case), "Too late.")
    assert held(case.id).steps == 0


def test_other_cases_about_the_same_person_are_shown_but_for_those_one_may_not_see() -> None:
    case, same, barred = filed(), filed(), filed(numbers=("100001", "100009"))
    other = filed(numbers=("100002",))
    found = look(case, officer("b", member="100009"))
    assert {one.id for one in found.same} == {same.id}
    whole = {one.id for one in look(case).same}
    assert whole == {same.id, barred.id}
    assert other.id not in whole


# The queue --------------------------------------------------------------------------------------


def test_what_is_due_comes_first_and_the_longest_overdue_before_all() -> None:
    old = first(file(today=TODAY - timedelta(days=40)))
    older = first(file(today=TODAY - timedelta(days=60)))
    filed()
    assert [one.id for one in queue.due(officer())] == [older.id, old.id]


def test_the_queue_takes_as_many_reads_with_many_cases_as_with_few(calls: list[str]) -> None:
    def asked() -> list[list[str]]:
        by = officer(today=TODAY + timedelta(days=400))
        took = []
        for page in (
            lambda: queue.due(by),
            lambda: queue.news(by),
            lambda: queue.stage(by, "received"),
        ):
            calls.clear()
            page()
            took.append(list(calls))
        return took

    addition(file(numbers=tuple(f"10000{n}" for n in range(5))).code)
    few = asked()
    for _ in range(6):
        addition(file(numbers=tuple(f"10000{n}" for n in range(5)), happened="x" * 15_000).code)
    assert asked() == few
    assert not any("Scan" in one for page in few for one in page)
    assert list(map(len, few)) == [len(RULES.stages) if RULES else 0, 4, 2]


def test_a_stage_s_pages_hold_each_case_once() -> None:
    made = {filed().id for _ in range(queue.A_PAGE + 3)}
    found, cursor = list[str](), ""
    while True:
        page = queue.stage(officer(), "received", cursor)
        found += [one.id for one in page.cases]
        cursor = page.after
        if not cursor:
            break
    assert len(found) == len(set(found))
    assert set(found) == made


def test_what_came_in_is_listed_until_somebody_has_seen_it() -> None:
    receipt = file()
    part = addition(receipt.code)
    case = first(receipt)
    assert [one.case.id for one in queue.news(officer()).news] == [case.id]
    found = look(case)
    assert found.unseen == (part,)
    assert found.communications[0].text == "More of it."
    notes.mark_seen(officer(), case.id, found.unseen)
    assert queue.news(officer()).news == ()
    assert look(case).unseen == ()


@pytest.mark.parametrize("typed", ["{}", " {} ", "lower", "apart"])
def test_a_case_is_found_by_its_reference_however_it_is_typed(typed: str) -> None:
    case = filed()
    ways = {"lower": case.reference.lower(), "apart": case.reference.replace("-", " ")}
    assert queue.find(officer(), ways.get(typed, typed.format(case.reference))).id == case.id


def test_an_officer_s_own_cases_are_listed_what_is_due_first_and_no_closed_ones() -> None:
    """E5."""
    mine = {"manager": "me", "managed": ("me",)}
    late = standing(filed(), **mine, due=TODAY - timedelta(days=1))
    soon = standing(filed(), **mine)
    standing(filed(), **mine, closed_on=TODAY)
    standing(filed(), manager="other")
    listed = queue.mine(officer("me")).cases
    assert [one.id for one in listed] == [late.id, soon.id]
    assert queue.mine(officer("me", member="100001")).cases == ()


@pytest.mark.parametrize("typed", ["100001", "0100001", "No. 100 001"])
def test_cases_are_found_by_the_number_of_whom_they_are_about(typed: str) -> None:
    case, other = filed(), filed(numbers=("100002",))
    assert [one.id for one in queue.about(officer(), typed)] == [case.id]
    assert queue.about(officer("me", member="100001"), typed) == []
    assert other.id


def test_a_list_shows_whom_its_cases_are_about_and_that_is_in_each_one_s_trail() -> None:
    """E5: once a day, however often somebody looks."""
    case = filed()
    unsettled = filed(numbers=(), described="He", about="unsure")
    me = officer("me")
    for _ in range(2):
        found = labels.labels(me, [case, unsettled])
        assert {id_: one.name for id_, one in found.items()} == {case.id: "Lee 100001"}
    assert trail(case).count("case-listed") == 1
    assert "case-listed" not in trail(unsettled)
    assert labels.labels(officer("x", member="100001"), [case]) == {}
    assert trail(case).count("case-listed") == 1


def test_what_can_t_be_a_reference_is_told_from_one_that_isn_t_there() -> None:
    with pytest.raises(Invalid):
        queue.find(officer(), "the blue van")
    with pytest.raises(NotFound):
        queue.find(officer(), "C-0000-0000")


# Acts -------------------------------------------------------------------------------------------


def test_a_note_is_kept_with_the_case_and_in_no_table_readable() -> None:
    case = filed()
    notes.note(officer(), seen(case), CANARY)
    assert [one.note for one in look(case).steps] == [CANARY]
    for model in (CaseRow, AuditRow, KeyRow, FilingRow, OutboxRow):
        assert CANARY not in repr([row.serialize() for row in model.scan()])


def test_the_same_form_twice_is_one_act() -> None:
    case, act = filed(), secrets.token_hex(16)
    at = seen(case)
    notes.note(officer(act=act), at, "Once.")
    notes.note(officer(act=act), at, "Once.")
    assert held(case.id).steps == 1


def test_the_second_of_two_editors_is_told_and_overwrites_nothing() -> None:
    case = filed()
    at = seen(case)
    notes.note(officer("a"), at, "First.")
    with pytest.raises(Conflict):
        stages.move(officer("b"), at, "within", "Second.")
    assert held(case.id).stage == "received"


def test_a_question_is_read_by_whoever_holds_the_code_and_an_answer_by_the_office() -> None:
    receipt = file(email="a@example.com")
    case, filing = first(receipt), Filing(receipt.code)
    notes.ask(officer(), seen(case), "On which day was it?")
    (row,) = FilingRow.query(filing.locator, FilingRow.part.startswith("question#"))
    about = seal_context(filing.locator, row.part)
    opened = sealing.opened_directly(row.sealed, filing.reader, about)
    assert opened.decode() == "On which day was it?"
    (asked,) = look(case).communications
    assert (asked.kind, asked.text) == ("question", "On which day was it?")
    back = followup.open_filing(receipt.code)
    act = secrets.token_hex(16)
    followup.answer(back, back.questions[0].id, "A Monday.", operation_id=act, today=TODAY)
    answer = look(case).communications[-1]
    assert (answer.text, answer.question, answer.new) == ("A Monday.", asked.text, True)
    mails = [one for one in OutboxRow.scan() if one.template == "complaint_question"]
    assert len(mails) == 1
    assert mails[0].recipient == ""
    assert not mails[0].limited, "nobody can keep it from arriving"
    told = json.loads(sealing.opened_directly(mails[0].sealed, MAIL, mails[0].id))
    assert told["to"] == "a@example.com"
    assert "day" not in told["facts"]


def test_nobody_is_mailed_a_question_who_gave_no_address() -> None:
    notes.ask(officer(), seen(filed()), "Who are you?")
    assert not list(OutboxRow.scan())


def test_the_complainant_reads_the_stage_as_soon_as_the_case_is_moved() -> None:
    receipt = file()
    case = first(receipt)
    stages.move(officer(), seen(case), "within", "It is ours.")
    row = FilingRow.get(Filing(receipt.code).locator, FILING)
    progress = Filed.model_validate_json(row.body).cases[case.id]
    assert (progress.stage, progress.since) == ("within", TODAY)
    assert held(case.id).due == TODAY + timedelta(days=30)


def test_linked_cases_that_are_moved_at_the_same_moment_both_are() -> None:
    receipt = file(numbers=tuple(f"10000{n}" for n in range(3)))
    cases = [first(receipt, at) for at in range(3)]

    def go(case: Case) -> None:
        for _ in range(5):
            try:
                return stages.move(officer(case.id[:8]), seen(case), "within", "Ours.")
            except Conflict:
                continue
        raise AssertionError

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(go, cases))
    row = FilingRow.get(Filing(receipt.code).locator, FILING)
    told = Filed.model_validate_json(row.body).cases
    assert {one.stage for one in told.values()} == {"within"}


def test_a_move_that_isn_t_allowed_is_explained_with_what_would_be() -> None:
    case = filed()
    with pytest.raises(Invalid) as wrong:
        stages.move(officer(), seen(case), "discipline", "Now.")
    assert "Within jurisdiction or Outside jurisdiction" in wrong.value.errors[0].message
    stages.move(officer(), seen(case), "within", "Ours.")
    stages.move(officer(), seen(case), "registrar_review", "To be decided.")
    plain = officer("a", Role.COMPLAINTS_OFFICER)
    with pytest.raises(Invalid) as by_others:
        stages.move(plain, seen(case), "investigation", "Now.")
    assert "Only a registrar" in by_others.value.errors[0].message


def test_a_case_is_closed_with_an_outcome_and_kept_for_the_policy_s_years() -> None:
    """COM-5."""
    case, ana = filed(), signed(Role.COMPLAINTS_OFFICER)
    for to in ("within", "registrar_review"):
        stages.move(officer(), seen(case), to, "On.")
    with pytest.raises(Invalid, match="need to be corrected"):
        stages.move(officer(), seen(case), "closed", "Done.", "We are done.")
    people.assign(officer(ana.account), seen(case), ana.account)
    stages.decide(officer(), seen(case), "dismissed", "Nothing in it.")
    stages.move(officer(), seen(case), "closed", "Done.", "We are done.")
    done = held(case.id)
    assert (done.closed_on, done.due) == (TODAY, None)
    assert done.keep_until == years_later(TODAY, 10)
    stages.move(officer(), seen(case), "registrar_review", "Something new came.")
    again = held(case.id)
    assert (again.closed_on, again.keep_until, again.outcome) == (None, None, "")


def test_while_a_case_is_before_a_court_nothing_is_due_and_it_isn_t_moved() -> None:
    """COM-6."""
    case = filed()
    stages.adjourn(officer(), seen(case), "The court has it.")
    later = TODAY + timedelta(days=100)
    assert queue.due(officer(today=later)) == []
    with pytest.raises(Refused):
        stages.move(officer(today=later), seen(case), "within", "On.")
    stages.resume(officer(today=later), seen(case), "The court is done.")
    assert held(case.id).due == (case.due or TODAY) + timedelta(days=100)


def test_who_manages_or_managed_a_case_can_t_sit_on_its_panel_nor_the_other_way_round() -> None:
    """COM-6."""
    case = filed(numbers=("100009",))
    numbers = [join(number) for number in ("100001", "100002", "100003", "100004")]
    one = signed(Role.COMPLAINTS_OFFICER, member="100001", email="one@example.org")
    two = signed(Role.COMPLAINTS_OFFICER, member="100002", email="two@example.org")
    registrar = officer("r", Role.REGISTRAR)
    for who in (one, two):
        act = secrets.token_hex(16)
        people.assign(replace(registrar, operation=act), seen(case), who.account)
    for who in (one, two):
        panel = [who.member or "", *numbers[2:]]
        with pytest.raises(Invalid) as refused:
            people.name_panel(officer(), seen(case), panel)
        assert "manages this case, or did" in refused.value.errors[0].message
    three = signed(Role.COMPLAINTS_OFFICER, member="100003")
    join("100005")
    people.name_panel(officer(), seen(case), ["100003", "100004", "100005"])
    with pytest.raises(Invalid) as seated:
        people.assign(officer("r"), seen(case), three.account)
    assert "panel" in seated.value.errors[0].message


@pytest.mark.parametrize(
    ("numbers", "why"),
    [
        (["100001", "100002"], "at least 3"),
        (["100001", "100002", "777777"], "isn’t on the register"),
        (["100001", "100002", "100009"], "is named in the complaint"),
        (["100001", "100002", "100003"], "may not practise"),
    ],
)
def test_a_panel_has_enough_members_who_may_practise_and_nobody_named(
    numbers: list[str], why: str
) -> None:
    """COM-6."""
    case = filed(numbers=("100009",))
    for number in ("100001", "100002", "100003", "100009"):
        join(number)
    from signet.register import actions as registry

    retired = {"status": "retired", "reason": "own_request"}
    proposal = registry.Proposal("status_changed", retired, date(2026, 2, 1))
    registry.enter(
        "member", "100003", [proposal], authority="App. 5", entered_by="registrar", policy=POLICY,
        now=officer().now, operation_id=secrets.token_hex(16),
    )  # fmt: skip
    with pytest.raises(Invalid) as refused:
        people.name_panel(officer(), seen(case), numbers)
    assert why in refused.value.errors[0].message


def test_a_case_isn_t_given_to_whom_it_names_nor_to_who_is_recused_nor_by_anybody_else() -> None:
    case = filed()
    named = signed(Role.COMPLAINTS_OFFICER, member="100001")
    stranger = signed(Role.CPD_OFFICER)
    for account in (named.account, stranger.account, "nobody"):
        with pytest.raises(Invalid):
            people.assign(officer("r"), seen(case), account)
    plain = signed(Role.COMPLAINTS_OFFICER)
    with pytest.raises(NotAllowed):
        people.assign(officer("x", Role.COMPLAINTS_OFFICER), seen(case), plain.account)
    people.assign(officer(plain.account, Role.COMPLAINTS_OFFICER), seen(case), plain.account)
    assert held(case.id).manager == plain.account


def test_whom_a_complaint_only_describes_never_sees_it_once_they_are_found_on_the_register() -> (
    None
):
    case = filed(about="unsure", numbers=(), described="the tall one")
    me = officer("b", member="100004")
    look(case, me)
    with pytest.raises(Invalid):
        respondents.look_up(officer(), About.MEMBER, "100004")
    join("100004")
    right = respondents.look_up(officer(), About.MEMBER, "100004")
    respondents.identify(officer(), seen(case), About.MEMBER, right, "By the van.")
    no_trace_for(me, case)
    assert look(case).number == "100004"
    assert {one.id for one in look(filed(numbers=("100004",))).same} == {case.id}


# Letters ----------------------------------------------------------------------------------------


def test_a_letter_s_time_runs_from_the_day_it_is_presumed_served_or_is_proved_to_have_been() -> (
    None
):
    """NOT-1."""
    case = filed()
    written = Written(name="Ana Lee", address="1 Elm\nRed Deer", about="A complaint", text=CANARY)
    id_ = letters.write(officer(), seen(case), To.RESPONDENT, 30, written)
    (sent,) = look(case).letters
    assert (sent.letter.id, sent.written) == (id_, written)
    assert letters.clock(sent.letter, POLICY).served_on is None
    later = officer(today=TODAY + timedelta(days=20))
    letters.record_service(later, seen(case), id_, Way.MAIL, TODAY, within=False)
    clock = letters.clock(look(case).letters[0].letter, POLICY)
    assert clock.served_on == TODAY + timedelta(days=14)
    assert clock.last_day == TODAY + timedelta(days=44)
    proved = TODAY + timedelta(days=3)
    again = replace(later, operation=secrets.token_hex(16))
    letters.record_arrival(again, seen(case), id_, proved)
    assert letters.clock(look(case).letters[0].letter, POLICY).served_on == proved
    back = replace(later, operation=secrets.token_hex(16))
    letters.record_return(back, seen(case), id_)
    assert letters.clock(look(case).letters[0].letter, POLICY).served_on is None
    assert CANARY not in repr([row.serialize() for row in CaseRow.scan()])


# Decisions --------------------------------------------------------------------------------------


def condition(**about: Any) -> Proposed:
    given = {
        "number": "100001",
        "kind": "condition_imposed",
        "data": {"condition": "Supervision", "text": "Works under supervision", "published": False},
        "effective_on": TODAY,
        "authority": "Discipline Committee, G 46",
    }
    return Proposed.model_validate(given | about)


def conditions(number: str = "100001") -> int:
    record = register.standing_on(number, TODAY)
    assert record is not None
    return len(record.conditions)


def proposed(case: Case, *roles: Role, by: str = "a", act: str = "", **about: Any) -> str:
    """Propose an entry of what a case came to; gives the hash that approving it names."""
    entries.propose(officer(by, *roles, act=act), seen(case), condition(**about))
    return waiting_hash(case)


def waiting_hash(case: Case) -> str:
    found = entries.waiting(officer("looker"), held(case.id))
    assert found is not None
    return found.proposal.head.hash


def approve(case: Case, hash_: str, *roles: Role, by: str = "r", **who: Any) -> None:
    entries.approve(officer(by, *roles, **who), seen(case), hash_)


def test_a_decision_is_entered_once_a_second_officer_approves_exactly_what_was_shown() -> None:
    """COM-5, T30."""
    case, act = decided(), secrets.token_hex(16)
    hash_ = proposed(case)
    assert conditions() == 0
    at = seen(case)
    with pytest.raises(Conflict):
        entries.approve(officer("r"), at, "0" * 64)
    for _ in range(2):
        entries.approve(officer("r", act=act), at, hash_)
    assert conditions() == 1
    record = register.standing_on("100001", TODAY)
    assert record is not None
    entry = record.entries[-1]
    assert (entry.authority, entry.entered_by) == ("Discipline Committee, G 46", "a, approved by r")
    found = look(case)
    assert found.case.entering == ""
    assert entry.id in (found.steps[-1].note or "")


def test_nobody_approves_what_they_proposed_or_decided_or_is_recused_from() -> None:
    """T30."""
    case = decided()
    standing(case, decided=("dee",))
    hash_ = proposed(case)
    for by in ("a", "dee"):
        with pytest.raises(NotAllowed):
            approve(case, hash_, by=by)
    with pytest.raises(NotFound):  # who is named in it
        approve(case, hash_, by="lee", member="100001")
    CaseRow(case.id, recusal_key("rex"), body="{}").save()
    with pytest.raises(NotFound):
        approve(case, hash_, by="rex")
    assert conditions() == 0
    approve(case, hash_)
    assert conditions() == 1


def test_one_of_the_two_is_the_registrar_whoever_proposes() -> None:
    """COM-5."""
    case = decided()
    hash_ = proposed(case, Role.COMPLAINTS_OFFICER)
    with pytest.raises(NotAllowed):
        approve(case, hash_, Role.COMPLAINTS_OFFICER, by="b")
    approve(case, hash_, Role.REGISTRAR)
    assert conditions() == 1
    other = decided("100002")
    hash_ = proposed(other, Role.REGISTRAR, number="100002")
    approve(other, hash_, Role.COMPLAINTS_OFFICER, by="b")
    assert conditions("100002") == 1


def test_nothing_of_the_case_is_in_a_proposal_or_the_register_for_who_has_no_key() -> None:
    case = decided()
    act = secrets.token_hex(16)
    hash_ = proposed(case, act=act)
    tables = (CaseRow, AuditRow, ProposalRow, OperationRow)
    whole = repr([row.serialize() for model in tables for row in model.scan()])
    for told in ("Supervision", "Works under", "Ana Lee", "Discipline Committee"):
        assert told not in whole, told
    (proposal,) = (row.serialize() for row in ProposalRow.scan())
    assert case.id not in repr(proposal)
    assert "100001" not in repr(proposal)
    approve(case, hash_)
    record = register.standing_on("100001", TODAY)
    assert record is not None
    entry = record.entries[-1].id
    rows = repr([row.serialize() for model in (CaseRow, AuditRow) for row in model.scan()])
    assert entry.partition("-")[0] not in rows
    assert act not in repr(record)


def test_a_proposal_that_waits_holds_another_back_and_keeps_the_case_open() -> None:
    case = decided()
    proposed(case)
    with pytest.raises(Refused):
        entries.propose(officer("b"), seen(case), condition())


def test_what_was_refused_or_withdrawn_enters_nothing_and_another_can_be_proposed() -> None:
    case = decided()
    hash_ = proposed(case)
    with pytest.raises(NotAllowed):
        entries.withdraw(officer("b"), seen(case))
    with pytest.raises(NotAllowed):
        entries.refuse(officer("a"), seen(case), "Mine")
    entries.refuse(officer("r"), seen(case), "The panel said six months.")
    assert look(case).steps[-1].note == "The panel said six months."
    with pytest.raises(Refused):
        approve(case, hash_)
    hash_ = proposed(case)
    entries.withdraw(officer("a"), seen(case))
    with pytest.raises(Refused):
        approve(case, hash_)
    assert conditions() == 0
    approve(case, proposed(case))
    assert conditions() == 1


def test_a_record_or_case_that_changed_since_is_told_and_nothing_is_entered() -> None:
    case = decided()
    hash_ = proposed(case)
    standing(case, adjourned_on=TODAY)
    with pytest.raises(Refused, match="adjourned"):
        approve(case, hash_)
    standing(case, adjourned_on=None)
    moved = Proposal("moved", {"city": "Olds"}, TODAY)
    registry.enter(
        "member",
        "100001",
        [moved],
        authority="App. 5",
        entered_by="x",
        policy=POLICY,
        now=officer().now,
        operation_id=secrets.token_hex(16),
    )
    with pytest.raises(Refused, match="changed since"):
        approve(case, hash_)
    found = entries.waiting(officer("r"), held(case.id))
    assert found is not None
    assert found.stale
    assert conditions() == 0


def test_an_entry_that_the_register_s_rules_forbid_is_told_and_another_can_be_proposed() -> None:
    case = decided()
    wrong = condition(effective_on=date(2019, 1, 1))
    with pytest.raises(Refused, match="rules forbid"):
        entries.propose(officer("r"), seen(case), wrong)
    assert held(case.id).entering == ""
    approve(case, proposed(case))
    assert conditions() == 1


def test_a_suspension_that_a_return_on_record_would_end_is_not_proposed() -> None:
    """The return is voided first, at the register desk: nothing there leads to the case."""
    case = decided("100002", "suspension")
    back = {"status": "registered", "reason": "reinstated"}
    (later,) = registry.enter(
        "member",
        "100002",
        [Proposal("status_changed", back, TODAY + timedelta(days=30))],
        authority="Council 7",
        entered_by="b",
        policy=POLICY,
        now=officer().now,
        operation_id=secrets.token_hex(16),
    )
    suspended = {
        "number": "100002",
        "kind": "status_changed",
        "data": {"status": "suspended", "reason": "discipline"},
    }
    with pytest.raises(Refused, match=f"entry {later.id}"):
        entries.propose(officer("r"), seen(case), condition(**suspended))
    assert held(case.id).entering == ""


def test_what_was_begun_before_there_were_proposals_is_set_aside() -> None:
    case = decided()
    standing(case, entering="step#0001")
    begun = {"number": 1, "what": "complaint-entry-begun", "at": officer().now, "by": "r"}
    step = Step.model_validate({**begun, "detail": {}, "noted": True})
    row = CaseRow(case.id, "step#0001", body=step.model_dump_json())
    box = sealing.seal(b"{}", sealing.set_as(sealing.OFFICE), seal_context(case.id, "step#0001"))
    row.sealed = box.box
    row.save()
    KeyRow(case.id, "step#0001", recipient=box.key.recipient, wrapped=box.key.wrapped).save()
    assert entries.waiting(officer("r"), held(case.id)) is None
    entries.withdraw(officer("r"), seen(case))
    assert held(case.id).entering == ""


def test_an_entry_is_made_only_of_whom_the_case_is_about_and_published_only_if_directed() -> None:
    """STA-6."""
    case = decided()
    join("100002")
    told = {"condition": "Supervision", "text": "Works under supervision", "published": True}
    for wrong in (condition(number="100002"), condition(data=told), condition(data={"x": "y"})):
        with pytest.raises(Invalid):
            entries.propose(officer("r"), seen(case), wrong)
    assert conditions() == 0
    stages.direct_publication(officer("r"), seen(case), DIRECTION)
    approve(case, proposed(case, data=told), by="q")  # who directed publication approves nothing
    assert conditions() == 1


def test_no_entry_follows_on_an_outcome_that_leads_to_none() -> None:
    with pytest.raises(Refused):
        entries.propose(officer("r"), seen(decided(outcome="dismissed")), condition())
    suspended = decided("100002", "suspension")
    with pytest.raises(Refused, match="doesn’t follow"):
        entries.propose(officer("r"), seen(suspended), condition(number="100002"))
    cancelled = {"status": "cancelled", "reason": "discipline"}
    other = condition(number="100002", kind="status_changed", data=cancelled)
    with pytest.raises(Refused, match="That status doesn’t follow"):
        entries.propose(officer("r"), seen(suspended), other)


GRAVE = sorted(code for code, one in RULES.outcomes.items() if one.entry)
HEARD_IN = ("appeal", "discipline")
WHOLE: dict[str, Any] = {"manager": "m", "managed": ("m",), "panel": PANEL}
STAGES = sorted(RULES.stages)
LACKING: list[tuple[dict[str, Any], gates.Direction | None]] = [
    ({}, None),
    ({"manager": "", "managed": ()}, DIRECTION),
    ({"panel": ()}, DIRECTION),
    ({"panel": PANEL[:2]}, DIRECTION),
    ({}, DIRECTION._replace(by="joint_discipline")),
    ({}, DIRECTION._replace(by="the Minister")),
    ({}, DIRECTION._replace(on=TODAY + timedelta(days=1))),
    ({}, DIRECTION._replace(on=TODAY - timedelta(days=1))),
]


@pytest.mark.parametrize("outcome", GRAVE)
def test_no_grave_outcome_is_recorded_in_another_stage(outcome: str) -> None:
    """COM-5: not by a click from "Received", though nothing else is missing."""
    case = filed()
    for stage in sorted({*STAGES} - {*HEARD_IN}):
        standing(case, stage=stage, **WHOLE)
        with pytest.raises(Invalid):
            stages.decide(officer(), seen(case), outcome, "So.", DIRECTION)
        assert held(case.id).outcome == "", stage


@pytest.mark.parametrize("outcome", GRAVE)
@pytest.mark.parametrize("stage", HEARD_IN)
def test_no_grave_outcome_is_recorded_without_manager_panel_and_direction(
    stage: str, outcome: str
) -> None:
    """COM-5, COM-6, STA-6."""
    case = filed()
    for without, direction in LACKING:
        standing(case, stage=stage, **(WHOLE | without))
        with pytest.raises(Invalid):
            stages.decide(officer(), seen(case), outcome, "So.", direction)
        assert held(case.id).outcome == ""
    standing(case, stage=stage, **WHOLE)
    stages.decide(officer(), seen(case), outcome, "So.", DIRECTION)
    assert held(case.id).directed_on == TODAY


def test_who_came_to_sit_on_the_panel_of_a_case_they_manage_stops_outcome_and_entry() -> None:
    """COM-6: an account may be joined to a panel member's record after the panel was named."""
    case = decided()
    manager = signed(Role.COMPLAINTS_OFFICER, member=PANEL[0])
    standing(case, managed=("officer-m", manager.account))
    with pytest.raises(Refused, match="panel"):
        entries.propose(officer("r"), seen(case), condition())
    with pytest.raises(Invalid):
        stages.decide(officer(), seen(case), "conditions", "So.", DIRECTION)


def test_what_one_panel_decided_falls_away_when_another_is_named() -> None:
    case = decided()
    others = [join(number) for number in ("100081", "100082", "100083")]
    stages.direct_publication(officer("r"), seen(case), DIRECTION)
    people.name_panel(officer(), seen(case), others)
    now = held(case.id)
    assert (now.outcome, now.directed_on, now.published, now.decided) == ("", None, False, ())


def test_publication_is_directed_only_of_what_a_panel_decided() -> None:
    """STA-6."""
    case = standing(filed(), stage="registrar_review", manager="m", managed=("m",))
    stages.decide(officer(), seen(case), "dismissed", "So.")
    with pytest.raises(Refused, match="panel"):
        stages.direct_publication(officer(), seen(case), DIRECTION)


def test_who_recorded_the_outcome_is_known_so_that_they_approve_no_entry_on_it() -> None:
    case = decided()
    stages.direct_publication(officer("r"), seen(case), DIRECTION)
    assert gates.decided_by(held(case.id)) == {"officer-m", "r"}


# The report -------------------------------------------------------------------------------------


def test_the_report_counts_nature_age_and_disposition_and_says_nothing_of_anybody() -> None:
    """COM-7."""
    filed(grounds=("ethics", "skill"), happened=CANARY, name=CANARY)
    first(file(today=TODAY - timedelta(days=200)))
    closed(filed(about="permit"))
    report = desk_report.report_on(officer(), TODAY, TODAY)
    assert (report.open_before, report.received, report.closed, report.open_after) == (1, 2, 1, 2)
    tables = {
        table.code: {line.name: line.number for line in table.lines} for table in report.tables
    }
    assert tables["about"] == {"A member": 1, "A permit holder": 1}
    assert sum(tables["grounds"].values()) == 3
    assert tables["ages"] == {"Up to 30 days": 1, "181 to 365 days": 1}
    assert tables["outcomes"] == {"Dismissed": 1}
    lines = desk_report.csv(report)
    assert CANARY not in lines
    assert "100001" not in lines
    assert not any(cell[:1] in ("=", "+", "-", "@") for line in lines.splitlines()
                   for cell in line.split(","))  # fmt: skip


@pytest.mark.parametrize("formula", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1"])
def test_no_cell_of_the_report_is_a_formula_to_a_spreadsheet(formula: str) -> None:
    """Threat 17."""
    filed(grounds=("ethics",))
    rules = officer().rules
    ground = rules.grounds["ethics"]._replace(name=formula)
    named = rules._replace(grounds={**rules.grounds, "ethics": ground})
    by = replace(officer(), policy=POLICY._replace(complaints=named))
    written = desk_report.csv(desk_report.report_on(by, TODAY, TODAY)).removeprefix("\ufeff")
    cells = {line["what"] for line in csv.DictReader(io.StringIO(written, newline=""))}
    (held,) = [cell for cell in cells if formula.strip() in cell]
    assert held.startswith("'")


def test_a_period_that_can_t_be_is_refused() -> None:
    for days in ((TODAY, TODAY - timedelta(days=1)), (TODAY, TODAY + timedelta(days=1))):
        with pytest.raises(Invalid):
            desk_report.report_on(officer(), *days)


# Retention --------------------------------------------------------------------------------------


class Emptied:
    """What is asked of the store of objects when a case is erased."""

    def __init__(self) -> None:
        self.erased: list[str] = []

    def erase(self, key: str) -> None:
        self.erased.append(key)

    clear = erase


def test_a_case_is_erased_for_good_once_its_time_is_over_and_still_counted() -> None:
    """Threat 20."""
    receipt = file(numbers=("100001", "100002"), happened=CANARY)
    one, two = first(receipt), first(receipt, 1)
    addition(receipt.code)
    notes.note(officer(), seen(one), "A note.")
    for case in (one, two):
        closed(case)
    over = years_later(TODAY, 10)
    objects: Any = Emptied()
    with pytest.raises(Refused):
        retention.erase(officer(today=over), objects, seen(one), "Kept long enough")
    assert retention.past_retention(officer(today=over)) == []
    late = over + timedelta(days=1)
    assert {case.id for case in retention.past_retention(officer(today=late))} == {one.id, two.id}
    act = secrets.token_hex(16)
    at = seen(one)
    for _ in range(2):  # the same form, sent twice
        retention.erase(officer("r", today=late, act=act), objects, at, "Kept long enough")
    no_trace_for(officer("r"), one)
    assert not list(KeyRow.query(one.id))
    locator = Filing(receipt.code).locator
    assert list(KeyRow.query(locator)), "the other case still needs what came in"
    assert look(two).complaint
    retention.erase(officer("r", today=late), objects, seen(two), "Kept long enough")
    assert not list(KeyRow.scan())
    assert not [row for row in CaseRow.scan() if row.sealed]
    assert {row.part for row in FilingRow.query(locator)} == {FILING}
    assert len(objects.erased) >= 3
    assert "complaint-erased" in trail(one)
    report = desk_report.report_on(officer(today=late), TODAY, TODAY)
    assert (report.received, report.closed) == (2, 2)


def test_a_case_under_a_legal_hold_is_never_erased() -> None:
    case = closed(filed())
    stages.hold(officer(), seen(case), "A claim is pending.", held=True)
    late = years_later(TODAY, 11)
    assert retention.past_retention(officer(today=late)) == []
    objects: Any = Emptied()
    with pytest.raises(Refused, match="legal hold"):
        retention.erase(officer(today=late), objects, seen(case), "Over")
    stages.hold(officer(), seen(case), "It was settled.", held=False)
    assert [one.id for one in retention.past_retention(officer(today=late))] == [case.id]


def test_only_a_registrar_erases() -> None:
    objects: Any = Emptied()
    case = closed(filed())
    plain = officer("a", Role.COMPLAINTS_OFFICER, today=years_later(TODAY, 11))
    with pytest.raises(NotAllowed):
        retention.erase(plain, objects, seen(case), "Over")


def test_erasing_that_was_broken_off_is_listed_and_can_be_finished() -> None:
    case = closed(filed())
    late = years_later(TODAY, 11)

    class Gone(Emptied):
        def erase(self, key: str) -> None:
            del key
            raise Unavailable

        clear = erase

    broken: Any = Gone()
    with pytest.raises(Unavailable):
        retention.erase(officer("r", today=late), broken, seen(case), "Over")
    assert not list(KeyRow.query(case.id))
    assert [one.id for one in retention.unfinished(officer("s", today=late))] == [case.id]
    objects: Any = Emptied()
    retention.finish(officer("s", today=late), objects, case.id)
    assert retention.unfinished(officer("s", today=late)) == []
    assert held(case.id).erased_on == late


def test_cases_are_found_by_their_row_s_own_index() -> None:
    case = filed()
    assert case_store.ids_of_reference(case.reference) == [case.id]
    assert case_store.ids_about(receipt_codes.respondent_hash("100001", officer().key), 5) == [
        case.id
    ]
    assert CaseRow.get(case.id, CASE).respondent == case.respondents[0]
