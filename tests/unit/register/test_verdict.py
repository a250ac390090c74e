"""The verdict: its sentence, its tone, its own "since", what it allows, whatever meets."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signet.register import fold, verdict
from signet.register.fold.members import stages
from signet.register.model import Entry
from signet.register.verdict import Practice, Verdict
from signet.register.verdict.members import judge
from tests.entries import (
    DAYS,
    NUMBERS,
    P_TECH,
    POLICY,
    START,
    day,
    entry,
    histories,
    issued,
    permit_entry,
    practitioner,
    registered,
    unhurried,
)

LATER = "2024-06-01"


def member(entries: list[Entry], on: str = "2026-01-01") -> Verdict:
    record = fold.member(entries, day(on))
    assert record is not None
    return verdict.of_member(record, POLICY)


def permit(
    entries: list[Entry], members: Mapping[str, list[Entry]] | None = None, on: str = "2020-08-01"
) -> Verdict:
    record = fold.permit(entries, day(on), POLICY)
    assert record is not None
    practice = {}
    for number, own in (members or {}).items():
        found = fold.member(own, day(on))
        assert found is not None
        practice[number] = verdict.practice(found, POLICY)
    return verdict.of_permit(record, practice, day(on), POLICY)


def titled(*codes: str) -> list[Entry]:
    granted = [
        entry("designation_granted", "2020-01-01", designation=code, named=code) for code in codes
    ]
    return [registered(), *granted]


def status(on: str, status: str, reason: str = "", **data: Any) -> Entry:
    return entry("status_changed", on, status=status, reason=reason, **data)


def condition(on: str, name: str = "C1", **data: Any) -> Entry:
    said = {"condition": name, "text": "Work is reviewed.", **data}
    return entry("condition_imposed", on, named=f"{name}-{on}", **said)


def lifted(on: str, name: str = "C1") -> Entry:
    return entry("condition_lifted", on, named=f"lifted-{name}-{on}", condition=name)


# -- green is for "may practise" alone


@pytest.mark.parametrize(
    "codes", [("C.Tech.",), ("C.E.T.",), ("R.E.T.",), ("C.Tech.", "C.E.T."), ()]
)
def test_a_title_in_good_standing_is_neutral_and_allows_no_independent_practice(
    codes: tuple[str, ...],
) -> None:
    """DES-1: a big green tick would say more than the title does."""
    found = member(titled(*codes))
    assert (found.answer, found.words, found.tone) == (
        "good_standing", "In good standing", "neutral",
    )  # fmt: skip
    assert "practise independently" in found.allows
    assert codes == () or found.allows.startswith(f"May use the title {codes[-1]} ")
    assert found.reason == "Registered"
    assert ".." not in found.allows


def test_green_says_that_one_may_practise_independently() -> None:
    found = member(practitioner())
    assert (found.words, found.tone) == ("Permitted to practise", "good")
    assert found.reason == "Registered"
    scope = "May practise independently, within the scope of practice"
    assert found.allows == f"{scope} on the register."
    limited = member([*practitioner(), condition("2022-01-01")])
    assert limited.allows == f"{scope} and under the conditions on the register."


def test_who_has_no_scope_yet_is_told_so_in_red() -> None:
    """SCO-1."""
    found = member(titled(P_TECH))
    assert (found.answer, found.words, found.tone) == (
        "not_permitted", "Not permitted to practise", "bad",
    )  # fmt: skip
    assert found.reason == "No scope of practice is on the register"


def test_nobody_who_is_permitted_is_said_to_be_so_until_a_day() -> None:
    """Nothing ends by itself; the stated end of another status still shows."""
    back = status("2024-01-01", "registered", "reinstated", until="2027-01-01")
    assert member([*practitioner(), back]).until is None
    away = status("2024-01-01", "suspended", "fees", until="2027-01-01")
    assert member([*practitioner(), away]).until == day("2027-01-01")


@pytest.mark.parametrize(
    ("entries", "answer", "words"),
    [
        (practitioner(), "not_permitted", "Not permitted to practise"),
        (titled("C.E.T."), "good_standing", "In good standing, not practising"),
        (titled(), "good_standing", "In good standing, not practising"),
    ],
    ids=["P.Tech.", "C.E.T.", "no title"],
)
def test_who_declared_not_practising_is_told_without_alarm(
    entries: list[Entry], answer: str, words: str
) -> None:
    """CPD-5: it forbids practice, and takes no title."""
    found = member([*entries, entry("not_practising_declared", "2025-07-05", until="2026-07-04")])
    assert (found.answer, found.words, found.tone) == (answer, words, "neutral")
    assert (found.reason, found.until) == ("Declared not practising", day("2026-07-04"))


@pytest.mark.parametrize(
    "away",
    [entry("not_practising_declared", "2025-01-01"), status("2025-01-01", "retired")],
    ids=["declared", "retired"],
)
def test_who_doesn_t_practise_keeps_the_title_and_is_told_not_to(away: Entry) -> None:
    """CPD-5, DES-4."""
    told = member([*titled("C.Tech.", "C.E.T."), away]).allows
    assert told == "May use the title C.E.T. or C.Tech., and may not practise while this lasts."
    assert member([*titled(), away]).allows == "May not practise."


@pytest.mark.parametrize(
    ("state", "reason", "words"),
    [
        ("retired", "own_request", "Retired, not practising"),
        ("resigned", "own_request", "Resigned, no longer registered"),
        ("deceased", "", "Deceased"),
    ],
)
@pytest.mark.parametrize("entries", [practitioner(), titled("C.E.T.")], ids=["P.Tech.", "C.E.T."])
def test_who_left_practice_is_told_without_alarm(
    entries: list[Entry], state: str, reason: str, words: str
) -> None:
    found = member([*entries, condition("2022-01-01"), status("2023-01-01", state, reason)])
    assert (found.words, found.tone, found.since) == (words, "neutral", day("2023-01-01"))
    assert "permitted" not in found.answer or found.answer == "not_permitted"


def test_of_the_dead_nothing_is_said_to_be_allowed_or_forbidden() -> None:
    assert member([*practitioner(), status("2023-01-01", "deceased")]).allows == ""


@pytest.mark.parametrize(("state", "reason"), [("suspended", "fees"), ("cancelled", "discipline")])
def test_who_lost_good_standing_may_not_use_the_title(state: str, reason: str) -> None:
    """DES-4."""
    found = member([*titled("C.E.T."), status("2023-01-01", state, reason)])
    assert (found.words, found.tone) == ("Not in good standing", "bad")
    assert found.allows == "May not practise, and may not use the title C.E.T."
    many = member([*titled("C.Tech.", "C.E.T.", "R.E.T."), status("2023-01-01", state, reason)])
    assert many.allows.endswith("the title R.E.T., C.E.T. or C.Tech.")
    assert member([registered(), status("2023-01-01", state, reason)]).allows == "May not practise."


# -- conditions show on every designation


@pytest.mark.parametrize(
    ("entries", "words"),
    [
        (practitioner(), "Permitted to practise, with conditions"),
        (titled("C.Tech."), "In good standing, with conditions"),
        (titled("C.E.T."), "In good standing, with conditions"),
    ],
)
def test_a_condition_shows_and_has_its_own_day(entries: list[Entry], words: str) -> None:
    found = member([*entries, condition(LATER)])
    assert (found.words, found.tone, found.since) == (words, "warn", day(LATER))
    assert found.reason == "Conditions apply"


def test_a_condition_lifted_and_imposed_again_has_begun_again() -> None:
    held = [*practitioner(), condition("2022-01-01"), lifted("2023-01-01")]
    assert member(held).since == day("2020-01-01")  # permitted all the while
    assert member([*held, condition(LATER)]).since == day(LATER)


def test_one_condition_after_another_is_one_stretch() -> None:
    held = [*practitioner(), condition("2022-01-01"), condition("2023-01-01", "C2")]
    assert member([*held, lifted(LATER)]).since == day("2022-01-01")


def test_a_suspension_hides_no_condition_and_has_its_own_day() -> None:
    held = [*practitioner(), condition("2022-01-01"), status(LATER, "suspended", "fees")]
    found = member(held)
    assert (found.words, found.since, found.tone) == (
        "Not permitted to practise", day(LATER), "bad",
    )  # fmt: skip
    back = member([*held, status("2025-01-01", "registered", "reinstated")])
    assert (back.words, back.since) == (
        "Permitted to practise, with conditions", day("2025-01-01"),
    )  # fmt: skip


def test_a_suspension_that_is_extended_began_when_it_began() -> None:
    held = [*practitioner(), status("2024-01-01", "suspended", "fees", until="2024-06-30")]
    found = member([*held, status(LATER, "suspended", "fees", until="2027-01-01")])
    assert (found.since, found.until) == (day("2024-01-01"), day("2027-01-01"))


def test_a_suspension_began_when_it_began_whatever_was_withdrawn_since() -> None:
    """A3: "Suspended, since" the day on which a designation was withdrawn would be untrue."""
    held = [*practitioner(), status("2023-01-01", "suspended", "fees")]
    found = member([*held, entry("designation_withdrawn", LATER, designation=P_TECH)])
    assert (found.words, found.since) == ("Not in good standing", day("2023-01-01"))


def test_a_declaration_holds_on_through_a_suspension() -> None:
    """CPD-5, A3: not since the suspension ended."""
    declared = entry("not_practising_declared", "2025-01-01", until="2026-12-31")
    suspended = [status("2025-03-01", "suspended", "fees"), status("2025-06-01", "registered")]
    found = member([*practitioner(), declared, *suspended])
    assert (found.reason, found.since) == ("Declared not practising", day("2025-01-01"))


def test_of_a_declaration_and_a_suspension_the_suspension_s_end_is_told() -> None:
    """STA-4: the verdict is the suspension's, and so is its day."""
    declared = entry("not_practising_declared", "2025-01-01", until="2026-12-31")
    suspended = status("2025-03-01", "suspended", "fees", until="2026-03-31")
    assert member([*practitioner(), declared, suspended]).until == day("2026-03-31")


