"""The answer a reader comes for: permitted or not, in force or not. A doubt is never a yes."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signet.register import fold, standing, verdict
from signet.register.model import Entry, MemberRecord, PermitRecord
from signet.register.verdict import Verdict
from tests.entries import (
    DAYS,
    P_TECH,
    POLICY,
    day,
    entry,
    histories,
    issued,
    permit_entry,
    practitioner,
    registered,
    unhurried,
)

TITLES = [code for code, d in POLICY.designations.items() if not d.practises]
PRACTISING = [code for code, d in POLICY.designations.items() if d.practises]
STANDINGS = [(s.code, r) for s in POLICY.statuses.values() for r in s.reasons or ("",)]


def member(entries: list[Entry], on: str = "2024-01-01") -> MemberRecord:
    record = fold.member(entries, day(on))
    assert record is not None
    return record


def permit(entries: list[Entry], on: str) -> PermitRecord:
    record = fold.permit(entries, day(on), POLICY)
    assert record is not None
    return record


def answer(entries: list[Entry], on: str = "2024-01-01") -> Verdict:
    return standing.of_member(member(entries, on), POLICY)


def of_permit(record: PermitRecord, on: str) -> Verdict:
    return verdict.of_permit(record, {}, day(on), POLICY)


def with_status(entries: list[Entry], status: str, reason: str = "") -> list[Entry]:
    on = "2023-06-01"
    return [*entries, entry("status_changed", on, status=status, reason=reason)]


def granted(code: str, *, scoped: bool) -> list[Entry]:
    entries = [registered(), entry("designation_granted", "2020-01-01", designation=code)]
    if scoped:
        entries.append(entry("scope_granted", "2020-01-01", designation=code, discipline="Civil"))
    return entries


@pytest.mark.parametrize(
    ("status", "reason", "code", "scoped", "condition"),
    [
        (status, reason, code, scoped, condition)
        for (status, reason), code in product(STANDINGS, POLICY.designations)
        for scoped, condition in product((True, False), (True, False))
        if scoped in (False, POLICY.designations[code].practises)
    ],
)
def test_only_a_registered_p_tech_with_a_scope_is_permitted(
    status: str, reason: str, code: str, scoped: bool, condition: bool
) -> None:
    """DES-2, DES-4, SCO-1, STA-4: every standing of the policy, every title, scope or none."""
    entries = with_status(granted(code, scoped=scoped), status, reason)
    if condition:
        on = "2023-07-01"
        entries.append(entry("condition_imposed", on, condition="C1", text="Work is reviewed"))
    found, known = answer(entries), POLICY.statuses[status]
    if code in TITLES:
        assert found.answer == ("good_standing" if known.good else "not_good_standing")
    elif status == "registered" and scoped:
        assert found.answer == "permitted"
    else:
        assert found.answer == "not_permitted"
    assert found.good == (found.answer in ("permitted", "good_standing"))


@pytest.mark.parametrize("code", [*TITLES, *PRACTISING])
def test_a_status_that_the_policy_doesn_t_know_is_never_a_good_one(code: str) -> None:
    found = answer(with_status(granted(code, scoped=code in PRACTISING), "probation"))
    assert not found.good
    assert found.reason == "probation"


def test_an_unknown_designation_permits_nothing() -> None:
    assert answer(granted("P.Tech.(Mars)", scoped=True)).answer == "good_standing"


def test_a_scope_without_its_designation_permits_nothing() -> None:
    entries = [*granted("C.E.T.", scoped=False)]
    entries.append(entry("scope_granted", "2020-01-01", designation=P_TECH, discipline="Civil"))
    assert answer(entries).answer == "good_standing"
    assert standing.scopes_in_force(member(entries), POLICY) == ()


def test_a_scope_for_one_designation_doesn_t_serve_another() -> None:
    entries = granted("P.Tech.(Geo.)", scoped=False)
    entries.append(entry("scope_granted", "2020-01-01", designation=P_TECH, discipline="Civil"))
    assert answer(entries).answer == "not_permitted"


def test_the_reason_is_in_words_and_dated() -> None:
    until: dict[str, Any] = {"status": "suspended", "reason": "fees", "until": "2023-12-31"}
    found = answer([*practitioner(), entry("status_changed", "2023-06-01", **until)])
    assert found.reason == "Suspended: fees not paid"
    assert (found.since, found.until) == (day("2023-06-01"), day("2023-12-31"))
    assert not found.good  # its stated end is over, and it never ends by itself


def test_permitted_since_the_first_scope_not_since_the_title() -> None:
    entries = granted(P_TECH, scoped=False)
    entries.append(entry("scope_granted", "2021-05-01", designation=P_TECH, discipline="Civil"))
    assert answer(entries).since == day("2021-05-01")


def test_a_changed_scope_doesn_t_change_since_when_one_is_permitted() -> None:
    entries = practitioner()
    entries.append(entry("scope_granted", "2021-05-01", designation=P_TECH, discipline="Civil"))
    assert answer(entries).since == day("2020-01-01")


def test_not_permitted_since_the_scope_was_withdrawn() -> None:
    entries = [*practitioner(), entry("scope_withdrawn", "2022-02-01", designation=P_TECH)]
    found = answer(entries)
    assert (found.answer, found.since) == ("not_permitted", day("2022-02-01"))
    assert found.reason == "No scope of practice is on the register"


def test_permitted_again_since_the_reinstatement() -> None:
    entries = with_status(practitioner(), "suspended", "fees")
    back = entry("status_changed", "2023-09-01", status="registered", reason="reinstated")
    assert answer([*entries, back]).since == day("2023-09-01")


def test_scopes_of_one_who_may_not_practise_aren_t_in_force() -> None:
    assert len(standing.scopes_in_force(member(practitioner()), POLICY)) == 1
    suspended = with_status(practitioner(), "suspended", "fees")
    assert standing.scopes_in_force(member(suspended), POLICY) == ()


def test_a_student_s_record_isn_t_public_and_answers_for_no_permit() -> None:
    entries = practitioner()
    entries[0] = registered(category="student")
    record = member(entries)
    assert not standing.is_public(record, POLICY)
    assert not standing.may_answer_for_permit(record, POLICY)
    assert standing.may_answer_for_permit(member(practitioner()), POLICY)


@pytest.mark.parametrize("status", [*POLICY.statuses, "probation"])
def test_a_title_is_used_only_in_good_standing(status: str) -> None:
    """DES-4; a doubt is never a yes."""
    record = member(with_status(granted("C.E.T.", scoped=False), status))
    good = {"registered", "non_practising", "retired"}
    assert standing.may_use_titles(record, POLICY) == (status in good)


@pytest.mark.parametrize("status", ["retired", "non_practising", "suspended", "probation"])
def test_a_scope_is_in_force_only_while_its_holder_may_practise(status: str) -> None:
    """SCO-1: good standing alone doesn't do."""
    entries = with_status(practitioner(), status)
    assert standing.scopes_in_force(member(entries), POLICY) == ()
    assert standing.scopes_in_force(member(practitioner()), POLICY) != ()


