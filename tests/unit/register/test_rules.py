"""What may be entered: each refusal by its rule, and that what is right is accepted."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signet.register import fold
from signet.register.model import Entry, MemberRecord
from signet.register.rules import Refusal, of_history, refusals
from tests.entries import (
    DAYS,
    P_TECH,
    POLICY,
    day,
    entry,
    histories,
    issued,
    moment,
    permit_entry,
    practitioner,
    registered,
    unhurried,
)

MEMBERS = {
    "100": practitioner("100"),
    "101": practitioner("101", discipline="Electrical"),
    "102": [registered(number="102")],
    "103": [
        *practitioner("103"),
        entry("status_changed", "2020-02-01", number="103", status="suspended", reason="fees"),
    ],
}


def member(number: str, on: date) -> MemberRecord | None:
    return fold.member(MEMBERS.get(number, ()), on)


def found(held: Sequence[Entry], *proposed: Entry) -> list[Refusal]:
    """Return the refusals: each says why, and cites a rule that has an id, or none."""
    said = refusals(held, proposed, POLICY, lambda n: member(n, proposed[0].effective_on))
    assert all(len(refusal.message) > 10 for refusal in said)
    assert all(re.fullmatch(r"([A-Z]{3}-\d+)?", refusal.rule) for refusal in said)
    return said


def refused(held: Sequence[Entry], *proposed: Entry) -> list[str]:
    return [str(refusal) for refusal in found(held, *proposed)]


def cited(held: Sequence[Entry], *proposed: Entry) -> set[str]:
    """Return the rules that the refusals cite."""
    said = found(held, *proposed)
    assert said, "nothing was refused"
    return {refusal.rule for refusal in said}


def status(on: str, status: str, reason: str = "", named: str = "", corrects: str = "") -> Entry:
    direction = "Council 21-7" if status == "struck_off" else ""
    said: dict[str, Any] = {"status": status, "reason": reason, "direction": direction}
    return entry("status_changed", on, named=named, corrects=corrects, **said)


def permit_status(on: str, status: str, reason: str = "", named: str = "") -> Entry:
    return permit_entry("status_changed", on, named=named, status=status, reason=reason)


# -- what any entry needs


def test_a_refusal_is_read_with_the_rule_it_follows_from() -> None:
    assert str(Refusal("STA-2", "Council directs it")) == "Council directs it (STA-2)"
    assert str(Refusal("", "there is no such day")) == "there is no such day"


def test_an_entry_names_its_authority() -> None:
    (message,) = refused([registered()], entry("moved", "2021-01-01", authority=" ", city="Olds"))
    assert "names its authority" in message


@pytest.mark.parametrize("number", ["../etc", "a/b", "", "x" * 33, "-1", "12 3", "É1"])
def test_a_register_number_can_be_part_of_an_address(number: str) -> None:
    for first in (registered(number=number), issued(number=number)):
        (message,) = refused([], first)
        assert "can't be a register number" in message


def test_a_record_begins_once() -> None:
    assert refused([], registered()) == []
    assert refused([registered()], registered("2021-01-01")) == [
        "member 100 is on the register already"
    ]
    assert refused([issued()], issued("2021-01-01")) == ["permit P-1 is on the register already"]


def test_nothing_can_be_entered_for_a_record_that_isn_t_there() -> None:
    assert refused([], entry("moved", "2021-01-01")) == ["there is no member 100 on the register"]
    assert refused([], permit_entry("moved", "2021-01-01")) == [
        "there is no permit P-1 on the register"
    ]


def test_nothing_happens_before_the_record_begins() -> None:
    assert refused([registered("2020-01-01")], entry("moved", "2020-01-01", city="Olds")) == []
    (message,) = refused([registered("2020-01-01")], entry("moved", "2019-12-31", city="Olds"))
    assert "begins on 2020-01-01" in message


@pytest.mark.parametrize(
    "wrong",
    [
        entry("designation_granted", "2021-01-01", designation="P.Eng."),
        entry("category_changed", "2021-01-01", category="friend"),
        entry("disciplines_changed", "2021-01-01", disciplines=["Civil", "Alchemy"]),
        entry("scope_granted", "2021-01-01", designation=P_TECH, discipline="Alchemy"),
        entry(
            "scope_granted",
            "2021-01-01",
            designation=P_TECH,
            discipline="Civil",
            activities=["Divination"],
        ),
        entry("status_changed", "2021-01-01", status="probation"),
        entry("status_changed", "2021-01-01", status="suspended", reason="rudeness"),
        entry("status_changed", "2021-01-01", status="suspended"),
        entry("status_changed", "2021-01-01", status="deceased", reason="age"),
    ],
    ids=lambda wrong: wrong.kind,
)
def test_words_that_the_policy_doesn_t_have_are_refused(wrong: Entry) -> None:
    (message,) = refused(practitioner(), wrong)
    assert "one of" in message or "takes no reason" in message


def test_who_gives_a_wrong_word_is_told_the_right_ones() -> None:
    unknown = entry("status_changed", "2021-01-01", status="probation")
    (message,) = refused([registered()], unknown)
    assert f"one of {', '.join(POLICY.statuses)}" in message
    unreasoned = entry("status_changed", "2021-01-01", status="suspended")
    (message,) = refused([registered()], unreasoned)
    assert message.endswith("one of discipline, fees, cpd, administrative")
    assert refused([registered()], entry("status_changed", "2021-01-01", status="deceased")) == []


def test_a_status_that_ends_before_it_begins_is_refused() -> None:
    wrong: dict[str, Any] = {"status": "suspended", "reason": "fees", "until": "2020-12-31"}
    (message,) = refused([registered()], entry("status_changed", "2021-01-01", **wrong))
    assert "can't end on 2020-12-31" in message
    one_day = {**wrong, "until": "2021-01-01"}
    assert refused([registered()], entry("status_changed", "2021-01-01", **one_day)) == []


def test_a_permit_s_fields_are_the_policy_s_disciplines() -> None:
    assert cited([issued()], permit_entry("fields_changed", "2020-02-01", fields=["Alchemy"])) == {
        "PER-3"
    }


# -- corrections


def test_a_correction_names_an_entry_that_is_there() -> None:
    (message,) = refused([registered()], entry("voided", "2021-01-01", corrects="nowhere"))
    assert "nowhere" in message
    assert refused([registered()], entry("voided", "2021-01-01")) == ["say which entry is voided"]


def test_what_was_corrected_isn_t_corrected_again_but_its_correction_can_be() -> None:
    """Two entries in the place of one would both count."""
    wrong = status("2021-01-01", "suspended", "fees", named="s")
    right = status("2021-02-01", "suspended", "cpd", named="r", corrects="s")
    held = [registered(), wrong, right]
    (message,) = refused(held, entry("voided", "2021-03-01", corrects="s"))
    assert "correct that one" in message
    assert "r" in message.split()
    assert refused(held, entry("voided", "2021-03-01", corrects="r")) == []


@pytest.mark.parametrize(("subject", "number"), [("member", "100"), ("permit", "P-1")])
def test_the_first_entry_can_be_put_right_but_not_taken_back(subject: str, number: str) -> None:
    """STA-2: a record isn't struck by a correction."""
    first = registered() if subject == "member" else issued()
    right = first._replace(id="new", corrects=first.id, effective_on=day("2019-01-01"))
    assert refused([first], right) == []
    void = first._replace(id="new", corrects=first.id, kind="voided", data={})
    (message,) = refused([first], void)
    assert "nothing would be left" in message