def test_a_declaration_under_conditions_tells_both_and_its_end() -> None:
    held = [*titled("C.E.T."), condition("2022-01-01")]
    found = member([*held, entry("not_practising_declared", "2025-01-01", until="2026-12-31")])
    assert found.words == "In good standing, not practising, with conditions"
    assert found.reason == "Declared not practising; conditions apply"
    assert (found.since, found.until) == (day("2025-01-01"), day("2026-12-31"))


def test_a_corrected_suspension_began_when_the_correction_says() -> None:
    wrong = status("2024-03-01", "suspended", "fees", named="wrong")
    right = status("2024-05-01", "suspended", "fees", named="right", corrects="wrong")
    assert member([*practitioner(), wrong, right]).since == day("2024-05-01")


def test_what_is_entered_for_a_later_day_changes_nothing_before() -> None:
    entries = [*practitioner(), status("2026-02-01", "suspended", "fees"), condition("2026-02-01")]
    assert member(entries, "2026-01-31").words == "Permitted to practise"
    assert member(entries, "2026-02-01").words == "Not permitted to practise"


def test_of_two_designations_one_that_is_withdrawn_leaves_the_other_s_verdict() -> None:
    both = [*practitioner(), entry("designation_granted", "2020-01-01", designation="C.E.T.")]
    found = member([*both, entry("designation_withdrawn", LATER, designation=P_TECH)])
    assert (found.words, found.tone) == ("In good standing", "neutral")
    assert "C.E.T." in found.allows


