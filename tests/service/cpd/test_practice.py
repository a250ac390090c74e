"""Not practising on the register: at once when declared, ended by two officers (CPD-5, G 18)."""

from __future__ import annotations

import html
import json
import re
import secrets
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from lambdas.cpd.desk.function import app, handler
from lambdas.cpd.member import function as cpd
from lambdas.register.desk import function as register_desk
from signet.accounts.model import Role
from signet.cpd import actions, practice_entries, rules, store
from signet.cpd.desk import conditions, overview, recusals
from signet.cpd.forms import NotPractisingDraft, ResumptionDraft
from signet.cpd.model import NotPractising
from signet.errors import Invalid, NotAllowed, Refused, Unavailable
from signet.proposals import actions as proposals
from signet.proposals.model import ProposalContext
from signet.register import reading as register
from signet.register import standing
from signet.transactions import audit, mailer
from signet.transactions.context import Context
from signet.transactions.outbox import Mail, QueuedMail
from signet.transactions.tables import OutboxRow
from tests.cpd_members import NUMBER, POLICY, TODAY, YEAR, context, enter, join
from tests.cpd_office import night, officer, signed
from tests.cpd_office import office as office
from tests.cpd_office import office_ground as office_ground
from tests.entries import day
from tests.events import Answered, ask, get, post
from tests.people import Person
from tests.people import shell as shell

NOW = datetime(YEAR, 11, 21, 19, tzinfo=UTC)
OWN = "/services/cpd/not-practising/"
LIST = "/services/cpd/desk/not-practising/"
AWAY = NotPractisingDraft(reason="illness", understood="yes")
AFTER = day("2027-12-01")  # the year of a declaration of today is over


@pytest.fixture(autouse=True)
def _at_noon(office: None, monkeypatch: pytest.MonkeyPatch) -> None:
    at(NOW, monkeypatch)
    join()