def test_a_record_whose_beginning_was_moved_begins_then() -> None:
    first = registered("2018-01-01")
    moved = first._replace(id="new", corrects=first.id, effective_on=day("2020-01-01"))
    (message,) = refused([first, moved], entry("moved", "2019-01-01", city="Olds"))
    assert "begins on 2020-01-01" in message


def test_a_record_can_t_begin_after_what_happened_in_it() -> None:
    first, move = registered("2018-01-01"), entry("moved", "2019-01-01", city="Olds")
    later = first._replace(id="new", corrects=first.id, effective_on=day("2020-01-01"))
    (message,) = refused([first, move], later)
    assert "2019-01-01" in message


# -- STA-2


@pytest.mark.parametrize("reason", POLICY.statuses["struck_off"].reasons)
def test_a_name_is_struck_only_when_council_directs(reason: str) -> None:
    """STA-2."""
    struck: dict[str, Any] = {"status": "struck_off", "reason": reason}
    held = [registered()]
    assert cited(held, entry("status_changed", "2021-01-01", **struck)) == {"STA-2"}
    assert cited(held, entry("status_changed", "2021-01-01", direction="  ", **struck)) == {"STA-2"}
    assert refused(held, entry("status_changed", "2021-01-01", direction="21-7", **struck)) == []


# -- STA-3


@pytest.mark.parametrize(
    ("cancelled", "earliest"),
    [("2021-06-15", "2022-06-15"), ("2024-02-29", "2025-03-01"), ("2023-02-28", "2024-02-28")],
)
def test_no_reinstatement_within_a_year_of_a_cancellation_through_discipline(
    cancelled: str, earliest: str
) -> None:
    """STA-3, to the day."""
    held = [registered(), status(cancelled, "cancelled", "discipline")]
    the_day_before = str(day(earliest) - timedelta(days=1))
    assert cited(held, status(the_day_before, "registered", "reinstated")) == {"STA-3"}
    assert refused(held, status(earliest, "registered", "reinstated")) == []


def test_other_good_standings_are_a_return_too() -> None:
    """STA-3."""
    held = [registered(), status("2021-06-15", "cancelled", "discipline")]
    assert cited(held, status("2021-07-01", "retired", "own_request")) == {"STA-3"}
    assert refused(held, status("2021-07-01", "resigned", "own_request")) == []