def test_a_scope_withdrawn_is_told_since_its_own_day() -> None:
    found = member([*practitioner(), entry("scope_withdrawn", LATER, designation=P_TECH)])
    assert (found.reason, found.since) == ("No scope of practice is on the register", day(LATER))


@unhurried
@given(histories("member", most=10), DAYS)
def test_a_verdict_holds_from_its_day_on_and_not_the_day_before(
    entries: list[Entry], as_of: date
) -> None:
    """A3: whatever the history, the day told is the first of the days without a break."""
    record = fold.member(entries, as_of)
    assert record is not None
    found = verdict.of_member(record, POLICY)
    assert START <= found.since <= as_of
    if not POLICY.categories[record.category].public:
        return
    judged = {}
    for on, state in stages(record.entries):
        judged[on] = judge(state, POLICY)
    (fact,) = {judged[max(judged)].fact}
    holding = [on for on in judged if on >= found.since]
    assert all(fact in judged[on].holds for on in holding)
    before = [on for on in judged if on < found.since]
    assert not before or fact not in judged[max(before)].holds


# -- permits


def answered(*members: str) -> list[Entry]:
    return [
        issued(fields=["Civil"]),
        *(
            permit_entry("responsible_member_added", "2020-01-01", named=f"by {m}", member=m)
            for m in members
        ),
    ]


def test_a_permit_is_green_when_somebody_who_may_practise_answers_for_it() -> None:
    found = permit(answered("100"), {"100": practitioner()})
    assert (found.words, found.tone, found.since) == ("In force", "good", day("2020-01-01"))
    assert (found.until, found.reason) == (day("2020-12-31"), "")


def permit_status(on: str, status: str, reason: str, **data: Any) -> Entry:
    return permit_entry("status_changed", on, status=status, reason=reason, **data)