def at(moment: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    for one in (app, cpd.app, register_desk.app):
        monkeypatch.setattr(one, "clock", lambda: moment)


def says(on: date = TODAY) -> bool:
    """Whether the register says that the member isn't practising."""
    record = register.standing_on(NUMBER, on)
    assert record is not None
    return record.not_practising is not None


def held() -> NotPractising:
    return store.not_practising(NUMBER)[-1]


def away(*, notice: bool = True, on: date = TODAY) -> NotPractising:
    id_ = actions.file_not_practising(context(), AWAY)
    if notice:
        actions.resume(context(), id_, ResumptionDraft(resumes_on=on, version=1))
    return held()


def propose(*, on: date = TODAY, **who: object) -> str:
    by = officer("officer-a", today=max(on, TODAY))
    seen = (held().id, held().version)
    return practice_entries.propose_resumption(by, NUMBER, seen, on, "", salt="0" * 32)


def approver(account: str = "officer-b", member: str = "") -> ProposalContext:
    roles = frozenset({Role.REGISTER_OFFICER})
    now = NOW + timedelta(hours=1)
    context = Context(account, "e" * 32, now, TODAY, POLICY, member, roles=roles)
    return ProposalContext.of(context, salt="1" * 32)


def approve(id_: str, by: ProposalContext) -> None:
    proposals.approve(by, id_, proposals.get(id_).head.hash)


def words(answer: Answered) -> str:
    main = answer.text.partition("<main")[2].partition("</main>")[0]
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", main)).split())


def see(who: Person, path: str) -> str:
    handled = handler if "/desk/" in path else cpd.handler
    answer = ask(handled, get(path, session=who.token))
    assert answer.status == 200, answer.text
    return words(answer)


def test_a_declaration_is_on_the_register_at_once_and_without_its_reason() -> None:
    assert not says()
    away(notice=False)
    record = register.standing_on(NUMBER, TODAY)
    assert record is not None
    (entry,) = [one for one in record.entries if one.kind == "not_practising_declared"]
    assert entry.effective_on == TODAY
    assert set(entry.data) == {"until"}
    assert "illness" not in repr(entry)
    assert record.not_practising == (TODAY, day("2027-11-20"))
    assert standing.of_member(record, POLICY).reason == standing.NOT_PRACTISING


def test_a_renewal_goes_on_where_the_first_ends() -> None:
    away(notice=False)
    actions.file_not_practising(context(today=day("2027-10-01")), AWAY)
    record = register.standing_on(NUMBER, day("2027-12-01"))
    assert record is not None
    assert record.not_practising is not None
    assert record.not_practising.until == day("2028-11-20")


def test_the_same_form_sent_again_enters_it_once() -> None:
    one = context(act="a" * 32)
    for _ in range(2):
        actions.file_not_practising(one, AWAY)
    record = register.standing_on(NUMBER, TODAY)
    assert record is not None
    assert [e.kind for e in record.entries].count("not_practising_declared") == 1


def test_notice_alone_changes_nothing_on_the_register_and_the_member_reads_that() -> None:
    away()
    assert says()
    told = see(signed(member=NUMBER), OWN)
    assert "You may not practise until the register no longer says" in told


def test_practising_again_takes_two_officers() -> None:
    away()
    id_ = propose()
    assert says()
    with pytest.raises(NotAllowed):
        approve(id_, approver("officer-a"))
    with pytest.raises(NotAllowed):
        approve(id_, approver(member=NUMBER))
    approve(id_, approver())
    assert not says()
    assert "may not practise until" not in see(signed(member=NUMBER), OWN)


def test_nobody_proposes_it_of_themself() -> None:
    one = away()
    by = officer(member=NUMBER)
    with pytest.raises(NotAllowed):
        practice_entries.propose_resumption(
            by, NUMBER, (one.id, one.version), TODAY, "", salt="0" * 32
        )


def test_nothing_is_proposed_before_notice_or_while_a_condition_is_unmet_or_twice() -> None:
    away(notice=False)
    with pytest.raises(Refused):
        propose()
    one = held()
    actions.resume(context(), one.id, ResumptionDraft(resumes_on=TODAY, version=1))
    conditions.set_condition(officer(), NUMBER, (one.id, 2), "A course", "The board", TODAY)
    with pytest.raises(Refused) as refused:
        propose()
    assert "condition" in refused.value.message
    condition = held().conditions[0].id
    conditions.record_met(officer(), NUMBER, (one.id, 3), condition, TODAY)
    with pytest.raises(Invalid):
        propose(on=TODAY - timedelta(days=1))
    propose()
    with pytest.raises(Refused):
        propose()


def test_a_renewal_that_would_begin_later_ends_with_it() -> None:
    away(notice=False)
    october = day("2027-10-01")
    actions.file_not_practising(context(today=october), AWAY)
    first = store.not_practising(NUMBER)[0]
    back = ResumptionDraft(resumes_on=october, version=first.version)
    actions.resume(context(today=october), first.id, back)
    by = officer("officer-a", today=october)
    seen = (first.id, first.version + 1)
    id_ = practice_entries.propose_resumption(by, NUMBER, seen, october, "", salt="0" * 32)
    later = datetime(2027, 10, 1, 20, tzinfo=UTC)
    approve(id_, replace(approver(), now=later))
    assert not says(october)
    assert not says(day("2027-12-01"))


def test_a_lapsed_declaration_stays_on_the_register_is_listed_and_its_member_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    away(notice=False)
    assert says(AFTER)
    record = register.standing_on(NUMBER, AFTER)
    own = store.not_practising(NUMBER)
    assert rules.subject(record, AFTER, POLICY, own).applies
    assert [number for number, _ in overview.lapsed(AFTER)] == [NUMBER]
    at(datetime(2027, 12, 1, 19, tzinfo=UTC), monkeypatch)
    assert "Your declaration’s year is over, and you may not practise" in see(
        signed(member=NUMBER), OWN
    )
    assert f"{NUMBER} Ana Lee 21 November 2026 to 20 November 2027" in see(
        signed(Role.CPD_OFFICER), f"{LIST}lapsed/"
    )
    back = ResumptionDraft(resumes_on=AFTER, version=1)
    actions.resume(context(today=AFTER), held().id, back)
    id_ = propose(on=AFTER)
    approve(id_, replace(approver(), now=datetime(2027, 12, 1, 20, tzinfo=UTC)))
    assert not says(AFTER)


def test_a_member_is_mailed_once_when_a_declaration_has_lapsed() -> None:
    away(notice=False)
    for today in (day("2027-11-22"), day("2027-11-23")):
        night(today)
    sent = [row.template for row in OutboxRow.scan()]
    assert sent.count("cpd_lapsed") == 1


def test_a_declaration_that_only_the_register_holds_exempts_for_its_year() -> None:
    enter(NUMBER, "not_practising_declared", "2026-06-01")
    for on, applies in ((day("2027-05-31"), False), (day("2027-06-01"), True)):
        record = register.standing_on(NUMBER, on)
        assert rules.subject(record, on, POLICY).applies is applies


def test_an_officer_proposes_on_the_desk_s_page() -> None:
    one = away()
    ana = signed(Role.CPD_OFFICER)
    path = f"{LIST}{NUMBER}/{one.id}/"
    assert "Propose that they practise again" in see(ana, path)
    form = {"version": str(one.version), "on": TODAY.isoformat()}
    sent = ask(handler, post(f"{path}resume/", form, act="c" * 32, session=ana.token))
    assert sent.status == 303
    assert "Proposed, and waiting for a second officer" in see(ana, path)
    (found,) = practice_entries.proposals_of(NUMBER, one.id)
    assert found.head.source == f"cpd#{NUMBER}#{one.id}"


def withdraw(who: Person, path: str, id_: str) -> Answered:
    sent = post(f"{path}proposals/{id_}/withdraw", {}, act=secrets.token_hex(16), session=who.token)
    return ask(handler, sent)


def test_an_officer_without_the_register_s_role_reads_and_withdraws_their_own_proposal() -> None:
    one = away()
    ana, bo = (signed(Role.CPD_OFFICER, email=f"{n}@office.example") for n in ("ana", "bo"))
    path = f"{LIST}{NUMBER}/{one.id}/"
    form = {"version": str(one.version), "on": "2026-12-05", "remark": "She rang on Friday."}
    ask(handler, post(f"{path}resume/", form, act="c" * 32, session=ana.token))
    (found,) = practice_entries.proposals_of(NUMBER, one.id)
    shown = see(ana, path)
    for told in ("Practising again from 5 December 2026", "by you", "She rang on Friday."):
        assert told in shown
    assert "/services/register/" not in ask(handler, get(path, session=ana.token)).text
    assert "ana@office.example" in see(bo, path)
    assert "Withdraw the proposal" in shown
    assert "Withdraw the proposal" not in see(bo, path)
    assert withdraw(bo, path, found.id).status == 403
    assert withdraw(ana, path, "0" * 32).status == 404
    assert withdraw(ana, path, found.id).location == path
    after = see(ana, path)
    assert "Withdrawn" in after
    assert "Withdraw the proposal" not in after
    assert "Propose that they practise again" in after
    assert withdraw(ana, path, found.id).status == 409
    whats = {line.what for line in audit.of_subject(f"proposal#{found.id}")}
    assert "proposal-withdrawn" in whats
    assert "cpd.desk.resumption.withdrawn" in {x.what for x in audit.of_subject(f"cpd#{NUMBER}")}
    assert says()


def test_a_decided_proposal_can_t_be_withdrawn_and_says_who_decided() -> None:
    one = away()
    ana = signed(Role.CPD_OFFICER)
    path = f"{LIST}{NUMBER}/{one.id}/"
    form = {"version": str(one.version), "on": TODAY.isoformat()}
    ask(handler, post(f"{path}resume/", form, act="c" * 32, session=ana.token))
    (found,) = practice_entries.proposals_of(NUMBER, one.id)
    approve(found.id, approver())
    assert "Approved, and entered in the register" in see(ana, path)
    assert withdraw(ana, path, found.id).status == 409
    assert not says()


def test_whoever_is_concerned_withdraws_nothing() -> None:
    one = away()
    path = f"{LIST}{NUMBER}/{one.id}/"
    concerned = signed(Role.CPD_OFFICER, member=NUMBER)
    assert withdraw(concerned, path, propose()).status == 403


def mails() -> dict[str, str]:
    """Return the mails to the member about practising again, as they go out, by template."""
    found = {}
    for row in OutboxRow.scan(OutboxRow.recipient == f"member#{NUMBER}", consistent_read=True):
        letter = QueuedMail(row.id, row.recipient, row.template, json.loads(row.facts))
        found[row.template] = mailer.compose(letter, "ana@example.ca", NOW).get_content()
    return found


def decide(id_: str, what: str, monkeypatch: pytest.MonkeyPatch, **form: str) -> None:
    """Decide on a proposal at the register desk; the same form twice."""
    at(NOW + timedelta(hours=1), monkeypatch)
    path = f"/services/register/proposals/{id_}/{what}"
    sent = post(path, form, act="d" * 32, session=signed(Role.REGISTRAR).token)
    for _ in range(2):
        assert ask(register_desk.handler, sent).status == 303


def test_the_member_is_mailed_once_when_practising_again_is_entered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    away(on=day("2026-12-05"))
    id_ = propose(on=day("2026-12-05"))
    assert "cpd_practice_resumed" not in mails()
    decide(id_, "approve", monkeypatch, hash=proposals.get(id_).head.hash)
    assert "in the register from 5 December 2026" in mails()["cpd_practice_resumed"]
    assert len([1 for row in OutboxRow.scan() if row.template == "cpd_practice_resumed"]) == 1


def test_the_member_is_mailed_when_it_is_refused_without_what_officers_write_each_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    away()
    id_ = propose()
    decide(id_, "refuse/", monkeypatch, reason="Look at her file first")
    told = mails()["cpd_resumption_refused"]
    assert "you may not practise" in told
    assert "her file" not in told
    assert says()


def test_the_mail_is_written_with_the_entry_or_not_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    away()
    id_ = propose()
    by = approver()

    def broken(*_: object) -> list[Mail]:
        raise Unavailable

    with pytest.raises(Unavailable):
        proposals.approve(by, id_, proposals.get(id_).head.hash, tell=broken)
    assert says()


def test_who_declared_a_conflict_with_the_member_doesn_t_approve_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    away()
    at(NOW + timedelta(hours=1), monkeypatch)
    found = proposals.get(propose())
    for recused in (True, False):
        who = signed(Role.REGISTRAR)
        if recused:
            by = officer(who.account, registrar=True)
            recusals.recuse(by, NUMBER, who.account, "We share an office")
        path = f"/services/register/proposals/{found.id}/approve"
        sent = post(path, {"hash": found.head.hash}, act=secrets.token_hex(16), session=who.token)
        assert ask(register_desk.handler, sent).status == (403 if recused else 303)
        assert says() is recused