def test_a_standing_in_between_doesn_t_shorten_the_wait() -> None:
    """STA-3."""
    held = [
        registered(),
        status("2021-06-15", "cancelled", "discipline"),
        status("2021-07-01", "resigned", "own_request"),
    ]
    assert cited(held, status("2021-08-01", "registered", "reinstated")) == {"STA-3"}
    assert refused(held, status("2022-06-15", "registered", "reinstated")) == []


@pytest.mark.parametrize("ruling", ["refused", "court_order"])
def test_after_a_refusal_or_a_court_s_order_the_wait_begins_anew(ruling: str) -> None:
    """STA-3, G 47(2) and (5)."""
    held = [
        registered(),
        status("2021-06-15", "cancelled", "discipline"),
        entry("reinstatement_ruled", "2022-08-01", ruling=ruling),
    ]
    assert cited(held, status("2023-07-31", "registered", "reinstated")) == {"STA-3"}
    assert refused(held, status("2023-08-01", "registered", "reinstated")) == []
    again = entry("reinstatement_ruled", "2023-09-01", ruling="refused")
    assert refused(held, again) == []
    assert cited([*held, again], status("2024-08-31", "retired", "own_request")) == {"STA-3"}


@pytest.mark.parametrize("ruling", ["refused", "court_order"])
def test_a_ruling_is_entered_only_on_one_who_is_out_through_discipline(ruling: str) -> None:
    """STA-3: after other removals there is no wait, and none that a ruling could begin anew."""
    ruled = entry("reinstatement_ruled", "2022-08-01", ruling=ruling)
    assert cited([registered()], ruled) == {"STA-3"}
    assert cited([registered(), status("2021-06-15", "struck_off", "fees")], ruled) == {"STA-3"}


def test_a_permit_refused_its_reinstatement_waits_again() -> None:
    """STA-3."""
    held = [
        issued(expires_on="2020-12-31"),
        permit_status("2020-06-15", "revoked", "discipline"),
        permit_entry("reinstatement_ruled", "2021-09-01", ruling="refused"),
    ]
    assert cited(held, permit_status("2022-08-31", "in_force", "reinstated")) == {"STA-3"}
    assert refused(held, permit_status("2022-09-01", "in_force", "reinstated")) == []


@pytest.mark.parametrize(
    ("gone", "reason"),
    [
        ("struck_off", "fees"),
        ("struck_off", "cpd"),
        ("cancelled", "error"),
        ("resigned", "own_request"),
        ("suspended", "discipline"),
        ("lapsed", "not_renewed"),
    ],
)
def test_after_other_removals_there_is_no_wait(gone: str, reason: str) -> None:
    """STA-3."""
    held = [registered(), status("2021-06-15", gone, reason)]
    assert refused(held, status("2021-06-16", "registered", "reinstated")) == []


def test_a_cancellation_entered_by_mistake_can_be_put_right_at_once() -> None:
    held = [registered(), status("2021-06-15", "cancelled", "discipline", named="c")]
    right = status("2021-06-15", "registered", "resumed", corrects="c")
    assert refused(held, right) == []
    assert refused(held, entry("voided", "2021-06-15", corrects="c")) == []


def test_a_permit_revoked_through_discipline_waits_a_year() -> None:
    """STA-3 for permits: neither reinstated nor renewed."""
    held = [issued(expires_on="2020-12-31"), permit_status("2020-06-15", "revoked", "discipline")]
    assert cited(held, permit_status("2021-06-14", "in_force", "reinstated")) == {"STA-3"}
    assert cited(held, permit_entry("renewed", "2021-06-14")) == {"STA-3", "PER-2"}
    back = permit_status("2021-06-15", "in_force", "reinstated")
    assert refused(held, back) == []
    assert refused([*held, back], permit_entry("renewed", "2021-06-15")) == []


def test_a_removal_entered_for_later_bars_no_return_before_it() -> None:
    """STA-3: the wait follows from what counts on the day of the return."""
    held = [
        registered(),
        status("2021-01-01", "suspended", "fees"),
        status("2021-12-01", "cancelled", "discipline"),
    ]
    assert refused(held, status("2021-06-01", "registered", "reinstated")) == []
    permit = [
        issued(),
        permit_status("2020-02-01", "suspended", "fees"),
        permit_status("2020-12-01", "revoked", "discipline"),
    ]
    assert refused(permit, permit_status("2020-06-01", "in_force", "reinstated")) == []


def test_a_member_waits_by_the_statuses_of_members() -> None:
    """STA-3: what the policy says of permits doesn't shorten a member's wait."""
    held = [registered(), status("2021-06-15", "cancelled", "discipline")]
    back = status("2021-07-01", "registered", "reinstated")
    alone = POLICY._replace(permit_statuses={})
    assert [r.rule for r in refusals(held, [back], alone, lambda _: None)] == ["STA-3"]


def test_a_permit_cancelled_at_its_holder_s_request_can_return() -> None:
    held = [issued(), permit_status("2020-06-15", "cancelled", "own_request")]
    assert refused(held, permit_status("2020-06-16", "in_force", "reinstated")) == []


# -- SCO-1, DES-6