def test_an_unknown_category_isn_t_public() -> None:
    assert not standing.is_public(member(practitioner())._replace(category="guest"), POLICY)


def test_nothing_of_a_student_s_days_is_public() -> None:
    """DES-6."""
    entries = [
        registered(category="student"),
        entry("moved", "2020-05-01", city="Leduc"),
        entry("category_changed", "2022-06-01", category="member"),
        entry("moved", "2023-05-01", city="Olds"),
    ]
    kinds = [e.kind for e in standing.public_entries(member(entries))]
    assert kinds == ["category_changed", "moved"]
    of_that_day = entry("designation_granted", "2022-06-01", designation="C.E.T.", named="d")
    again = entry("category_changed", "2023-06-01", category="member")
    kinds = [e.kind for e in standing.public_entries(member([*entries, of_that_day, again]))]
    assert kinds == ["category_changed", "designation_granted", "moved", "category_changed"]
    assert standing.of_member(member(entries), POLICY).since == day("2022-06-01")


def test_all_of_one_who_was_a_member_from_the_first_is_public() -> None:
    """DES-6."""
    assert standing.public_entries(member(practitioner())) == member(practitioner()).entries


@unhurried
@given(histories("member", most=10), DAYS)
def test_no_history_permits_one_who_isn_t_a_registered_p_tech_with_a_scope(
    entries: list[Entry], as_of: date
) -> None:
    record = fold.member(entries, as_of)
    assert record is not None
    held = {d.code for d in record.designations} & set(PRACTISING)
    scoped = {s.designation for s in record.scopes} & held
    permitted = record.status == "registered" and bool(scoped) and not record.not_practising
    found = standing.of_member(record, POLICY)
    assert (found.answer == "permitted") == permitted
    assert found.since <= as_of
    assert bool(standing.scopes_in_force(record, POLICY)) == permitted


