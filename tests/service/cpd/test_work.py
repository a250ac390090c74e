"""The desk's long work and the night: begun once, carried on by the clock to the end, done once."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier
from typing import Any

import pytest

from lambdas import follow
from lambdas.cpd import work
from lambdas.cpd.desk import app as desk_app
from lambdas.cpd.desk.function import app, handler
from signet.accounts.model import Role
from signet.cpd import store
from signet.cpd.desk import audits, batches, overview, year_roll
from signet.cpd.desk.year_model import Roll
from signet.cpd.model import AuditState, Standing
from signet.cpd.standings import nightly, stored_standings
from signet.cpd.tables import CpdRow
from signet.errors import Conflict, Refused
from signet.transactions import audit
from signet.transactions.tables import AuditRow, OutboxRow
from tests.cpd_members import POLICY, TODAY, YEAR, enter, steps
from tests.cpd_office import MEMBERS, drawn, every, held, join_all, night, officer, rolled, signed
from tests.cpd_office import office as office
from tests.cpd_office import office_ground as office_ground
from tests.entries import day
from tests.events import ask, get, post
from tests.people import Person
from tests.people import shell as shell

pytestmark = pytest.mark.usefixtures("office")
AT = f"/services/cpd/desk/{YEAR}/"
NOW = datetime(YEAR, 11, 21, 19, tzinfo=UTC)
REMINDING = day("2026-10-15")


@pytest.fixture(autouse=True)
def _small_portions(monkeypatch: pytest.MonkeyPatch) -> None:
    """Portions of three, so that the work of eight members takes several."""
    monkeypatch.setattr(year_roll, "PORTION", 3)
    monkeypatch.setattr(nightly, "PORTION", 3)
    monkeypatch.setattr(stored_standings, "A_TRANSACTION", 2)
    monkeypatch.setattr(audits, "A_TRANSACTION", 3)
    monkeypatch.setattr(nightly, "A_TRANSACTION", 1)
    monkeypatch.setattr(steps, "are_kept", False)


def times(count: int) -> Callable[[], bool]:
    """Go on so many times and no more."""
    left = iter([True] * count)
    return lambda: next(left, False)


def carry_on(goes: Callable[[], bool] = lambda: True) -> int:
    return batches.continue_batches(NOW, TODAY, POLICY, goes)


def cpd_rows() -> dict[tuple[str, str], Any]:
    return {(row.owner, row.part): row.body for row in CpdRow.scan(consistent_read=True)}


def counted() -> dict[str, int]:
    """Return the figures, and that they are those of a plain count."""
    plain = Counter({"under_audit": 0})
    for _, summary in every():
        plain[summary.standing] += 1
        plain["under_audit"] += summary.under_audit
    figures = store.figures(YEAR)
    assert figures == {**dict.fromkeys(figures, 0), **plain}
    return figures


def roll() -> Roll:
    found = year_roll.of(YEAR)
    assert found is not None
    return found


def listed() -> list[str]:
    return sorted(n for portion in year_roll.portions_of(roll()) for n in portion.subject)


def mails(template: str) -> list[str]:
    rows = OutboxRow.scan(OutboxRow.template == template, consistent_read=True)
    return sorted(row.recipient for row in rows)


def at_once(call: Callable[[], object], clients: int = 4) -> None:
    """Do the same several times at the same moment."""
    ready = Barrier(clients)

    def go() -> None:
        ready.wait()
        call()

    with ThreadPoolExecutor(clients) as pool:
        for one in [pool.submit(go) for _ in range(clients)]:
            one.result()


# The desk's work ------------------------------------------------------------------------------


def test_a_roll_that_was_begun_is_carried_on_by_the_clock_to_its_end() -> None:
    join_all()
    year_roll.begin(officer(), YEAR)
    assert carry_on(times(1)) == 1
    assert (roll().read, roll().done_at) == (3, None)
    assert carry_on(times(1)) == 1
    assert carry_on() == 0
    assert roll().done_at is not None
    assert listed() == MEMBERS
    assert counted()["short"] == 8


def test_a_roll_broken_off_anywhere_comes_to_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    join_all()
    year_roll.begin(officer(), YEAR)
    real, calls = stored_standings.put_years, iter(range(100))

    def dies(*given: Any) -> Any:
        if next(calls) % 2:
            raise KeyboardInterrupt
        return real(*given)

    with monkeypatch.context() as patch:
        patch.setattr(stored_standings, "put_years", dies)
        for _ in range(2):
            with pytest.raises(KeyboardInterrupt):
                carry_on()
    assert carry_on() == 0
    assert listed() == MEMBERS
    assert counted()["short"] == 8


def test_cpd_7_one_press_opens_all_audits_with_their_notices() -> None:
    join_all()
    drawn("100")
    audits.begin_opening(officer("officer-b"), YEAR)
    assert carry_on(times(1)) == 1
    assert held().opened == 3
    assert carry_on() == 0
    assert (held().opened, held().asked_by) == (8, "officer-b")
    cases = audits.cases(YEAR, MEMBERS)
    assert {(case.state, len(case.notices)) for case in cases.values()} == {(AuditState.ASKED, 1)}
    assert mails("audit_notice") == [f"member#{number}" for number in MEMBERS]
    assert counted()["under_audit"] == 8


def test_who_pressed_is_in_the_trail_of_the_press_and_of_every_portion() -> None:
    join_all()
    drawn("100")
    audits.begin_opening(officer("officer-b"), YEAR)
    carry_on()
    lines = audit.of_subject(f"cpd-desk#{YEAR}")
    opened = [line for line in lines if line.what.startswith("cpd.desk.audits.")]
    whats = Counter(line.what.rpartition(".")[2] for line in opened)
    assert whats == {"begun": 1, "opened": 3}
    assert {line.by for line in opened} == {"officer-b"}
    assert {line.detail["audits"] for line in opened} == {8, 3, 2}


def test_carrying_on_again_when_all_is_done_changes_nothing() -> None:
    join_all()
    drawn("100")
    audits.begin_opening(officer(), YEAR)
    carry_on()
    before, lines = cpd_rows(), AuditRow.count(f"cpd-desk#{YEAR}")
    assert carry_on() == 0
    assert cpd_rows() == before
    assert AuditRow.count(f"cpd-desk#{YEAR}") == lines
    with pytest.raises(Refused):
        audits.begin_opening(officer("officer-c"), YEAR)


def test_several_who_carry_on_at_once_double_nothing() -> None:
    join_all()
    year_roll.begin(officer(), YEAR)
    at_once(carry_on)
    assert listed() == MEMBERS
    assert (roll().subject, counted()["short"]) == (8, 8)
    drawn("100")
    audits.begin_opening(officer(), YEAR)
    at_once(carry_on)
    assert held().opened == 8
    assert mails("audit_notice") == [f"member#{number}" for number in MEMBERS]
    assert all(len(case.notices) == 1 for case in audits.cases(YEAR, MEMBERS).values())
    assert counted()["under_audit"] == 8


def test_whoever_was_asked_for_not_declaring_gets_no_second_notice() -> None:
    join_all()
    drawn("100")
    late = officer(today=day("2027-01-05"))
    for number in MEMBERS[:2]:
        audits.ask(late.next(number), YEAR, number)
    case = audits.case_of(YEAR, MEMBERS[0])
    audits.change_audit(
        late,
        audits.AuditVersion(YEAR, MEMBERS[0], case.version),
        "cpd.desk.notice.made",
        [],
        lambda case: audits.with_notice(late, case),
    )
    audits.begin_opening(officer(), YEAR)
    carry_on()
    cases = audits.cases(YEAR, MEMBERS)
    assert all(len(case.notices) == 1 for case in cases.values())
    assert len(cases) == counted()["under_audit"] == 8


def test_work_that_fails_keeps_no_other_from_going_on(monkeypatch: pytest.MonkeyPatch) -> None:
    join_all()
    drawn("100")
    rolled()
    year_roll.begin(officer(), YEAR)
    audits.begin_opening(officer(), YEAR)

    def fails(*_: Any) -> None:
        raise Conflict

    with monkeypatch.context() as patch:
        patch.setattr(year_roll, "continue_roll", fails)
        with pytest.raises(Conflict):
            carry_on()
    assert held().opened == 8
    assert carry_on() == 0


def test_no_roll_is_begun_of_a_year_that_the_clock_would_not_look_at() -> None:
    for year in (TODAY.year + 1, TODAY.year - 6):
        with pytest.raises(Refused):
            year_roll.begin(officer(), year)


@pytest.fixture
def ana(monkeypatch: pytest.MonkeyPatch) -> Person:
    monkeypatch.setattr(app, "clock", lambda: NOW)
    return signed(Role.CPD_OFFICER, email="ana@office.example")


def see(who: Person, path: str) -> str:
    answer = ask(handler, get(path, session=who.token))
    assert answer.status == 200
    return answer.text


def press(who: Person, path: str) -> int:
    return ask(handler, post(path, {}, act=secrets.token_hex(16), session=who.token)).status


def test_the_officer_presses_once_and_sees_how_far_it_is(
    ana: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    join_all()
    monkeypatch.setattr(desk_app, "FIRST_SECONDS", 0.0)
    assert press(ana, f"{AT}roll/begin") == 303
    carry_on(times(1))
    page = see(ana, f"{AT}roll/")
    assert "3 members looked at so far" in page
    assert f'<a href="{AT}roll/">Check progress</a>' in page
    assert "<button" not in page.partition("<main")[2].partition("</main>")[0]
    carry_on()
    assert "The roll is complete" in see(ana, f"{AT}roll/")
    drawn("100")
    assert press(ana, f"{AT}audits") == 303
    carry_on(times(1))
    page = see(ana, f"{AT}audit/")
    assert "3 of 8 audits are open" in page
    assert f'<a href="{AT}audit/">Check progress</a>' in page
    assert "Open the audits" not in page
    carry_on()
    page = see(ana, f"{AT}audit/")
    assert "8 of 8 audits are open" in page
    assert "Check progress" not in page
    assert press(ana, f"{AT}audits") == 409


def test_a_small_register_is_done_with_the_press_itself(ana: Person) -> None:
    join_all()
    assert press(ana, f"{AT}roll/begin") == 303
    assert "The roll is complete" in see(ana, f"{AT}roll/")


# The night ------------------------------------------------------------------------------------


def go_on(goes: Callable[[], bool], today: Any = TODAY) -> Any:
    return nightly.continue_run(officer(today=today).now, today, POLICY, goes)


def test_a_night_that_is_cut_off_is_taken_up_where_it_stopped() -> None:
    """CPD-5, CPD-6."""
    join_all()
    nightly.begin(TODAY, POLICY)
    assert go_on(times(1)).restood == 3
    assert counted()["short"] == 3
    assert go_on(times(1)).done_at is None
    done = go_on(lambda: True)
    assert (done.restood, done.done_at is not None) == (8, True)
    assert counted()["short"] == 8
    assert not nightly.begin(TODAY, POLICY) or go_on(lambda: True).restood == 0


def test_a_night_that_is_cut_off_among_its_reminders_sends_each_of_them_once() -> None:
    join_all()
    nightly.begin(REMINDING, POLICY)
    # Each go is asked for a portion, then before each reminder.
    reminded = [0]
    while (done := go_on(times(2), REMINDING)).done_at is None:
        reminded.append(done.reminded)
    assert [*reminded, done.reminded] == list(range(9))
    assert mails("cpd_reminder") == [f"member#{number}" for number in MEMBERS]
    assert night(REMINDING).reminded == 0
    assert len(mails("cpd_reminder")) == 8


def test_a_portion_of_the_night_that_died_before_it_was_counted_is_done_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    join_all()
    nightly.begin(REMINDING, POLICY)

    def dies(*_: Any) -> bool:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(nightly, "_put", dies)
        with pytest.raises(KeyboardInterrupt):
            go_on(lambda: True, REMINDING)
    assert len(mails("cpd_reminder")) == 3
    assert go_on(lambda: True, REMINDING).done_at is not None
    assert mails("cpd_reminder") == [f"member#{number}" for number in MEMBERS]
    assert counted()["short"] == 8


def test_several_who_do_the_night_at_once_double_nothing() -> None:
    join_all()
    nightly.begin(REMINDING, POLICY)
    at_once(lambda: go_on(lambda: True, REMINDING))
    assert go_on(lambda: True, REMINDING).done_at is not None
    assert mails("cpd_reminder") == [f"member#{number}" for number in MEMBERS]
    assert counted()["short"] == 8


def test_a_night_of_the_day_that_goes_on_is_not_begun_again_and_an_older_one_is_given_up() -> None:
    join_all()
    assert nightly.begin(REMINDING, POLICY)
    go_on(times(1), REMINDING)
    assert not nightly.begin(REMINDING, POLICY)
    tomorrow = day("2026-10-16")
    assert night(tomorrow).day == tomorrow
    assert mails("cpd_reminder") == [f"member#{number}" for number in MEMBERS]


def test_the_clock_s_functions_begin_the_night_and_bring_it_to_its_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    join_all()
    assert work.handler({}, None) == {"left": 0}
    assert follow.handler({}, None) == {"begun": 1}
    with monkeypatch.context() as patch:
        patch.setattr(work, "SECONDS", 0.0)
        assert work.handler({}, None)["left"] == 1
    done = work.handler({}, None)
    assert (done["left"], done["restood"]) == (0, 8)


def test_a_desk_whose_work_fails_is_no_reason_for_standings_to_stay_wrong(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    join_all()
    follow.handler({}, None)

    def fails(*_: Any) -> None:
        raise Conflict

    with monkeypatch.context() as patch:
        patch.setattr(batches, "continue_batches", fails)
        with pytest.raises(Conflict):
            work.handler({}, None)
    assert work.handler({}, None)["restood"] == 8


def test_a_status_that_takes_effect_on_a_later_day_is_seen_by_that_night() -> None:
    """CPD-5."""
    join_all()
    night()
    enter("100002", "status_changed", "2026-11-25", status="retired", reason="own_request")
    assert night(day("2026-11-24")).restood == 0
    assert night(day("2026-11-25")).restood == 1
    assert counted()[Standing.EXEMPT] == 1
    assert overview.figures(YEAR).subject == 7