def test_a_permit_that_isn_t_in_force_is_red_and_says_since_when_and_until_when() -> None:
    """PER-2, G 48(4)."""
    suspended = permit_status("2020-03-01", "suspended", "fees", until="2020-09-30")
    found = permit([*answered("100"), suspended], {"100": practitioner()})
    assert (found.words, found.tone) == ("Not in force", "bad")
    assert (found.since, found.until) == (day("2020-03-01"), day("2020-09-30"))
    assert found.allows == "The holder may not practise, and may not use the permit’s number."
    revoked = permit_status("2020-05-01", "revoked", "discipline")
    after = permit([*answered("100"), suspended, revoked], {"100": practitioner()})
    assert (after.since, after.until) == (day("2020-05-01"), None)
    assert after.reason == "Revoked: through discipline"


def test_an_expired_permit_is_red_and_ends_on_no_later_day() -> None:
    """PER-2: no renewal is promised by a status that was to last."""
    kept = permit_status("2020-03-01", "in_force", "reinstated", until="2022-09-30")
    found = permit([*answered("100"), kept], {"100": practitioner()}, "2021-06-01")
    assert (found.words, found.tone, found.reason) == ("Not in force", "bad", "Expired")
    assert (found.since, found.until) == (day("2021-01-01"), None)


def test_a_permit_reinstated_has_been_in_force_since_then() -> None:
    """PER-2."""
    suspended = permit_status("2020-03-01", "suspended", "fees")
    back = permit_status("2020-04-01", "in_force", "reinstated")
    found = permit([*answered("100"), suspended, back], {"100": practitioner()})
    assert (found.words, found.since) == ("In force", day("2020-04-01"))


def test_a_permit_renewed_on_the_morning_after_has_been_in_force_all_the_while() -> None:
    """PER-2."""
    renewed = permit_entry("renewed", "2021-01-01")
    found = permit([*answered("100"), renewed], {"100": practitioner()}, "2021-02-01")
    assert (found.words, found.since) == ("In force", day("2020-01-01"))


def test_whatever_is_entered_on_its_last_valid_day_the_permit_is_in_force() -> None:
    """PER-2."""
    moved = permit_entry("moved", "2020-12-31", city="Olds")
    found = permit([*answered("100"), moved], {"100": practitioner()}, "2020-12-31")
    assert (found.words, found.since) == ("In force", day("2020-01-01"))


@pytest.mark.parametrize(
    ("status", "on", "in_force", "expired"),
    [
        ("in_force", "2020-12-31", True, False),
        ("in_force", "2021-01-01", False, True),
        ("suspended", "2020-12-31", False, False),
        ("suspended", "2021-01-01", False, False),
        ("pending", "2020-12-31", False, False),
        ("pending", "2021-01-01", False, False),
    ],
)
def test_a_permit_is_in_force_by_its_status_and_its_dates(
    status: str, on: str, in_force: bool, expired: bool
) -> None:
    """PER-2: one that is suspended hasn't expired; a status nobody knows is no good one."""
    record = fold.permit([issued(), permit_status("2020-02-01", status, "")], day(on), POLICY)
    assert record is not None
    assert verdict.is_in_force(record, day(on), POLICY) == in_force
    assert verdict.has_expired(record, day(on), POLICY) == expired


def test_what_is_covered_is_what_those_who_answer_may_practise_that_day() -> None:
    """PER-3, PER-5."""
    ceased = permit_entry("responsible_member_ceased", "2020-06-01", member="101")
    members = {
        "100": (
            Practice(day("2020-01-01"), frozenset({"Civil"})),
            Practice(day("2020-05-01"), frozenset({"Electrical"})),
        ),
        "101": (Practice(day("2020-01-01"), frozenset({"Mechanical"})),),
    }

    def covered(on: str) -> frozenset[str]:
        record = fold.permit([*answered("100", "101", "102"), ceased], day(on), POLICY)
        assert record is not None
        return verdict.covered(record, members, day(on))

    assert covered("2020-04-30") == {"Civil", "Mechanical"}
    assert covered("2020-05-01") == {"Electrical", "Mechanical"}
    assert covered("2020-06-01") == {"Electrical"}


@pytest.mark.parametrize(
    ("state", "reason"), [("struck_off", "fees"), ("retired", "own_request"), ("suspended", "cpd")]
)
def test_a_permit_is_unanswered_since_the_last_who_answered_might_no_longer_practise(
    state: str, reason: str
) -> None:
    """PER-5, A1, A3: not since its issue."""
    gone = [*practitioner(), status("2020-05-01", state, reason)]
    found = permit(answered("100"), {"100": gone})
    assert (found.words, found.tone) == ("In force, without a responsible member", "warn")
    assert found.allows == "No one who may practise is responsible for work under this permit."
    assert (found.since, found.reason) == (
        day("2020-05-01"), "No responsible member may practise at present",
    )  # fmt: skip