def test_a_p_tech_is_entered_with_the_scope() -> None:
    """SCO-1."""
    title = entry("designation_granted", "2021-01-01", designation=P_TECH)
    scope = entry("scope_granted", "2021-01-01", designation=P_TECH, discipline="Civil")
    assert cited([registered()], title) == {"SCO-1"}
    assert cited([registered()], scope) == {"SCO-1"}
    assert refused([registered()], title, scope) == []


def test_a_scope_can_be_changed_and_not_withdrawn_alone() -> None:
    """SCO-1, SCO-2."""
    wider = entry("scope_granted", "2021-01-01", designation=P_TECH, discipline="Electrical")
    assert refused(practitioner(), wider) == []
    withdrawn = entry("scope_withdrawn", "2021-01-01", designation=P_TECH)
    assert cited(practitioner(), withdrawn) == {"SCO-1"}
    gone = entry("designation_withdrawn", "2021-01-01", designation=P_TECH)
    assert refused(practitioner(), gone) == []


def test_a_scope_that_begins_later_doesn_t_serve_until_then() -> None:
    """SCO-1: no day without a scope, though all is right in the end."""
    held = [
        registered(),
        entry("scope_granted", "2023-01-01", designation=P_TECH, discipline="Civil"),
    ]
    title = entry("designation_granted", "2022-01-01", designation=P_TECH)
    assert cited(held, title) == {"SCO-1"}


def test_what_lacked_a_scope_for_a_time_can_still_be_added_to() -> None:
    """SCO-1: an entry is refused for what it makes worse alone."""
    held = [
        registered(),
        entry("designation_granted", "2020-01-01", designation=P_TECH),
        entry("scope_granted", "2023-01-01", designation=P_TECH, discipline="Civil"),
    ]
    assert refused(held, entry("moved", "2021-01-01", city="Olds")) == []


def test_a_title_carries_no_scope() -> None:
    """DES-1, SCO-1."""
    title = entry("designation_granted", "2021-01-01", designation="C.E.T.")
    scope = entry("scope_granted", "2021-01-01", designation="C.E.T.", discipline="Civil")
    assert refused([registered()], title) == []
    assert cited([registered(), title], scope) == {"SCO-1"}


def test_an_earlier_entry_may_not_undo_what_is_entered_for_later() -> None:
    """SCO-1: a scope granted for later stays without its designation."""
    later = entry("scope_granted", "2023-01-01", designation=P_TECH, discipline="Electrical")
    gone = entry("designation_withdrawn", "2022-01-01", designation=P_TECH)
    assert cited([*practitioner(), later], gone) == {"SCO-1"}


@pytest.mark.parametrize(
    "category", [c for c, known in POLICY.categories.items() if not known.public]
)
def test_one_who_isn_t_a_member_yet_holds_no_designation(category: str) -> None:
    """DES-6."""
    held = [registered(category=category)]
    title = entry("designation_granted", "2021-01-01", designation="C.E.T.")
    assert cited(held, title) == {"DES-6"}
    (message,) = refused(held, title)
    assert f"category {POLICY.categories[category].name.lower()} " in message
    member_now = entry("category_changed", "2021-01-01", category="member")
    assert refused([*held, member_now], title) == []


def test_one_of_a_category_that_the_policy_no_longer_has_is_granted_no_designation() -> None:
    """DES-6: nobody knows whether such a record may be published."""
    title = entry("designation_granted", "2021-01-01", designation="C.E.T.")
    (refusal,) = found([registered(category="associate")], title)
    assert (refusal.rule, "category associate " in refusal.message) == ("DES-6", True)


@pytest.mark.parametrize(
    "act",
    [
        status("2021-01-01", "suspended", "discipline"),
        entry("moved", "2021-01-01", city="Olds"),
        entry("condition_imposed", "2021-01-01", condition="C1", text="Work is reviewed"),
    ],
    ids=lambda act: act.kind,
)
def test_a_record_that_lacks_a_scope_can_still_be_suspended(act: Entry) -> None:
    """STA-4: what was imported incomplete doesn't hold up what has to be entered."""
    held = [registered(), entry("designation_granted", "2020-01-01", designation=P_TECH)]
    assert refused(held, act) == []


def test_a_record_with_words_of_an_older_policy_can_still_be_suspended() -> None:
    held = [
        registered(category="associate"),
        entry("designation_granted", "2020-01-01", designation="A.Tech."),
        entry("scope_granted", "2020-01-01", designation="A.Tech.", discipline="Civil"),
        entry("status_changed", "2020-06-01", status="pending"),
    ]
    assert refused(held, status("2021-01-01", "suspended", "fees")) == []


# -- conditions: COM-5


def test_only_a_condition_in_force_is_lifted() -> None:
    imposed = entry("condition_imposed", "2021-01-01", condition="C1", text="Work is reviewed")
    lifted = entry("condition_lifted", "2022-01-01", condition="C1")
    assert refused([registered(), imposed], lifted) == []
    assert cited([registered()], lifted) == {"COM-5"}
    too_soon = entry("condition_lifted", "2020-12-31", condition="C1")
    assert cited([registered(), imposed], too_soon) == {"COM-5"}
    again = entry("condition_lifted", "2023-01-01", condition="C1")
    assert cited([registered(), imposed, lifted], again) == {"COM-5"}


