"""Roles: granted and withdrawn by administrators alone, at once, and never without a trace."""

from __future__ import annotations

import json
import logging
import re
import secrets
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import count
from threading import Barrier
from typing import Any
from urllib.parse import quote

import pytest

from lambdas.admin.accounts import Find, Grant
from lambdas.admin.function import app
from lambdas.admin.log_and_mail import Again
from lambdas.admin.shared import Why
from signet.accounts import actions, audit_log, store
from signet.accounts.model import GRANTABLE, STAFF, LastAdministrator, Role
from signet.errors import Conflict, NotAllowed, NotFound, Refused
from signet.transactions import audit, outbox
from signet.transactions.audit import Audit
from signet.transactions.commit import Operation, commit
from signet.transactions.mailer import compose
from signet.transactions.outbox import Mail, QueuedMail, Undeliverable
from signet.transactions.tables import OutboxRow
from tests.events import Answered, ask, get, post
from tests.forms import assert_form_is, assert_page_holds_together, forms_on
from tests.office import signet, told
from tests.people import NOW, Person, accounts, ground, person, shell

__all__ = ["accounts", "ground", "shell"]

pytestmark = pytest.mark.usefixtures("accounts")

ROLES, MAIL, TRAIL, GRANTS = (
    f"/services/admin/{part}/" for part in ("roles", "mail", "audit", "grants")
)


SECONDS = count()  # less than a session lasts


def tick() -> datetime:
    """Return the time, a second later each time it is asked."""
    return NOW + timedelta(seconds=next(SECONDS))


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "clock", tick)


@pytest.fixture
def boss() -> Person:
    return person(Role.ADMINISTRATOR, email="boss@example.org")


def at(who: Person, part: str = "") -> str:
    return f"/services/admin/accounts/{who.account}/{part}"


def look(boss: Person, target: str) -> Answered:
    return ask(app, get(target, session=boss.token))


def send(boss: Person, target: str, form: dict[str, str] | None = None, act: str = "") -> Answered:
    return ask(app, post(target, form, session=boss.token, act=act or secrets.token_hex(16)))


def ask_for(boss: Person, who: Person, role: Role) -> str:
    return actions.ask_grant(
        boss.principal(),
        who.account,
        role,
        "starts",
        now=tick(),
        operation_id=secrets.token_hex(16),
    )


def approve(second: Person, id_: str) -> None:
    actions.approve_grant(second.principal(), id_, now=tick(), operation_id=secrets.token_hex(16))


def grant(boss: Person, who: Person, role: Role) -> None:
    """Two give a role: an administrator asks for it, the Registrar approves."""
    approve(person(Role.REGISTRAR), ask_for(boss, who, role))


def told_of(template: str) -> set[str]:
    """To whom mail of a template goes."""
    return {row.recipient for row in OutboxRow.scan() if row.template == template}


def withdraw(boss: Person, who: Person, role: Role, act: str = "") -> None:
    actions.withdraw(
        boss.principal(),
        who.account,
        role,
        "leaves",
        now=tick(),
        operation_id=act or secrets.token_hex(16),
    )


def trail(who: Person) -> list[tuple[str, str, dict[str, Any]]]:
    """Return what was done, oldest first: looks apart."""
    lines = audit.of_subject(f"account#{who.account}")
    done = [(one.what, one.by, dict(one.detail)) for one in lines if one.what != "account-seen"]
    return done[::-1]


# -- on the page