def test_a_permit_is_unanswered_since_the_last_who_answered_ceased() -> None:
    ceased = permit_entry("responsible_member_ceased", "2020-06-01", member="100")
    found = permit([*answered("100"), ceased], {"100": practitioner()})
    assert (found.words, found.since) == (
        "In force, without a responsible member", day("2020-06-01"),
    )  # fmt: skip
    assert found.reason == "No responsible member is named"


def test_a_declaration_of_not_practising_leaves_a_permit_unanswered() -> None:
    """CPD-5, PER-3."""
    away = [*practitioner(), entry("not_practising_declared", "2020-05-01")]
    assert permit(answered("100"), {"100": away}).since == day("2020-05-01")
    back = [*away, entry("practice_resumed", "2020-06-01")]
    found = permit(answered("100"), {"100": back})
    assert (found.words, found.since) == ("In force", day("2020-01-01"))


def test_of_two_who_answer_one_under_conditions_is_enough() -> None:
    suspended = [*practitioner("101"), status("2020-03-01", "suspended", "fees")]
    limited = [*practitioner(), condition("2020-02-01")]
    found = permit(answered("100", "101"), {"100": limited, "101": suspended})
    assert (found.words, found.tone) == ("In force", "good")


def test_nobody_in_the_permit_s_fields_is_nobody_qualified() -> None:
    """PER-3."""
    other = practitioner(discipline="Electrical")
    found = permit(answered("100"), {"100": other})
    assert (found.words, found.tone) == (
        "In force, without a responsible member in its fields", "warn",
    )  # fmt: skip
    changed = permit_entry("fields_changed", "2020-05-01", fields=["Electrical"])
    assert permit([*answered("100"), changed], {"100": other}).words == "In force"


def test_a_permit_under_conditions_says_so_since_their_day() -> None:
    limited = permit_entry("condition_imposed", "2020-04-01", condition="C1", text="Reviewed.")
    found = permit([*answered("100"), limited], {"100": practitioner()})
    assert (found.words, found.tone, found.since) == (
        "In force, with conditions", "warn", day("2020-04-01"),
    )  # fmt: skip
    assert found.allows.startswith("The holder may practise through its responsible members")


def test_a_permit_unanswered_and_under_conditions_tells_both_since_the_later() -> None:
    """A3: nobody answers since May and conditions apply since July: both since July."""
    limited = permit_entry("condition_imposed", "2020-07-01", condition="C1", text="Reviewed.")
    gone = [*practitioner(), status("2020-05-01", "retired", "own_request")]
    found = permit([*answered("100"), limited], {"100": gone})
    assert found.words == "In force, without a responsible member, with conditions"
    assert found.reason == "No responsible member may practise at present; conditions apply"
    assert found.since == day("2020-07-01")


def test_a_permit_expired_and_suspended_tells_the_suspension_and_its_day() -> None:
    entries = [*answered("100"), permit_entry("status_changed", "2020-03-01", status="suspended",
                                              reason="fees")]  # fmt: skip
    found = permit(entries, {"100": practitioner()}, "2021-06-01")
    assert (found.reason, found.since) == ("Suspended: fees not paid", day("2020-03-01"))
    back = permit_entry("status_changed", "2021-05-01", status="in_force", reason="reinstated")
    found = permit([*entries, back], {"100": practitioner()}, "2021-06-01")
    assert (found.reason, found.since) == ("Expired", day("2021-01-01"))


STRETCHES = st.lists(st.tuples(DAYS, st.sampled_from(["Civil", "Electrical", ""])), max_size=4)


@unhurried
@given(histories("permit", most=10), st.dictionaries(NUMBERS, STRETCHES), DAYS)
def test_a_permit_s_verdict_is_the_same_every_day_from_its_own_on(
    entries: list[Entry], held: dict[str, list[tuple[date, str]]], as_of: date
) -> None:
    """A1, A3: read on each day that counts, whoever answers and might practise."""
    members = {
        number: tuple(
            Practice(on, frozenset({scope} - {""})) for on, scope in sorted(dict(found).items())
        )
        for number, found in held.items()
    }

    def on_day(on: date) -> Verdict:
        record = fold.permit(entries, on, POLICY)
        assert record is not None
        return verdict.of_permit(record, members, on, POLICY)

    found = on_day(as_of)
    assert found.since <= as_of
    days = [d for d in {e.effective_on for e in entries} | {p.since for m in members.values()
            for p in m} if found.since <= d <= as_of]  # fmt: skip
    for on in days:
        then = on_day(on)
        assert then.answer == found.answer
        if found.tone == "warn":
            assert set(found.words.split(", ")) <= set(then.words.split(", "))