def test_a_condition_doesn_t_take_the_name_of_another_in_force() -> None:
    imposed = entry("condition_imposed", "2021-01-01", condition="C1", text="Work is reviewed")
    for on in ("2020-06-01", "2022-01-01"):
        second = entry("condition_imposed", on, named="n", condition="C1", text="No sole practice")
        assert cited([registered(), imposed], second) == {"COM-5"}
    right = second._replace(corrects=imposed.id)
    assert refused([registered(), imposed], right) == []


def test_the_day_on_which_a_condition_was_lifted_can_be_put_right() -> None:
    imposed = entry("condition_imposed", "2021-01-01", condition="C1", text="Work is reviewed")
    lifted = entry("condition_lifted", "2022-01-01", condition="C1")
    later = entry("condition_lifted", "2022-06-01", condition="C1", corrects=lifted.id)
    assert refused([registered(), imposed, lifted], later) == []


def test_a_permit_s_conditions_obey_the_same_rules() -> None:
    imposed = permit_entry("condition_imposed", "2020-02-01", condition="C1", text="Audited")
    lifted = permit_entry("condition_lifted", "2020-03-01", condition="C1")
    assert refused([issued()], imposed) == []
    assert refused([issued(), imposed], lifted) == []
    assert cited([issued()], lifted) == {"COM-5"}
    assert cited([issued(), imposed], imposed._replace(id="again")) == {"COM-5"}


# -- terms: PER-2


def test_a_term_that_import_made_too_long_can_be_corrected_to_a_shorter_one() -> None:
    """PER-2: a file gives the day of the first issue and the last valid day of today."""
    first = issued(expires_on="2028-12-31")
    for until, rules in (("2027-12-31", set()), ("2029-12-31", {"PER-2"})):
        right = issued(named="n", corrects=first.id, expires_on=until)
        assert {r.rule for r in refusals([first], [right], POLICY, lambda n: None)} == rules


def test_a_term_that_ended_by_the_rule_is_corrected_within_it() -> None:
    """PER-2: what stated no end gives no leave for a later one."""
    first = issued()
    for until, rules in (("2020-12-31", set()), ("2021-01-01", {"PER-2"})):
        right = issued(named="n", corrects=first.id, expires_on=until)
        assert {refusal.rule for refusal in found([first], right)} == rules


@pytest.mark.parametrize(
    ("last", "rule"),
    [("2020-12-31", ""), ("2020-01-01", ""), ("2021-01-01", "PER-2"), ("2019-12-31", "PER-2")],
)
def test_a_permit_runs_a_year_at_most(last: str, rule: str) -> None:
    permit = issued("2020-01-01", expires_on=last)
    assert refused([], permit) == [] if not rule else cited([], permit) == {rule}


@pytest.mark.parametrize(
    ("renewed", "last", "rule"),
    [
        ("2020-11-01", "2021-12-31", ""),
        ("2020-11-01", "2022-01-01", "PER-2"),
        ("2021-03-01", "2022-02-28", ""),
        ("2021-03-01", "2022-03-01", "PER-2"),
        ("2020-11-01", "2020-12-31", "PER-2"),
    ],
)
def test_a_renewal_adds_a_year_at_most(renewed: str, last: str, rule: str) -> None:
    held = [issued("2020-01-01")]
    renewal = permit_entry("renewed", renewed, expires_on=last)
    assert refused(held, renewal) == [] if not rule else cited(held, renewal) == {rule}


def test_a_renewal_s_wrong_end_is_put_right_within_the_same_year() -> None:
    held = [issued("2020-01-01"), permit_entry("renewed", "2020-12-01", expires_on="2021-06-30")]
    right = permit_entry("renewed", "2020-12-01", named="r", corrects=held[1].id)
    assert refused(held, right._replace(data={"expires_on": "2021-12-31"})) == []
    assert cited(held, right._replace(data={"expires_on": "2022-06-30"})) == {"PER-2"}


@pytest.mark.parametrize(
    ("gone", "reason"),
    [
        ("cancelled", "fees"),
        ("suspended", "fees"),
        ("revoked", "administrative"),
        ("not_known", ""),
    ],
)
def test_a_permit_that_isn_t_in_good_standing_isn_t_renewed(gone: str, reason: str) -> None:
    held = [issued(), permit_status("2020-06-15", gone, reason)]
    assert cited(held, permit_entry("renewed", "2020-12-01")) == {"PER-2"}
    (message,) = refused(held, permit_entry("renewed", "2020-12-01"))
    assert f"is {POLICY.permit_statuses[gone].name.lower()};" in message
    back = permit_status("2020-11-01", "in_force", "reinstated")
    assert refused([*held, back], permit_entry("renewed", "2020-12-01")) == []