def test_an_administrator_finds_an_account_and_grants_and_withdraws(boss: Person) -> None:
    ana = person(email="ana@example.org")
    page = look(boss, ROLES)
    assert_form_is(page.text, Find, ROLES)
    assert "boss@example.org" in page.text, "staff is listed"
    assert "ana@example.org" not in page.text
    found = send(boss, ROLES, {"email": "Ana@Example.org"})
    assert (found.status, found.location) == (303, at(ana))
    assert_page_holds_together(look(boss, at(ana)).text)

    page = look(boss, at(ana, "grant/"))
    assert_form_is(page.text, Grant, at(ana, "grant/"))
    asked = send(boss, at(ana, "grant/"), {"role": "cpd-officer", "reason": "Hired"})
    assert (asked.status, asked.location) == (303, f"{GRANTS}?asked")
    assert ana.principal().roles == frozenset(), "it waits for a second person"
    (waiting,) = actions.waiting(NOW)
    second = person(Role.REGISTRAR, email="registrar@example.org")
    page = look(second, GRANTS)
    assert "CPD officer for" in page.text
    assert_page_holds_together(page.text)
    given = send(second, f"{GRANTS}{waiting.id}/approve")
    assert (given.status, given.location) == (303, f"{GRANTS}?given")
    assert ana.principal().roles == {Role.CPD_OFFICER}
    assert told_of("role_given") == {"ana@example.org", "registrar@example.org"}
    assert actions.waiting(NOW) == []
    assert "ana@example.org" in look(boss, ROLES).text

    assert "CPD officer" in look(boss, at(ana)).text
    page = look(boss, at(ana, "withdraw/cpd-officer/"))
    assert "Withdraw the role “CPD officer”" in page.text
    assert_form_is(page.text, Why, at(ana, "withdraw/cpd-officer/"))
    taken = send(boss, at(ana, "withdraw/cpd-officer/"), {"reason": "Left"})
    assert taken.status == 303
    assert ana.principal().roles == frozenset()
    assert trail(ana) == [
        ("role-asked", boss.account, {"role": "cpd-officer", "reason": "Hired"}),
        (
            "role-granted",
            second.account,
            {"role": "cpd-officer", "reason": "Hired", "asked_by": boss.account},
        ),
        ("role-withdrawn", boss.account, {"role": "cpd-officer", "reason": "Left"}),
    ]
    page = look(boss, at(ana))
    assert "Hired" in page.text
    assert "boss@example.org" in page.text, "who did it is named"


def test_a_search_stands_in_no_address(boss: Person) -> None:
    (form,) = [one for one in forms_on(look(boss, ROLES).text) if "email" in one.names]
    assert form.method == "post"


def test_an_unknown_address_is_said_to_be_so(boss: Person) -> None:
    answered = send(boss, ROLES, {"email": "nobody@example.org"})
    assert answered.status == 422
    assert "No account has this address" in answered.text
    assert_form_is(answered.text, Find, ROLES)


def test_several_accounts_of_one_address_are_all_shown(boss: Person) -> None:
    two = [person(email="a@example.org") for _ in range(2)]
    answered = send(boss, ROLES, {"email": "a@example.org"})
    assert answered.status == 200
    assert all(at(one) in answered.text for one in two)


def test_every_look_at_an_account_is_written_down(boss: Person) -> None:
    ana = person()
    for part in ("", "grant/", "withdraw/registrar/", "part/"):
        look(boss, at(ana, part))
    lines = audit.of_subject(f"account#{ana.account}")
    assert [(line.what, line.by) for line in lines] == [("account-seen", boss.account)] * 4