def permitted_on(entries: list[Entry], on: date) -> bool:
    record = fold.member(entries, on)
    return record is not None and standing.of_member(record, POLICY).answer == "permitted"


CAREER: tuple[dict[str, Any], ...] = (
    {"kind": "scope_granted", "designation": P_TECH, "discipline": "Civil"},
    {"kind": "scope_withdrawn", "designation": P_TECH},
    {"kind": "designation_granted", "designation": P_TECH},
    {"kind": "designation_withdrawn", "designation": P_TECH},
    {"kind": "status_changed", "status": "suspended", "reason": "fees"},
    {"kind": "status_changed", "status": "registered", "reason": "reinstated"},
    {"kind": "status_changed", "status": "retired", "reason": "own_request"},
)


@unhurried
@given(st.lists(st.tuples(DAYS, st.sampled_from(CAREER)), max_size=8), DAYS)
def test_permitted_since_is_the_first_of_the_days_without_a_break(
    career: list[tuple[date, dict[str, Any]]], as_of: date
) -> None:
    entries = [
        *practitioner(),
        *(entry(on=str(on), named=f"{n}", **said) for n, (on, said) in enumerate(career)),
    ]
    record = fold.member(entries, as_of)
    assert record is not None
    found = standing.of_member(record, POLICY)
    if found.answer != "permitted":
        return
    changes = {e.effective_on for e in entries if found.since <= e.effective_on <= as_of}
    assert all(permitted_on(entries, change) for change in changes)
    before = found.since - timedelta(days=1)
    assert not permitted_on(entries, before)


# -- permits: PER-2


def test_a_permit_expires_at_the_midnight_after_its_last_valid_day() -> None:
    last = permit([issued("2020-01-01")], "2020-12-31")
    assert of_permit(last, "2020-12-31").answer == "in_force"
    found = of_permit(last, "2021-01-01")
    assert (found.answer, found.since, found.reason) == (
        "not_in_force",
        day("2021-01-01"),
        "Expired",
    )


def test_a_permit_in_force_says_since_when_and_until_when() -> None:
    entries = [issued("2020-01-01"), permit_entry("renewed", "2020-12-01")]
    found = of_permit(permit(entries, "2021-03-01"), "2021-03-01")
    assert found.good
    assert (found.since, found.until) == (day("2020-01-01"), day("2021-12-31"))


BAD = [(s.code, r) for s in POLICY.permit_statuses.values() if not s.good for r in s.reasons]


@pytest.mark.parametrize(("status", "reason"), [*BAD, ("on_hold", "")])
@unhurried
@given(on=st.dates(date(2020, 3, 1), date(2023, 1, 1)), expires=DAYS)
def test_a_permit_suspended_cancelled_or_revoked_isn_t_in_force_whatever_its_dates(
    status: str, reason: str, on: date, expires: date
) -> None:
    entries = [
        issued("2020-01-01", expires_on=str(expires)),
        permit_entry("status_changed", "2020-03-01", status=status, reason=reason),
    ]
    found = of_permit(permit(entries, str(on)), str(on))
    assert (found.answer, found.since) == ("not_in_force", day("2020-03-01"))


def test_a_permit_reinstated_after_its_term_is_over_has_expired() -> None:
    entries = [
        issued("2020-01-01"),
        permit_entry("status_changed", "2020-03-01", status="suspended", reason="fees"),
        permit_entry("status_changed", "2021-03-01", status="in_force", reason="reinstated"),
    ]
    found = of_permit(permit(entries, "2021-04-01"), "2021-04-01")
    assert (found.answer, found.reason) == ("not_in_force", "Expired")


@unhurried
@given(histories("permit", most=10), DAYS, st.integers(0, 19))
def test_a_permit_is_in_force_only_within_its_term_and_in_good_standing(
    entries: list[Entry], start: date, later: int
) -> None:
    as_of = start + timedelta(days=later)
    record = fold.permit(entries, as_of, POLICY)
    assert record is not None
    found = of_permit(record, str(as_of))
    assert found.good == (record.status == "in_force" and as_of <= record.expires_on)