def test_a_permit_whose_status_the_policy_no_longer_has_isn_t_renewed() -> None:
    """PER-2: a doubt is never a yes."""
    held = [issued(), permit_status("2020-06-15", "Pending")]
    (refusal,) = found(held, permit_entry("renewed", "2020-12-01"))
    assert (refusal.rule, "is pending;" in refusal.message) == ("PER-2", True)


# -- responsible members (PER-3, PER-5)


def answering(number: str, on: str = "2020-03-01") -> Entry:
    return permit_entry("responsible_member_added", on, member=number)


def test_a_responsible_member_is_permitted_to_practise_that_day() -> None:
    """PER-3, STA-4."""
    assert refused([issued()], answering("100")) == []
    assert cited([issued()], answering("999")) == {"PER-3"}
    assert cited([issued()], answering("102")) == {"PER-3"}
    assert refused([issued()], answering("103", "2020-01-31")) == []
    assert cited([issued()], answering("103", "2020-02-01")) == {"PER-3"}


def test_a_responsible_member_is_qualified_in_a_field_of_the_permit() -> None:
    """PER-3."""
    held = [issued(fields=["Electrical", "Mechanical"])]
    assert cited(held, answering("100")) == {"PER-3"}
    assert refused(held, answering("101")) == []
    other = permit_entry("fields_changed", "2020-02-01", fields=["Civil"])
    assert refused([*held, other], answering("100")) == []


def test_the_permit_s_fields_of_that_day_count_not_later_ones() -> None:
    """PER-3."""
    later = permit_entry("fields_changed", "2021-01-01", fields=["Civil"])
    assert cited([issued(fields=["Electrical"]), later], answering("100")) == {"PER-3"}
    other = permit_entry("fields_changed", "2021-01-01", fields=["Electrical"])
    assert refused([issued(fields=["Civil"]), other], answering("100")) == []


def test_who_isn_t_qualified_is_told_the_scope_and_the_fields() -> None:
    """PER-3."""
    both = [
        *practitioner("104"),
        entry("designation_granted", "2020-01-01", number="104", designation="P.Tech.(Geo.)"),
        entry("scope_granted", "2020-01-01", number="104", designation="P.Tech.(Geo.)",
              discipline="Geological"),
    ]  # fmt: skip
    held = [issued(fields=["Mechanical", "Electrical"])]
    (refusal,) = refusals(
        held, [answering("104")], POLICY, lambda _: fold.member(both, day("2020-03-01"))
    )
    assert "the scope is Civil, Geological, " in refusal.message
    assert refusal.message.endswith("the fields are Electrical, Mechanical")


def test_what_is_proposed_together_is_judged_in_the_order_of_its_days() -> None:
    """PER-5: whoever ceases in June has answered since March, whichever is typed first."""
    added = answering("100")._replace(id="b")
    ceased = permit_entry("responsible_member_ceased", "2020-06-01", named="a", member="100")
    assert refused([issued()], ceased, added) == []
    assert refused([issued()], added, ceased) == []


def test_only_one_who_answers_for_a_permit_ceases() -> None:
    """PER-5."""
    ceased = permit_entry("responsible_member_ceased", "2020-06-01", member="100")
    assert cited([issued()], ceased) == {"PER-5"}
    (message,) = refused([issued()], ceased)
    assert message.startswith("100 ")
    assert refused([issued(), answering("100")], ceased) == []
    assert cited([issued(), answering("100", "2020-07-01")], ceased) == {"PER-5"}


def test_the_day_on_which_a_responsible_member_ceased_can_be_put_right() -> None:
    ceased = permit_entry("responsible_member_ceased", "2020-06-01", member="100")
    later = permit_entry(
        "responsible_member_ceased", "2020-08-01", member="100", corrects=ceased.id
    )
    assert refused([issued(), answering("100"), ceased], later) == []


# -- declarations of not practising (CPD-5)


def declared(on: str = "2026-07-05", **said: Any) -> Entry:
    return entry("not_practising_declared", on, **said)


def test_a_declaration_holds_a_year_at_most_and_a_day_at_least() -> None:
    """CPD-5, G 18(2)."""
    held = practitioner()
    for until in ("2027-07-04", "2026-07-05", None):
        assert refused(held, declared(until=until)) == []
    assert cited(held, declared(until="2027-07-05")) == {"CPD-5"}
    assert cited(held, declared(until="2026-07-04")) == {"CPD-5"}


def test_one_who_is_off_the_roll_declares_nothing() -> None:
    """CPD-5: they may not practise already, and are told why."""
    resigned = status("2026-01-01", "resigned", "own_request")
    (refusal,) = found([registered(), resigned], declared())
    assert (refusal.rule, "(resigned)" in refusal.message) == ("CPD-5", True)
    suspended = status("2026-01-01", "suspended", "fees")
    assert refused([registered(), suspended], declared()) == []
    unknown = entry("status_changed", "2026-01-01", status="pending")
    assert refused([registered(), unknown], declared()) == []
    assert refused([], registered(), declared()) == []