def test_an_account_that_can_t_be_noted_as_seen_isn_t_shown(
    boss: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pynamodb.exceptions import PutError

    from signet.transactions.tables import AuditRow

    def failing(*arguments: Any, **named: Any) -> None:
        raise PutError("no")

    ana = person(email="ana@example.org")
    monkeypatch.setattr(AuditRow, "save", failing)
    answered = look(boss, at(ana))
    assert answered.status == 503
    assert "ana@example.org" not in answered.text


@pytest.mark.parametrize("fields", [{}, {"role": "registrar"}, {"reason": "x"}])
def test_a_role_needs_a_reason(boss: Person, fields: dict[str, str]) -> None:
    ana = person()
    answered = send(boss, at(ana, "grant/"), fields)
    assert answered.status == 422
    assert_form_is(answered.text, Grant, at(ana, "grant/"))
    assert ana.principal().roles == frozenset()


@pytest.mark.parametrize("role", ["member", "root", "", "ADMINISTRATOR"])
def test_what_isn_t_a_role_to_grant_isn_t_granted(boss: Person, role: str) -> None:
    ana = person()
    answered = send(boss, at(ana, "grant/"), {"role": role, "reason": "x"})
    assert answered.status in (403, 422)
    assert ana.principal().roles == frozenset()


@pytest.mark.parametrize(
    "field", ["roles", "granted", "member", "version", "identity", "email", "key", "body", "by"]
)
def test_no_stored_field_is_taken_from_a_form(boss: Person, field: str) -> None:
    ana = person()
    form = {"role": "registrar", "reason": "x", field: "administrator"}
    assert send(boss, at(ana, "grant/"), form).status == 422
    assert ana.principal().roles == frozenset()


def test_the_trail_of_anything_can_be_read_and_that_is_written_down(boss: Person) -> None:
    ana = person(email="ana@example.org")
    grant(boss, ana, Role.REGISTRAR)
    subject = quote(f"account#{ana.account}", safe="")
    page = look(boss, f"{TRAIL}?subject={subject}")
    assert "role granted" in page.text
    assert "trail seen" in page.text
    assert audit.of_subject(f"account#{ana.account}")[0].what == "trail-seen"
    assert look(boss, TRAIL).status == 200
    assert look(boss, f"{TRAIL}?subject=nothing").status == 422
    assert look(boss, f"{TRAIL}?subject=").status == 422


def lines_of(page: Answered) -> list[str]:
    """Return the rows of the log on a page, without their tags."""
    body = page.text.partition("<tbody>")[2].partition("</tbody>")[0]
    return [re.sub(r"<[^>]*>", " ", row) for row in body.split("</tr>")[:-1]]


@pytest.mark.parametrize("typed", ["member%23100001", "100001"])
def test_the_log_shows_what_staff_saw_of_a_member_under_the_page_s_own_example(
    boss: Person, typed: str
) -> None:
    ana = person(Role.CPD_OFFICER, email="ana@office.example")
    for at_, subject in enumerate(("cpd#100001", "files#member#100001", "cpd#100002")):
        line = Audit(subject, "cpd.desk.seen", ana.account, NOW + timedelta(seconds=at_))
        audit.note(line, secrets.token_hex(16))
    assert "member#100001" in look(boss, TRAIL).text
    shown = lines_of(look(boss, f"{TRAIL}?subject={typed}"))
    assert sum("cpd desk seen" in one and "ana@office.example" in one for one in shown) == 2
    assert not [one for one in shown if "100002" in one]


def test_the_log_is_searched_by_officer_and_by_day_and_says_nothing_of_complaints(
    boss: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit_log, "MOST", 2)
    ana, ben = person(Role.CPD_OFFICER), person(Role.CPD_OFFICER)
    days = [datetime(2026, 11, day, hour, tzinfo=UTC) for day, hour in ((9, 6), (9, 20), (10, 6))]
    for subject in ("cpd#100001", "complaint#" + "0" * 32):
        for who in (ana, ben):
            for moment in days:
                line = Audit(subject, "seen-it", who.account, moment)
                audit.note(line, secrets.token_hex(16))
    # The 9th by Alberta's clock goes from 07:00 to 07:00 of the next day by the world's.
    page = look(boss, f"{TRAIL}?day=2026-11-09&officer=")
    assert len(lines_of(page)) == 2
    assert "complaint#" not in "".join(lines_of(page))
    older = re.search(r'href="([^"]+before=[^"]+)"', page.text)
    assert older is not None
    rest = lines_of(look(boss, older.group(1).replace("&amp;", "&")))
    assert len(rest) == 2
    assert all("9 November 2026" in one for one in [*lines_of(page), *rest])
    by_ana = lines_of(look(boss, f"{TRAIL}?officer={ana.account}&day=2026-11-09"))
    assert len(by_ana) == 2
    assert len(lines_of(look(boss, f"{TRAIL}?officer={ana.account}&subject=cpd%23100001"))) == 2


# -- who may


@pytest.mark.parametrize("role", sorted(GRANTABLE - {Role.ADMINISTRATOR}))
def test_nobody_else_grants_or_withdraws(boss: Person, role: Role) -> None:
    other, ana = person(role), person(Role.REGISTRAR)
    for act in (ask_for, withdraw):
        with pytest.raises(NotAllowed):
            act(other, ana, Role.REGISTRAR)
    with pytest.raises(NotAllowed):
        ask_for(other, other, Role.ADMINISTRATOR)
    waits = ask_for(boss, ana, Role.CPD_OFFICER)
    if role is not Role.REGISTRAR:
        with pytest.raises(NotAllowed):
            approve(other, waits)


# -- nobody alone (threat 23)


def test_an_administrator_gives_themself_no_role_not_even_by_another_account(
    boss: Person,
) -> None:
    me = person(Role.ADMINISTRATOR, member="100001", email="me@example.org")
    same_record = person(member="100001", email="mine@example.org")
    same_address = person(email="Me@Example.org")
    for who in (me, same_record, same_address):
        answered = send(me, at(who, "grant/"), {"role": "complaints-officer", "reason": "x"})
        assert answered.status == 403
        waits = ask_for(boss, who, Role.COMPLAINTS_OFFICER)
        with pytest.raises(NotAllowed):
            approve(me, waits)
        assert Role.COMPLAINTS_OFFICER not in who.principal().roles
    with pytest.raises(NotAllowed):
        actions.detach(me.principal(), same_record.account, "x", now=tick(), operation_id="e" * 32)


def test_who_asked_or_another_account_of_theirs_doesnt_approve(boss: Person) -> None:
    ana = person()
    waits = ask_for(boss, ana, Role.REGISTRAR)
    twin = person(Role.ADMINISTRATOR, email="boss@example.org")
    for one in (boss, twin, ana):
        with pytest.raises(NotAllowed):
            approve(one, waits)
    answered = send(boss, f"{GRANTS}{waits}/approve")
    assert answered.status == 403
    approve(person(Role.ADMINISTRATOR), waits)
    assert ana.principal().roles == {Role.REGISTRAR}
    with pytest.raises(NotFound):
        approve(person(Role.ADMINISTRATOR), waits)


def test_an_account_joined_to_the_askers_record_meanwhile_gets_nothing() -> None:
    me, other = person(Role.ADMINISTRATOR, member="100001"), person(email="mine@example.org")
    waits = ask_for(me, other, Role.COMPLAINTS_OFFICER)
    found = store.account(other.account)
    assert found
    store.save(found._replace(member="100001")).row.save()
    with pytest.raises(NotAllowed):
        approve(person(Role.REGISTRAR), waits)


def test_a_role_that_nobody_approves_runs_out(boss: Person) -> None:
    ana, second = person(), person(Role.REGISTRAR)
    waits = ask_for(boss, ana, Role.REGISTRAR)
    late = NOW + timedelta(days=8)
    assert actions.waiting(late) == []
    with pytest.raises(NotFound):
        actions.approve_grant(second.principal(), waits, now=late, operation_id="e" * 32)
    assert ana.principal().roles == frozenset()


def test_what_an_administrator_asked_for_falls_with_their_role(boss: Person) -> None:
    other, ana = person(Role.ADMINISTRATOR), person()
    waits = ask_for(other, ana, Role.REGISTRAR)
    withdraw(boss, other, Role.ADMINISTRATOR)
    with pytest.raises(Conflict):
        approve(boss, waits)
    assert ana.principal().roles == frozenset()


def test_a_role_that_was_refused_or_taken_back_isnt_given(boss: Person) -> None:
    ana, second = person(), person(Role.REGISTRAR)
    for who in (boss, second):
        waits = ask_for(boss, ana, Role.CPD_OFFICER)
        assert send(who, f"{GRANTS}{waits}/refuse").status == 422, "a reason is needed"
        assert send(who, f"{GRANTS}{waits}/refuse", {"reason": "Not hired"}).status == 303
        with pytest.raises(NotFound):
            approve(second, waits)
    assert [what for what, _, _ in trail(ana)] == ["role-asked", "role-refused"] * 2


def test_everyone_who_can_approve_is_told_and_withdrawing_is_told_too(boss: Person) -> None:
    ana = person(email="ana@example.org")
    second = person(Role.ADMINISTRATOR, email="second@example.org")
    person(Role.REGISTRAR, email="registrar@example.org")
    approve(second, ask_for(boss, ana, Role.CPD_OFFICER))
    assert told_of("role_waits") == {"second@example.org", "registrar@example.org"}
    withdraw(boss, ana, Role.CPD_OFFICER)
    assert told_of("role_withdrawn") == {"ana@example.org", "registrar@example.org"}
    for row in OutboxRow.scan():
        facts = json.loads(row.facts)
        mail = compose(QueuedMail(row.id, row.recipient, row.template, facts), row.recipient, NOW)
        assert "CPD officer" in mail.get_content()
        assert "ana@example.org" not in mail["Subject"]


def test_two_who_approve_at_once_give_it_once(boss: Person) -> None:
    ana, both = person(), (person(Role.REGISTRAR), person(Role.ADMINISTRATOR))
    waits = ask_for(boss, ana, Role.CPD_OFFICER)
    ready = Barrier(2)

    def give(who: Person) -> str:
        ready.wait()
        try:
            approve(who, waits)
        except (Conflict, NotFound, Refused):
            return "told"
        return "done"

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(give, both)) == ["done", "told"]
    assert store.count_with(Role.CPD_OFFICER) == 1


