"""What entries amount to: by example, in any order, and against a reader written the other way."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signet.register import fold
from signet.register.model import (
    AnotherName,
    DisciplineDecision,
    Entry,
    MemberRecord,
    NotPractising,
    PermitRecord,
    Responsibility,
)
from tests.entries import (
    DAYS,
    P_TECH,
    POLICY,
    START,
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

MOMENTS = st.integers(-1, 5).map(lambda n: moment("2020-01-01T12:00:00") + timedelta(days=n * 200))


def member(entries: Iterable[Entry], on: str, known: str = "") -> MemberRecord:
    record = fold.member(entries, day(on), moment(known) if known else None)
    assert record is not None
    return record


def permit(entries: Iterable[Entry], on: str, known: str = "") -> PermitRecord:
    record = fold.permit(entries, day(on), POLICY, moment(known) if known else None)
    assert record is not None
    return record


# -- any order, any date: the same answer as a reader that looks for the latest word on each thing.


@unhurried
@given(histories("member"), st.randoms(), DAYS)
def test_a_member_folds_the_same_in_whatever_order_entries_come(
    entries: list[Entry], chance: Any, as_of: date
) -> None:
    shuffled = list(entries)
    chance.shuffle(shuffled)
    assert fold.member(shuffled, as_of) == fold.member(entries, as_of)


@unhurried
@given(histories("permit"), st.randoms(), DAYS)
def test_a_permit_folds_the_same_in_whatever_order_entries_come(
    entries: list[Entry], chance: Any, as_of: date
) -> None:
    shuffled = list(entries)
    chance.shuffle(shuffled)
    assert fold.permit(shuffled, as_of, POLICY) == fold.permit(entries, as_of, POLICY)


class Reader:
    """Reads a register naively: for each thing, the last word on it that counts."""

    def __init__(self, entries: list[Entry], as_of: date, known_at: datetime | None) -> None:
        known = [e for e in entries if known_at is None or not e.recorded_at > known_at]
        self.words = [
            e
            for e in known
            if e.effective_on <= as_of
            and e.kind != "voided"
            and not any(other.corrects == e.id for other in known)
        ]

    def said(self, *kinds: str, **data: Any) -> list[Entry]:
        found = [
            e
            for e in self.words
            if e.kind in kinds and all(e.data.get(name) == value for name, value in data.items())
        ]
        return sorted(found, key=lambda e: (e.effective_on, e.recorded_at, e.id))

    def last(self, *kinds: str, **data: Any) -> Entry | None:
        return next(reversed(self.said(*kinds, **data)), None)

    def value(self, name: str, empty: Any, first: str, *kinds: str) -> Any:
        word = self.last(*kinds) or self.said(first)[0]
        return word.data.get(name, empty)

    def status(self, initial: str) -> tuple[str, str, date]:
        word = self.last("status_changed")
        if word is None:
            return initial, "", START
        return word.data["status"], word.data.get("reason", ""), word.effective_on

    def holdings(self) -> dict[str, date]:
        """Designations, each since its first grant after it was last withdrawn."""
        held = {}
        for code in POLICY.designations:
            words = self.said("designation_granted", "designation_withdrawn", designation=code)
            withdrawn = [n for n, e in enumerate(words) if e.kind == "designation_withdrawn"]
            grants = words[withdrawn[-1] + 1 :] if withdrawn else words
            if grants:
                held[code] = grants[0].effective_on
        return held

    def scopes(self) -> set[tuple[str, str, date]]:
        kinds = ("scope_granted", "scope_withdrawn", "designation_withdrawn")
        words = [self.last(*kinds, designation=code) for code in POLICY.designations]
        granted = [e for e in words if e is not None and e.kind == "scope_granted"]
        return {(e.data["designation"], e.data["discipline"], e.effective_on) for e in granted}

    def conditions(self) -> set[tuple[str, str]]:
        words = [
            self.last("condition_imposed", "condition_lifted", condition=c) for c in ("C1", "C2")
        ]
        return {
            (e.data["condition"], e.data["text"])
            for e in words
            if e is not None and e.kind == "condition_imposed"
        }

    def category_since(self) -> date:
        category, since = self.said("registered")[0].data.get("category", "member"), START
        for word in self.said("category_changed"):
            if word.data["category"] != category:
                category, since = word.data["category"], word.effective_on
        return since

    def former(self, first: str, change: str, written: Any) -> list[AnotherName]:
        names = [*self.said(first), *self.said(change)]
        return [
            AnotherName(written(before.data), "former", after.effective_on)
            for before, after in pairwise(names)
            if written(before.data) != written(after.data) and after.data.get("keep_former", True)
        ]

    def added_names(self) -> list[AnotherName]:
        return [
            AnotherName(
                e.data["name"],
                e.data.get("type", "former"),
                day(e.data["until"]) if "until" in e.data else None,
            )
            for e in self.said("other_name_added")
        ]

    def responsibilities(self) -> set[Responsibility]:
        found = set()
        for number in ("100", "101", "102"):
            since: date | None = None
            for word in self.said(
                "responsible_member_added", "responsible_member_ceased", member=number
            ):
                if word.kind == "responsible_member_added":
                    since = since or word.effective_on
                elif since is not None:
                    found.add(Responsibility(number, since, word.effective_on))
                    since = None
            if since is not None:
                found.add(Responsibility(number, since))
        return found


def names_in_order(names: Iterable[AnotherName]) -> list[str]:
    return sorted(map(str, names))


@unhurried
@given(histories("member"), DAYS, st.none() | MOMENTS)
def test_a_member_as_at_any_date_is_what_a_naive_reader_finds(
    entries: list[Entry], as_of: date, known_at: datetime | None
) -> None:
    record = fold.member(entries, as_of, known_at)
    reader = Reader(entries, as_of, known_at)
    if not reader.said("registered"):
        assert record is None
        return
    assert record is not None
    for name in ("family", "given", "known_as", "native_name"):
        assert getattr(record, name) == reader.value(name, "", "registered", "name_changed")
    for name in ("city", "province"):
        assert getattr(record, name) == reader.value(name, "", "registered", "moved")
    assert record.category == reader.value("category", "member", "registered", "category_changed")
    assert record.category_since == reader.category_since()
    disciplines = reader.value("disciplines", (), "registered", "disciplines_changed")
    assert record.disciplines == tuple(disciplines)
    assert (record.status, record.reason, record.status_since) == reader.status("registered")
    assert {held.code: held.granted_on for held in record.designations} == reader.holdings()
    assert {(s.designation, s.discipline, s.since) for s in record.scopes} == reader.scopes()
    assert {(c.condition, c.text) for c in record.conditions} == reader.conditions()
    decided = {e.data["decision"]: e.data["title"] for e in reader.said("decision_recorded")}
    assert {d.decision: d.title for d in record.decisions} == decided
    former = reader.former(
        "registered", "name_changed", lambda d: f"{d.get('given', '')} {d['family']}".strip()
    )
    assert names_in_order(record.other_names) == names_in_order([*former, *reader.added_names()])


@unhurried
@given(histories("permit"), DAYS, st.none() | MOMENTS)
def test_a_permit_as_at_any_date_is_what_a_naive_reader_finds(
    entries: list[Entry], as_of: date, known_at: datetime | None
) -> None:
    record = fold.permit(entries, as_of, POLICY, known_at)
    reader = Reader(entries, as_of, known_at)
    if not reader.said("issued"):
        assert record is None
        return
    assert record is not None
    assert record.legal_name == reader.value("legal_name", "", "issued", "renamed")
    for name, kind in (
        ("operating_names", "operating_names_changed"),
        ("fields", "fields_changed"),
    ):
        assert getattr(record, name) == tuple(reader.value(name, (), "issued", kind))
    assert (record.status, record.reason, record.status_since) == reader.status("in_force")
    assert set(record.responsibilities) == reader.responsibilities()
    former = reader.former("issued", "renamed", lambda d: d["legal_name"])
    assert names_in_order(record.other_names) == names_in_order([*former, *reader.added_names()])
    # A second issue counts for nothing, and of one moment the issue comes before the renewals.
    last = [*reader.said("issued")[:1], *reader.said("renewed")][-1]
    if "expires_on" in last.data:
        assert record.expires_on == day(last.data["expires_on"])


@unhurried
@given(histories("member"), DAYS)
def test_what_takes_effect_later_changes_nothing_now(entries: list[Entry], as_of: date) -> None:
    now = [e for e in entries if e.effective_on <= as_of or e.corrects]
    assert fold.member(now, as_of) == fold.member(entries, as_of)


@unhurried
@given(histories("member"), DAYS, MOMENTS)
def test_what_the_register_said_never_changes_afterwards(
    entries: list[Entry], as_of: date, known_at: datetime
) -> None:
    then = [e for e in entries if e.recorded_at <= known_at]
    assert fold.member(then, as_of) == fold.member(entries, as_of, known_at)


# -- ties


def test_of_two_entries_of_one_day_the_later_recorded_counts() -> None:
    moves = [
        entry("moved", "2021-01-01", named="a", recorded="2021-01-05T09:00:00", city="Leduc"),
        entry("moved", "2021-01-01", named="b", recorded="2021-01-04T09:00:00", city="Olds"),
    ]
    assert member([registered(), *moves], "2021-01-01").city == "Leduc"


def test_of_two_entries_of_one_moment_the_id_decides() -> None:
    moves = [
        entry("moved", "2021-01-01", named="b", city="Leduc"),
        entry("moved", "2021-01-01", named="a", city="Olds"),
    ]
    assert member([registered(), *moves], "2021-01-01").city == "Leduc"


# -- two clocks and corrections


SUSPENDED = entry(
    "status_changed",
    "2021-03-01",
    named="s",
    recorded="2021-03-10T12:00:00",
    status="suspended",
    reason="fees",
)


def test_a_suspension_counts_from_its_date_and_is_known_from_its_recording() -> None:
    entries = [registered(), SUSPENDED]
    assert member(entries, "2021-02-28").status == "registered"
    assert member(entries, "2021-03-01").status == "suspended"
    assert member(entries, "2021-03-05", known="2021-03-09T00:00:00").status == "registered"
    assert member(entries, "2021-03-05", known="2021-03-10T12:00:00").status == "suspended"


def test_an_entry_for_a_later_day_doesn_t_count_yet() -> None:
    entries = [registered(), entry("moved", "2022-01-01", city="Leduc")]
    assert member(entries, "2021-12-31").city == ""
    assert member(entries, "2022-01-01").city == "Leduc"
    assert fold.member(entries, day("2019-12-31")) is None
    later = fold.member(entries, None)
    assert later is not None
    assert later.city == "Leduc"


def test_an_entry_taken_back_never_was_but_the_register_said_it() -> None:
    back = entry("voided", "2021-04-01", recorded="2021-04-01T12:00:00", corrects="s")
    entries = [registered(), SUSPENDED, back]
    assert member(entries, "2021-03-15").status == "registered"
    assert member(entries, "2021-03-15", known="2021-03-20T00:00:00").status == "suspended"


def test_a_corrected_entry_is_replaced_with_its_own_date() -> None:
    right = entry(
        "status_changed",
        "2021-03-15",
        named="r",
        recorded="2021-04-01T12:00:00",
        corrects="s",
        status="suspended",
        reason="cpd",
    )
    entries = [registered(), SUSPENDED, right]
    assert member(entries, "2021-03-14").status == "registered"
    assert member(entries, "2021-03-15").reason == "cpd"
    assert member(entries, "2021-03-14", known="2021-03-20T00:00:00").reason == "fees"


def test_of_a_chain_of_corrections_only_the_last_counts() -> None:
    chain = [SUSPENDED]
    for n, reason in enumerate(("cpd", "administrative")):
        chain.append(SUSPENDED._replace(id=f"s{n}", corrects=chain[-1].id))
        chain[-1] = chain[-1]._replace(data={"status": "suspended", "reason": reason})
    entries = [registered(), *chain]
    assert member(entries, "2021-03-01").reason == "administrative"
    taken_back = [*entries, entry("voided", "2021-04-01", corrects="s1")]
    assert member(taken_back, "2021-05-01").status == "registered"


def test_a_correction_of_the_registration_moves_its_date() -> None:
    right = entry("registered", "2018-05-01", corrects="registered-2020-01-01", family="Lee")
    assert member([registered(), right], "2018-05-01").registered_on == day("2018-05-01")


def test_a_second_registration_counts_for_nothing() -> None:
    again = registered("2021-01-01", family="Other", city="Leduc")
    record = member([registered(), again], "2022-01-01")
    assert (record.family, record.city, record.registered_on) == ("Lee", "", START)


# -- members


def test_a_former_name_stays_findable_and_is_dated() -> None:
    entries = [registered(), entry("name_changed", "2022-06-01", family="Roy", given="Ana")]
    record = member(entries, "2022-06-01")
    assert (record.given, record.family) == ("Ana", "Roy")
    assert record.other_names == (AnotherName("Ana Lee", "former", day("2022-06-01")),)


def test_a_misspelt_name_that_is_put_right_is_no_former_name() -> None:
    put_right = entry("name_changed", "2022-06-01", family="Leigh", given="Ana", keep_former=False)
    assert member([registered(), put_right], "2022-06-01").other_names == ()


def test_another_known_as_makes_no_former_name() -> None:
    known = entry("name_changed", "2022-06-01", family="Lee", given="Ana", known_as="Annie")
    record = member([registered(), known], "2022-06-01")
    assert (record.known_as, record.other_names) == ("Annie", ())


def test_another_name_is_of_its_kind_and_until_its_day() -> None:
    entries = [
        registered(),
        entry("other_name_added", "2021-01-01", named="k", name="Annie Lee", type="known_as"),
        entry("other_name_added", "2021-01-01", named="f", name="Ana Roy", until="2019-06-01"),
    ]
    assert set(member(entries, "2021-01-01").other_names) == {
        AnotherName("Annie Lee", "known_as", None),
        AnotherName("Ana Roy", "former", day("2019-06-01")),
    }


def test_a_decision_is_kept_with_who_directed_its_publication() -> None:
    """STA-6."""
    said: dict[str, Any] = {"title": "Practice beyond the scope", "decided_on": "2021-02-03"}
    directed: dict[str, Any] = {
        "summary": "A fine was set.", "publication_directed_by": "Discipline Committee",
    }  # fmt: skip
    entries = [
        registered(),
        entry("decision_recorded", "2021-03-01", named="a", decision="D1", **said, **directed),
        entry("decision_recorded", "2021-03-01", named="b", decision="D2", **said),
    ]
    title, on = said["title"], day("2021-02-03")
    assert member(entries, "2021-03-01").decisions == (
        DisciplineDecision("D1", title, on, "A fine was set.", "Discipline Committee"),
        DisciplineDecision("D2", title, on, "", ""),
    )


def test_a_declaration_that_is_renewed_has_held_since_the_first() -> None:
    """CPD-5."""
    entries = [
        registered(),
        entry("not_practising_declared", "2021-07-05", until="2022-07-04"),
        entry("not_practising_declared", "2022-07-05", until="2023-07-04"),
    ]
    first = NotPractising(day("2021-07-05"), day("2022-07-04"))
    assert member(entries, "2022-07-04").not_practising == first
    renewed = NotPractising(day("2021-07-05"), day("2023-07-04"))
    assert member(entries, "2022-07-05").not_practising == renewed


def test_a_student_becomes_a_member_on_a_date() -> None:
    entries = [
        registered(category="student"),
        entry("category_changed", "2022-06-01", category="member"),
        entry("category_changed", "2023-06-01", category="member"),
    ]
    assert member(entries, "2022-05-31").category == "student"
    record = member(entries, "2024-01-01")
    assert (record.category, record.category_since) == ("member", day("2022-06-01"))


def test_a_withdrawn_designation_takes_its_scope_with_it() -> None:
    withdrawn = entry("designation_withdrawn", "2022-01-01", designation=P_TECH)
    entries = [*practitioner(), withdrawn]
    assert len(member(entries, "2021-12-31").scopes) == 1
    record = member(entries, "2022-01-01")
    assert (record.designations, record.scopes) == ((), ())


def test_a_changed_scope_replaces_the_one_before_on_its_date() -> None:
    wider = entry("scope_granted", "2022-01-01", designation=P_TECH, discipline="Electrical")
    entries = [*practitioner(), wider]
    assert [s.discipline for s in member(entries, "2021-12-31").scopes] == ["Civil"]
    (scope,) = member(entries, "2022-01-01").scopes
    assert (scope.discipline, scope.limits, scope.since) == ("Electrical", "", day("2022-01-01"))


def test_a_scope_says_in_what_how_far_and_in_which_words() -> None:
    """SCO-1."""
    said: dict[str, Any] = {"limits": "Up to 25 kV", "text": "As granted"}
    said["activities"] = ["Design", "Inspection"]
    (scope,) = member(practitioner(**said), "2020-01-01").scopes
    assert (scope.activities, scope.limits, scope.text) == (
        ("Design", "Inspection"), "Up to 25 kV", "As granted",
    )  # fmt: skip
    plain = entry("scope_granted", "2021-01-01", designation=P_TECH, discipline="Civil")
    (scope,) = member([*practitioner(**said), plain], "2021-01-01").scopes
    assert (scope.activities, scope.limits, scope.text) == ((), "", "")


def test_conditions_are_in_force_from_to() -> None:
    entries = [
        registered(),
        entry("condition_imposed", "2021-01-01", condition="C1", text="No sole practice"),
        entry("condition_lifted", "2022-01-01", condition="C1"),
    ]
    assert [c.text for c in member(entries, "2021-12-31").conditions] == ["No sole practice"]
    assert member(entries, "2022-01-01").conditions == ()


# -- permits: PER-2, PER-5


@pytest.mark.parametrize(
    ("first_day", "last_day"),
    [
        ("2024-05-01", "2025-04-30"),
        ("2024-01-01", "2024-12-31"),
        ("2024-02-29", "2025-02-28"),
        ("2023-03-01", "2024-02-29"),
        ("2027-03-01", "2028-02-29"),
    ],
)
def test_a_permit_runs_a_year_to_the_day_before_its_anniversary(
    first_day: str, last_day: str
) -> None:
    assert permit([issued(first_day)], first_day).expires_on == day(last_day)


def test_a_stated_expiry_counts_instead_of_the_term() -> None:
    assert permit([issued(expires_on="2020-06-30")], "2020-01-01").expires_on == day("2020-06-30")


def test_a_renewal_in_time_runs_on_and_the_permit_has_been_in_force_since_its_issue() -> None:
    entries = [issued("2020-01-01"), permit_entry("renewed", "2020-11-15")]
    record = permit(entries, "2020-11-15")
    assert record.expires_on == day("2021-12-31")
    assert record.in_force_since == day("2020-01-01")
    assert permit(entries, "2020-11-14").expires_on == day("2020-12-31")


def test_a_renewal_on_the_morning_after_the_last_day_leaves_no_gap() -> None:
    entries = [issued("2020-01-01"), permit_entry("renewed", "2021-01-01")]
    record = permit(entries, "2021-01-01")
    assert record.expires_on == day("2021-12-31")
    assert record.in_force_since == day("2020-01-01")


def test_a_permit_renewed_after_it_lapsed_is_in_force_since_the_renewal() -> None:
    entries = [issued("2020-01-01"), permit_entry("renewed", "2021-01-02")]
    record = permit(entries, "2021-01-02")
    assert record.expires_on == day("2022-01-01")
    assert record.in_force_since == day("2021-01-02")
    assert record.lapses == (day("2021-01-01"),)


def test_a_reinstated_permit_is_in_force_since_then() -> None:
    entries = [
        issued("2020-01-01"),
        permit_entry("status_changed", "2020-03-01", status="suspended", reason="fees"),
        permit_entry("status_changed", "2020-04-01", status="in_force", reason="reinstated"),
        permit_entry("renewed", "2020-12-01"),
    ]
    assert permit(entries, "2020-12-02").in_force_since == day("2020-04-01")


def test_a_permit_has_been_in_force_since_its_last_return_alone() -> None:
    """PER-2: neither a second entry of what holds already nor a removal begins it anew."""
    entries = [
        issued("2020-01-01"),
        permit_entry("status_changed", "2020-03-01", status="in_force", reason="reinstated"),
        permit_entry("status_changed", "2020-04-01", status="suspended", reason="fees"),
        permit_entry("status_changed", "2020-05-01", status="revoked", reason="discipline"),
    ]
    for on in ("2020-03-01", "2020-04-01", "2020-05-01"):
        assert permit(entries, on).in_force_since == day("2020-01-01")


def test_a_permit_issued_for_all_time_can_be_read_and_renewed() -> None:
    entries = [issued(expires_on="9999-12-31"), permit_entry("renewed", "2021-01-01")]
    assert permit(entries, "2021-01-01").expires_on == date.max


def test_responsible_members_answer_from_to() -> None:
    entries = [
        issued(),
        permit_entry("responsible_member_added", "2020-01-01", named="a", member="100"),
        permit_entry("responsible_member_added", "2020-02-01", named="b", member="101"),
        permit_entry("responsible_member_ceased", "2020-03-01", named="c", member="100"),
        permit_entry("responsible_member_added", "2020-05-01", named="d", member="100"),
    ]
    assert [r.member for r in permit(entries, "2020-02-29").answering()] == ["100", "101"]
    assert [r.member for r in permit(entries, "2020-03-01").answering()] == ["101"]
    assert permit(entries, "2020-05-01").responsibilities == (
        Responsibility("100", day("2020-01-01"), day("2020-03-01")),
        Responsibility("101", day("2020-02-01")),
        Responsibility("100", day("2020-05-01")),
    )


def test_a_renamed_holder_is_found_by_the_name_before() -> None:
    entries = [issued(), permit_entry("renamed", "2021-01-01", legal_name="Southgate Ltd.")]
    record = permit(entries, "2021-01-01")
    assert record.legal_name == "Southgate Ltd."
    assert record.other_names == (AnotherName("Northgate Ltd.", "former", day("2021-01-01")),)


def test_a_holder_whose_name_is_put_right_or_stays_had_no_other() -> None:
    right = permit_entry("renamed", "2021-01-01", legal_name="North Gate Ltd.", keep_former=False)
    assert permit([issued(), right], "2021-01-01").other_names == ()
    same = permit_entry("renamed", "2021-01-01", legal_name="Northgate Ltd.")
    assert permit([issued(), same], "2021-01-01").other_names == ()