def test_only_who_declared_resumes_practice() -> None:
    """CPD-5."""
    held = [registered(), declared()]
    assert refused(held, entry("practice_resumed", "2026-09-01")) == []
    for on, entries in (("2026-07-04", held), ("2026-09-01", [registered()])):
        assert cited(entries, entry("practice_resumed", on)) == {"CPD-5"}


# -- what a file tells of the past


def past(held: Sequence[Entry], entry: Entry) -> set[str]:
    return {refusal.rule for refusal in of_history(held, entry, POLICY)}


def test_a_striking_of_the_past_that_nobody_directed_is_told_and_nothing_else_of_it() -> None:
    """STA-2: that no reason is known today breaks no rule of then."""
    assert past([registered()], status("2021-01-01", "struck_off")) == set()
    struck = entry("status_changed", "2021-01-01", status="struck_off", reason="rudeness")
    assert past([registered()], struck) == {"STA-2"}
    assert past([registered()], entry("moved", "2021-01-01", city="Olds")) == set()


def test_a_return_of_the_past_that_came_too_soon_is_told() -> None:
    """STA-3: by what counted on its day."""
    out = [registered(), status("2021-06-15", "cancelled", "discipline")]
    assert past(out, status("2022-06-14", "registered", "reinstated")) == {"STA-3"}
    assert past(out, status("2022-06-15", "registered", "reinstated")) == set()
    assert past(out, status("2021-06-14", "registered", "reinstated")) == set()


@pytest.mark.parametrize(
    ("kind", "on", "until", "rules"),
    [
        ("issued", "2020-01-01", "2020-12-31", set()),
        ("issued", "2020-01-01", "2021-01-01", {"PER-2"}),
        ("renewed", "2020-11-01", "2021-12-31", set()),
        ("renewed", "2020-11-01", "2022-01-01", {"PER-2"}),
    ],
)
def test_a_term_of_the_past_that_was_too_long_is_told(
    kind: str, on: str, until: str, rules: set[str]
) -> None:
    """PER-2."""
    if kind == "issued":
        assert past([], issued(on, expires_on=until)) == rules
    else:
        held = [issued(), permit_entry("renewed", "2021-02-01")]
        assert past(held, permit_entry(kind, on, expires_on=until)) == rules


def test_a_renewal_of_the_past_without_a_permit_is_judged_by_its_own_day() -> None:
    """PER-2."""
    assert past([], permit_entry("renewed", "2020-11-01", expires_on="2021-10-31")) == set()
    assert past([], permit_entry("renewed", "2020-11-01", expires_on="2021-11-01")) == {"PER-2"}


# -- any record at all


@unhurried
@given(histories("member", most=10), histories("member", least=1, most=1), DAYS)
def test_rules_answer_for_any_record_and_never_break(
    held: list[Entry], drawn: list[Entry], on: date
) -> None:
    proposed = drawn[-1]._replace(id="new", effective_on=on, corrects="")
    said = refusals(held, [proposed], POLICY, lambda n: member(n, on))
    assert all(refusal.message for refusal in said)


@unhurried
@given(histories("permit", "P-1", most=10), histories("permit", "P-1", least=1, most=1), DAYS)
def test_rules_answer_for_any_permit_and_never_break(
    held: list[Entry], drawn: list[Entry], on: date
) -> None:
    proposed = drawn[-1]._replace(id="new", effective_on=on, corrects="")
    said = refusals(held, [proposed], POLICY, lambda n: member(n, on))
    assert all(refusal.message for refusal in said)


@unhurried
@given(
    st.lists(st.sampled_from(["cancelled", "resigned", "suspended", "registered"]), max_size=6),
    st.data(),
)
def test_no_way_round_the_wait(words: list[str], data: st.DataObject) -> None:
    """STA-3: whatever is accepted, nobody cancelled through discipline is back within a year."""
    reasons = {"cancelled": "discipline", "resigned": "own_request", "suspended": "fees"}
    held, on = [registered()], day("2021-01-01")
    out: date | None = None
    for word in words:
        on += timedelta(days=data.draw(st.integers(1, 500)))
        change = status(str(on), word, reasons.get(word, "reinstated"))
        if refused(held, change):
            continue
        held.append(change)
        if word == "cancelled":
            out = on
        if word == "registered":
            assert out is None or (on - out).days >= 365
            out = None


# -- a status that one of a later day would end

NOW = "2021-06-10T18:00:00"  # noon in Alberta


def recorded(one: Entry, at: str = NOW) -> Entry:
    return one._replace(recorded_at=moment(at))


def back(on: str = "2021-07-01", at: str = "2021-06-01T12:00:00") -> Entry:
    return recorded(status(on, "registered", "reinstated", named="back"), at)


def test_a_suspension_that_a_return_of_a_later_day_would_end_is_refused_and_names_it() -> None:
    (message,) = refused(
        [registered(), back()], recorded(status("2021-06-10", "suspended", "fees"))
    )
    assert "registered from 2021-07-01 (entry back)" in message
    assert "void or correct it" in message