def test_a_role_withdrawn_is_gone_with_the_next_request(boss: Person) -> None:
    other = person(Role.ADMINISTRATOR)
    assert look(other, ROLES).status == 200
    withdraw(boss, other, Role.ADMINISTRATOR)
    assert look(other, ROLES).status == 403
    ana = person()
    assert send(other, at(ana, "grant/"), {"role": "registrar", "reason": "x"}).status == 403


def test_an_administrator_withdrawn_meanwhile_changes_nothing(boss: Person) -> None:
    """The request began while the role was still there."""
    other, ana = person(Role.ADMINISTRATOR), person()
    began = other.principal()
    withdraw(boss, other, Role.ADMINISTRATOR)
    with pytest.raises(Conflict):
        actions.ask_grant(
            began, ana.account, Role.REGISTRAR, "x", now=tick(), operation_id="c" * 32
        )
    assert ana.principal().roles == frozenset()


def test_the_last_administrator_stays(boss: Person) -> None:
    with pytest.raises(LastAdministrator):
        withdraw(boss, boss, Role.ADMINISTRATOR)
    answered = send(boss, at(boss, "withdraw/administrator/"), {"reason": "x"})
    assert answered.status == 409
    assert "last administrator" in answered.text
    assert boss.principal().roles == {Role.ADMINISTRATOR}
    other = person()
    grant(boss, other, Role.ADMINISTRATOR)
    withdraw(boss, boss, Role.ADMINISTRATOR)
    assert boss.principal().roles == frozenset()


def test_two_administrators_who_withdraw_each_other_at_once_leave_one(boss: Person) -> None:
    other = person()
    grant(boss, other, Role.ADMINISTRATOR)
    ready, began = Barrier(2), [boss.principal(), other.principal()]

    def remove(turn: int) -> str:
        ready.wait()
        whom = (other, boss)[turn]
        try:
            actions.withdraw(
                began[turn],
                whom.account,
                Role.ADMINISTRATOR,
                "x",
                now=tick(),
                operation_id=f"{turn:032x}",
            )
        except (Conflict, LastAdministrator) as error:
            return type(error).__name__
        return "done"

    with ThreadPoolExecutor(2) as threads:
        said = list(threads.map(remove, range(2)))
    assert said.count("done") == 1
    left = [one for one in (boss, other) if one.principal().roles]
    assert len(left) == 1
    assert store.count_with(Role.ADMINISTRATOR) == 1


# -- once


def test_the_same_form_twice_grants_once(boss: Person) -> None:
    ana, act = person(), "d" * 32
    form = {"role": "registrar", "reason": "x"}
    answers = [send(boss, at(ana, "grant/"), form, act) for _ in range(3)]
    assert [one.status for one in answers] == [303, 303, 303]
    (waits,) = actions.waiting(NOW)
    second, once = person(Role.REGISTRAR), secrets.token_hex(16)
    for _ in range(3):
        assert send(second, f"{GRANTS}{waits.id}/approve", {}, once).status == 303
    assert [what for what, _, _ in trail(ana)] == ["role-asked", "role-granted"]