@pytest.mark.parametrize(
    ("proposed", "later", "refuses"),
    [
        (("suspended", "fees"), ("retired", "own_request"), True),
        (("retired", "own_request"), ("registered", "resumed"), True),
        (("non_practising", "leave"), ("registered", "resumed"), True),
        (("registered", "reinstated"), ("registered", "resumed"), False),
        (("suspended", "fees"), ("cancelled", "discipline"), False),
        (("retired", "own_request"), ("non_practising", "leave"), False),
    ],
)
def test_only_a_better_status_of_a_later_day_is_in_the_way(
    proposed: tuple[str, str], later: tuple[str, str], refuses: bool
) -> None:
    held = [registered(), recorded(status("2021-07-01", *later), "2021-06-01T12:00:00")]
    assert bool(refused(held, recorded(status("2021-06-10", *proposed)))) is refuses


@pytest.mark.parametrize(
    ("returns", "on", "refuses"),
    [
        ("2021-06-10", "2021-06-01", False),  # in effect already: this states what was
        ("2021-06-11", "2021-06-01", True),
        ("2021-07-01", "2021-07-01", False),  # of two of one day, the one recorded later counts
        ("2021-07-01", "2021-08-01", False),
        ("2021-07-01", "2021-06-30", True),
    ],
)
def test_only_what_is_yet_to_come_and_comes_after_it_ends_it(
    returns: str, on: str, refuses: bool
) -> None:
    suspended = recorded(status(on, "suspended", "fees"))
    assert bool(refused([registered(), back(returns)], suspended)) is refuses


def test_the_day_is_the_one_where_the_regulator_is() -> None:
    held = [registered(), back("2021-06-11")]
    late = recorded(status("2021-06-10", "suspended", "fees"), "2021-06-11T05:00:00")
    assert refused(held, late), "it is still 10 June in Alberta, and the return is to come"


def test_the_same_act_may_void_or_correct_what_would_end_it() -> None:
    held = [registered(), back()]
    suspended = recorded(status("2021-06-10", "suspended", "fees"))
    void = recorded(entry("voided", "2021-07-01", corrects="back"))
    again = recorded(status("2021-09-01", "registered", "reinstated", "again", corrects="back"))
    assert refused(held, suspended, void) == []
    assert refused(held, suspended, again) == []


def test_a_return_entered_with_or_after_the_suspension_is_in_nobody_s_way() -> None:
    suspended = recorded(status("2021-06-10", "suspended", "fees", "out"), "2021-06-10T12:00:00")
    assert refused([registered(), suspended], back(at=NOW)) == []
    assert refused([registered()], suspended, back(at="2021-06-10T12:00:00")) == []
    mended = recorded(status("2021-06-09", "suspended", "fees", "mended", corrects="out"))
    assert refused([registered(), suspended, back(at="2021-06-10T13:00:00")], mended) == []
    worse = recorded(status("2021-06-10", "suspended", "discipline", "w", corrects="out"))
    assert refused([registered(), suspended, back(at="2021-06-10T13:00:00")], worse)


def test_a_permit_s_later_return_would_end_its_suspension_too() -> None:
    held = [issued(), recorded(permit_status("2021-07-01", "in_force", "reinstated", "back"))]
    out = recorded(permit_status("2021-06-10", "suspended", "fees", "out"))
    void = recorded(permit_entry("voided", "2021-07-01", corrects="back"))
    (message,) = refused(held, out)
    assert "in_force from 2021-07-01 (entry back)" in message
    assert refused(held, out, void) == []


WORDS = {"suspended": "fees", "registered": "resumed", "retired": "own_request", "voided": ""}
ACTS = st.lists(
    st.tuples(st.sampled_from(list(WORDS)), st.integers(-2, 6), st.integers(0, 9)),
    min_size=2,
    max_size=6,
)


@unhurried
@given(ACTS)
def test_nobody_who_was_suspended_is_good_again_by_what_was_recorded_before(
    acts: list[tuple[str, int, int]],
) -> None:
    """Whatever acts the rules accept; each is of a word, in some days, on some earlier entry."""
    held = [registered()]
    for at, (word, days, which) in enumerate(acts):
        now = moment(NOW) + timedelta(days=at)
        changes = [e for e in fold.applicable(held, None) if e.kind == "status_changed"]
        # About half of the acts correct an earlier one, and whoever voids something has to.
        earlier = changes[which].id if which < len(changes) else ""
        on = str(now.date() + timedelta(days=days))
        if word == "voided":
            act = entry("voided", on, named=f"act-{at}", corrects=earlier)
        else:
            act = status(on, word, WORDS[word], f"act-{at}", corrects=earlier)
        act = recorded(act, now.isoformat()[:19])
        if refused(held, act):
            continue
        held.append(act)
        today = fold.member(held, now.date())
        assert today is not None
        new = word == "suspended" and not earlier and today.entries[-1] == act
        if new:
            to_come = [fold.member(held, now.date() + timedelta(days=n)) for n in range(20)]
            assert {one.status for one in to_come if one} == {"suspended"}