def test_a_form_of_before_the_withdrawal_doesn_t_grant_again(boss: Person) -> None:
    ana, act = person(), "d" * 32
    form = {"role": "registrar", "reason": "x"}
    send(boss, at(ana, "grant/"), form, act)
    (waits,) = actions.waiting(NOW)
    approve(person(Role.REGISTRAR), waits.id)
    withdraw(boss, ana, Role.REGISTRAR)
    assert send(boss, at(ana, "grant/"), form, act).status == 303
    assert actions.waiting(NOW) == []
    assert ana.principal().roles == frozenset()


def test_what_is_so_already_is_said_to_be(boss: Person) -> None:
    ana = person(Role.REGISTRAR)
    with pytest.raises(Refused):
        grant(boss, ana, Role.REGISTRAR)
    with pytest.raises(Refused):
        withdraw(boss, ana, Role.CPD_OFFICER)


def test_two_who_change_one_account_at_once_are_both_heard_or_told(boss: Person) -> None:
    ana, other = person(), person(Role.ADMINISTRATOR)
    ready = Barrier(2)

    def give(turn: int) -> str:
        ready.wait()
        try:
            grant((boss, other)[turn], ana, (Role.REGISTRAR, Role.CPD_OFFICER)[turn])
        except Conflict:
            return "told"
        return "heard"

    with ThreadPoolExecutor(2) as threads:
        said = list(threads.map(give, range(2)))
    assert len(ana.principal().roles) == said.count("heard") >= 1


# -- parting from a record


def test_an_account_joined_in_error_is_parted(boss: Person) -> None:
    ana = person(member="100001", email="ana@example.org")
    page = look(boss, at(ana, "part/"))
    assert_form_is(page.text, Why, at(ana, "part/"))
    assert send(boss, at(ana, "part/"), {"reason": "Wrong address"}).status == 303
    assert ana.principal().member is None
    assert trail(ana) == [("parted", boss.account, {"number": "100001", "reason": "Wrong address"})]
    assert send(boss, at(ana, "part/"), {"reason": "again"}).status == 409


# -- mail that was given up


@pytest.fixture
def dead() -> str:
    act = Operation("e" * 32, "member#100001", "digest")
    commit(act, [], None, [Mail("member#100001", "cpd_declared", {"secret": "CANARY"})])
    (id_,) = outbox.due(NOW)

    def refuse(letter: object) -> None:
        raise Undeliverable

    outbox.send(id_, NOW, refuse)
    return id_


def test_mail_that_was_given_up_is_seen_and_sent_again(boss: Person, dead: str) -> None:
    page = look(boss, MAIL)
    assert_form_is(page.text, Again, MAIL)
    assert "member 100001" in page.text
    assert "CANARY" not in page.text
    assert send(boss, MAIL, {"mail": dead}).status == 303
    assert outbox.due(tick()) == [dead]
    assert "There is none" in look(boss, MAIL).text
    assert [line.by for line in audit.of_subject(f"mail#{dead}")] == [boss.account]
    assert send(boss, MAIL, {"mail": dead}).status == 409, "it waits already"
    assert send(boss, MAIL, {"mail": "unknown"}).status == 409


# -- from the office's machine


def test_the_first_administrator_is_made_by_a_command_before_signing_in(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert signet("grant", "First@Example.org", "administrator", "--reason", "set up") == 0
    (made,) = actions.find("first@example.org")
    assert made.granted == {Role.ADMINISTRATOR}
    assert made.identity == ""
    (line,) = [one for one in audit.of_subject(f"account#{made.id}") if one.what == "role-granted"]
    assert line.by.startswith("command#")
    assert line.detail == {"role": "administrator", "reason": "set up"}
    assert signet("grant", "first@example.org", "administrator") == 0
    assert "already" in told(capsys)
    assert len(actions.find("first@example.org")) == 1


def test_a_command_withdraws_and_refuses_the_last(capsys: pytest.CaptureFixture[str]) -> None:
    signet("grant", "a@example.org", "administrator")
    assert signet("withdraw", "a@example.org", "administrator") == 2
    assert "last administrator" in told(capsys)
    assert signet("grant", "b@example.org", "administrator") == 0
    assert actions.find("b@example.org")[0].granted == frozenset(), "a second person approves it"
    assert "waits" in told(capsys)
    assert signet("grant", "b@example.org", "administrator", "--alone", "Nobody is in") == 0
    (listed,) = actions.granted_alone(NOW)
    assert (listed.role, listed.reason) == (Role.ADMINISTRATOR, "Nobody is in")
    second = person(Role.REGISTRAR)
    page = look(second, GRANTS)
    assert "Nobody is in" in page.text
    assert send(second, f"{GRANTS}{listed.id}/reviewed").status == 303
    assert actions.granted_alone(NOW) == []
    assert signet("withdraw", "a@example.org", "administrator") == 0
    assert [one.granted for one in actions.find("a@example.org")] == [frozenset()]
    assert signet("withdraw", "a@example.org", "registrar") == 2


@pytest.mark.parametrize(
    ("email", "role"), [("nobody", "registrar"), ("a@x.org", "member"), ("a@x.org", "root")]
)
def test_a_command_with_nonsense_changes_nothing(
    email: str, role: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert signet("grant", email, role) == 2
    assert told(capsys)
    assert actions.staff() == []


def test_staff_is_everybody_with_a_staff_role() -> None:
    made = {person(role).account for role in STAFF}
    person(Role.EMPLOYER)
    person(member="100001")
    assert {one.id for one in actions.staff()} == made


def test_an_account_that_isn_t_there_is_not_found(boss: Person) -> None:
    assert look(boss, "/services/admin/accounts/none/").status == 404
    with pytest.raises(NotFound):
        actions.ask_grant(
            boss.principal(),
            "none",
            Role.REGISTRAR,
            "x",
            now=tick(),
            operation_id=secrets.token_hex(16),
        )


def test_nothing_of_administration_goes_into_the_log(
    boss: Person, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="signet")
    ana = person(email="ana@example.org")
    send(boss, ROLES, {"email": "ana@example.org"})
    send(boss, at(ana, "grant/"), {"role": "registrar", "reason": "CANARY"})
    look(boss, at(ana))
    assert "answered" in caplog.text
    for value in ("ana@example.org", "boss@example.org", "CANARY", boss.token):
        assert value not in caplog.text
