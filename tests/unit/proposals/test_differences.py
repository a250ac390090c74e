"""What another system's row says that the register doesn't: no more and no less than that."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signet.register import differences, fold
from signet.register.differences import Difference, Wanted, as_entries
from signet.register.model import AnotherName, Entry, MemberRecord, PermitRecord
from tests.entries import (
    DAYS,
    DESIGNATIONS,
    LISTED,
    NUMBERS,
    P_TECH,
    PERMIT_STATUSES,
    POLICY,
    REASONS,
    STATUSES,
    TEXT,
    WORD,
    day,
    entry,
    histories,
    issued,
    permit_entry,
    practitioner,
    registered,
    unhurried,
)

DATED = date(2023, 1, 1)
IMPORTED = datetime(2024, 1, 1, tzinfo=UTC)


def wanted_member(values: dict[str, Any], **parts: Any) -> Wanted:
    return Wanted("member", "100", values, **parts)


def wanted_permit(values: dict[str, Any], **parts: Any) -> Wanted:
    return Wanted("permit", "P-1", values, **parts)


def compared(held: Sequence[Entry], wanted: Wanted, dated: date = DATED) -> Difference:
    if wanted.subject == "member":
        return differences.member(fold.member(held, dated), wanted, dated)
    return differences.permit(fold.permit(held, dated, POLICY), wanted, dated)


def taken(held: Sequence[Entry], wanted: Wanted, dated: date = DATED) -> list[Entry]:
    """Return the entries held and those that the row adds."""
    difference = compared(held, wanted, dated)
    return [*held, *as_entries(wanted, difference, dated, IMPORTED, "import", "G 60", len(held))]


def member_of(held: Sequence[Entry], dated: date = DATED) -> MemberRecord:
    record = fold.member(held, dated)
    assert record is not None
    return record


def permit_of(held: Sequence[Entry], dated: date = DATED) -> PermitRecord:
    record = fold.permit(held, dated, POLICY)
    assert record is not None
    return record


def kinds(difference: Difference) -> list[str]:
    return [kind for kind, _, _ in difference.changes]


# -- taking the same again changes nothing


def rows(fields: dict[str, st.SearchStrategy[Any]], always: tuple[str, ...]) -> Any:
    """Rows with some of the columns; an empty date is None, as cells are read."""
    needed = {name: fields[name] for name in always}
    return st.fixed_dictionaries(
        needed, optional={name: value for name, value in fields.items() if name not in always}
    )


MAYBE = st.none() | DAYS
MEMBER_ROW = {
    "family": WORD,
    "given": TEXT,
    "known_as": TEXT,
    "native_name": TEXT,
    "category": st.sampled_from(["", *POLICY.categories]),
    "city": TEXT,
    "province": TEXT,
    "designations": st.lists(DESIGNATIONS, unique=True, max_size=3),
    "disciplines": LISTED,
    "status": st.just("") | STATUSES,
    "status_reason": REASONS,
    "status_since": MAYBE,
    "status_until": MAYBE,
    "registered_on": MAYBE,
    "conditions": LISTED,
}
SCOPE_ROW = {
    "designation": DESIGNATIONS,
    "discipline": WORD,
    "activities": LISTED,
    "limits": TEXT,
    "text": TEXT,
    "since": MAYBE,
}
NAME_ROW = {"name": WORD, "type": st.sampled_from(["", "former", "known_as"]), "until": MAYBE}
PERMIT_ROW = {
    "legal_name": WORD,
    "operating_names": LISTED,
    "city": TEXT,
    "province": TEXT,
    "fields": LISTED,
    "issued_on": MAYBE,
    "expires_on": MAYBE,
    "status": st.just("") | PERMIT_STATUSES,
    "status_reason": REASONS,
    "status_since": MAYBE,
    "status_until": MAYBE,
}
RESPONSIBLE_ROW = {"member": NUMBERS, "from": MAYBE, "to": MAYBE}
OTHER_NAMES = st.none() | st.lists(rows(NAME_ROW, ("name",)), max_size=2)
MEMBERS_WANTED = st.builds(
    wanted_member,
    rows(MEMBER_ROW, ("family",)),
    other_names=OTHER_NAMES,
    scopes=st.none()
    | st.lists(
        rows(SCOPE_ROW, ("designation", "discipline")),
        max_size=2,
        unique_by=lambda row: row["designation"],
    ),
)
PERMITS_WANTED = st.builds(
    wanted_permit,
    rows(PERMIT_ROW, ("legal_name",)),
    other_names=OTHER_NAMES,
    responsible=st.none()
    | st.lists(
        rows(RESPONSIBLE_ROW, ("member",)),
        max_size=4,
        unique_by=lambda row: (row["member"], row.get("to")),
    ),
)


@unhurried
@given(st.just([]) | histories("member"), MEMBERS_WANTED)
def test_a_member_s_row_taken_once_says_nothing_new(held: list[Entry], wanted: Wanted) -> None:
    assert compared(taken(held, wanted), wanted).changes == []


def test_rows_that_contradict_each_other_on_who_answers_are_told_and_end_nothing() -> None:
    since, ceased = date(2020, 1, 1), date(2020, 1, 21)
    rows = [{"member": "100", "from": since}, {"member": "100", "to": ceased}]
    wanted = wanted_permit({"legal_name": "Firm"}, responsible=rows)
    assert "both goes on since 2020-01-01 and ceased on 2020-01-21" in compared([], wanted).notes[0]
    assert compared(taken([], wanted), wanted).changes == []


@pytest.mark.parametrize("to", [None, date(2021, 6, 1)])
def test_a_row_that_goes_on_over_an_end_on_the_register_adds_nothing_and_is_told(
    to: date | None,
) -> None:
    """Entered before that end, it changed nothing, and was entered again with each import."""
    first, end = date(2020, 1, 1), date(2020, 1, 21)
    issued = {"legal_name": "Firm", "issued_on": first}
    held = taken(
        [], wanted_permit(issued, responsible=[{"member": "100", "from": first, "to": end}])
    )
    again = wanted_permit({}, responsible=[{"member": "100", "from": first, "to": to}])
    difference = compared(held, again)
    assert difference.changes == []
    assert "ceased on 2020-01-21 on the register" in difference.notes[0]


def test_rows_that_end_and_begin_on_one_day_are_told() -> None:
    day = date(2020, 1, 21)
    rows = [{"member": "100", "from": day}, {"member": "100", "to": day}]
    wanted = wanted_permit({"legal_name": "Firm"}, responsible=rows)
    assert "both goes on since 2020-01-21 and ceased on" in compared([], wanted).notes[0]
    assert compared(taken([], wanted), wanted).changes == []


@unhurried
@given(st.just([]) | histories("permit", "P-1"), PERMITS_WANTED)
def test_a_permit_s_row_taken_once_says_nothing_new(held: list[Entry], wanted: Wanted) -> None:
    assert compared(taken(held, wanted), wanted).changes == []


@unhurried
@given(histories("member"), MEMBERS_WANTED)
def test_the_register_then_says_what_the_row_said(held: list[Entry], wanted: Wanted) -> None:
    record, row = member_of(taken(held, wanted)), wanted.values
    before = member_of(held)
    for name in ("family", "given", "known_as", "native_name", "city", "province"):
        assert getattr(record, name) == row.get(name, getattr(before, name))
    assert record.category == (row.get("category") or before.category)
    assert record.status == (row.get("status") or before.status)
    if "disciplines" in row:
        assert record.disciplines == tuple(row["disciplines"])
    if "designations" in row:
        assert {d.code for d in record.designations} == set(row["designations"])
    held_now = {d.code for d in record.designations}
    for scope in (s for s in wanted.scopes or () if s["designation"] in held_now):
        (found,) = [s for s in record.scopes if s.designation == scope["designation"]]
        assert found.discipline == scope["discipline"]


@unhurried
@given(histories("member"))
def test_a_row_that_says_nothing_changes_nothing(held: list[Entry]) -> None:
    difference = compared(held, wanted_member({}))
    assert (difference.changes, difference.notes) == ([], [])


@unhurried
@given(histories("permit", "P-1"))
def test_a_permit_s_row_that_says_nothing_changes_nothing(held: list[Entry]) -> None:
    difference = compared(held, wanted_permit({}))
    assert (difference.changes, difference.notes) == ([], [])


def test_what_was_said_taken_back_and_said_again_on_one_day_counts() -> None:
    held = [registered()]
    for n, city in enumerate(("Olds", "Leduc", "Olds")):
        wanted = wanted_member({"city": city})
        moment = datetime(2024, 1, 1 + n, tzinfo=UTC)
        difference = compared(held, wanted)
        held += as_entries(wanted, difference, DATED, moment, "import", "G 60", len(held))
        assert len({e.id for e in held}) == len(held)
        assert member_of(held).city == city


# -- new records


def test_a_new_member_is_registered_when_the_row_says() -> None:
    row = {
        "family": "Lee",
        "registered_on": day("2011-04-18"),
        "designations": ["C.E.T.", P_TECH],
        "status": "suspended",
        "status_reason": "fees",
        "status_since": day("2022-06-01"),
        "conditions": ["Work is reviewed"],
    }
    scope = {"designation": P_TECH, "discipline": "Civil", "since": day("2019-09-12")}
    difference = compared([], wanted_member(row, scopes=[scope]))
    on = {(kind, data.get("designation")): when for kind, when, data in difference.changes}
    assert on == {
        ("registered", None): day("2011-04-18"),
        ("designation_granted", "C.E.T."): day("2011-04-18"),
        ("designation_granted", P_TECH): day("2019-09-12"),
        ("scope_granted", P_TECH): day("2019-09-12"),
        ("status_changed", None): day("2022-06-01"),
        ("condition_imposed", None): DATED,
    }


def test_a_new_record_without_dates_begins_on_the_source_s_day() -> None:
    ((kind, on, data),) = compared([], wanted_member({"family": "Lee"})).changes
    assert (kind, on, data) == ("registered", DATED, {"family": "Lee"})
    ((kind, on, _),) = compared([], wanted_permit({"legal_name": "N Ltd."})).changes
    assert (kind, on) == ("issued", DATED)


def test_a_new_permit_that_has_expired_was_issued_before() -> None:
    row = {"legal_name": "N Ltd.", "expires_on": day("2022-05-31")}
    record = permit_of(taken([], wanted_permit(row)))
    assert record.issued_on <= record.expires_on == day("2022-05-31")


def test_why_and_since_when_a_new_member_is_registered_isn_t_lost() -> None:
    row = {
        "family": "Lee",
        "registered_on": day("2020-01-01"),
        "status": "registered",
        "status_reason": "reinstated",
        "status_since": day("2021-01-01"),
    }
    record = member_of(taken([], wanted_member(row)))
    assert (record.status, record.reason) == ("registered", "reinstated")
    assert record.status_since == day("2021-01-01")
    row = {"legal_name": "N Ltd.", **{n: row[n] for n in ("status_reason", "status_since")}}
    permit = permit_of(taken([], wanted_permit({**row, "issued_on": day("2020-01-01")})))
    assert (permit.reason, permit.status_since) == ("reinstated", day("2021-01-01"))


def test_of_the_time_before_a_file_it_is_unknown_how_long_one_wasn_t_in_good_standing() -> None:
    """Who died in 1931 wasn't in good standing until the day of the file."""
    row = {"family": "Lee", "registered_on": day("1919-05-01"), "status": "deceased"}
    difference = compared([], wanted_member(row))
    record = member_of(taken([], wanted_member(row)))
    assert (record.status, record.status_since) == ("deceased", DATED)
    assert difference.unknown_until == "deceased"
    before = fold.member(taken([], wanted_member(row)), day("1931-01-01"))
    assert before is not None
    assert (before.status, before.status_since) == ("not_known", day("1919-05-01"))
    said = wanted_member({**row, "status_since": day("1931-02-03")})
    assert member_of(taken([], said)).status_since == day("1931-02-03")
    assert compared([], said).unknown_until == ""
    permit = {"legal_name": "N Ltd.", "issued_on": day("2020-01-01"), "status": "cancelled"}
    first = fold.permit(taken([], wanted_permit(permit)), day("2020-01-01"), POLICY)
    assert first is not None
    assert first.status == "not_known"


# -- standing


def test_a_changed_standing_without_a_reason_keeps_none_of_the_one_before() -> None:
    held = [registered(), entry("status_changed", "2021-01-01", status="suspended", reason="fees")]
    ((kind, on, data),) = compared(held, wanted_member({"status": "registered"})).changes
    assert (kind, on, data) == ("status_changed", DATED, {"status": "registered"})


def test_a_changed_standing_begins_when_the_row_says_if_that_can_be() -> None:
    row = {"status": "suspended", "status_reason": "cpd"}
    for since, on in (("2022-06-01", "2022-06-01"), ("2023-06-01", "2023-01-01")):
        said = wanted_member({**row, "status_since": day(since)})
        assert compared([registered()], said).changes[0][1] == day(on)
    known = entry("status_changed", "2022-07-01", status="retired", reason="own_request")
    said = wanted_member({**row, "status_since": day("2022-06-01")})
    assert compared([registered(), known], said).changes[0][1] == DATED


def test_the_same_standing_with_another_reason_is_a_change() -> None:
    held = [registered(), entry("status_changed", "2021-01-01", status="suspended", reason="fees")]
    row = {"status": "suspended", "status_reason": "cpd"}
    assert kinds(compared(held, wanted_member(row))) == ["status_changed"]


@pytest.mark.parametrize("values", [{"status": ""}, {"status": "", "status_reason": ""}])
def test_an_empty_standing_reinstates_nobody(values: dict[str, str]) -> None:
    """A cell that was left empty must not turn a suspension into a permission."""
    fees: dict[str, Any] = {"status": "suspended", "reason": "fees"}
    held = [registered(), entry("status_changed", "2021-01-01", **fees)]
    difference = compared(held, wanted_member(values))
    assert difference.changes == []
    assert "suspended" in difference.notes[0]
    permit = [issued(), permit_entry("status_changed", "2020-02-01", **fees)]
    difference = compared(permit, wanted_permit(values))
    assert (difference.changes, len(difference.notes)) == ([], 1)


def test_an_empty_category_publishes_nobody() -> None:
    """DES-6."""
    difference = compared([registered(category="student")], wanted_member({"category": ""}))
    assert difference.changes == []
    assert "student" in difference.notes[0]


# -- names and places


def test_a_changed_name_keeps_the_parts_that_the_row_doesn_t_name() -> None:
    held = [registered(known_as="Annie", native_name="李")]
    record = member_of(taken(held, wanted_member({"family": "Roy"})))
    assert (record.given, record.family, record.known_as) == ("Ana", "Roy", "Annie")
    assert record.other_names == (AnotherName("Ana Lee", "former", DATED),)


def test_an_empty_cell_clears_and_a_missing_column_keeps() -> None:
    held = [registered(city="Olds", province="AB")]
    assert member_of(taken(held, wanted_member({"city": ""}))).city == ""
    record = member_of(taken(held, wanted_member({"city": "Leduc"})))
    assert (record.city, record.province) == ("Leduc", "AB")


def test_other_names_are_added_once_and_never_taken_away() -> None:
    held = [registered(), entry("other_name_added", "2020-01-01", name="Ana Kim")]
    names = [{"name": "Ana Kim"}, {"name": "Annie", "type": "known_as"}, {"name": "Ana Lee"}]
    record = member_of(taken(held, wanted_member({}, other_names=names)))
    assert [n.name for n in record.other_names] == ["Ana Kim", "Annie"]
    assert kinds(compared(held, wanted_member({}, other_names=[]))) == []


def test_a_renamed_company_s_name_before_isn_t_listed_twice() -> None:
    names = [{"name": "Northgate Ltd.", "type": "former"}]
    held = taken([issued()], wanted_permit({"legal_name": "Southgate Ltd."}, other_names=names))
    assert [n.name for n in permit_of(held).other_names] == ["Northgate Ltd."]


# -- designations and scopes


def test_a_p_tech_s_scope_is_what_the_row_says() -> None:
    scope = {"designation": P_TECH, "discipline": "Electrical", "activities": ["Testing"]}
    record = member_of(taken(practitioner(), wanted_member({}, scopes=[scope])))
    assert [(s.discipline, s.activities) for s in record.scopes] == [("Electrical", ("Testing",))]


def test_columns_that_scopes_don_t_have_keep_what_is_held() -> None:
    same = {"designation": P_TECH, "discipline": "Civil"}
    assert compared(practitioner(), wanted_member({}, scopes=[same])).changes == []
    other = {"designation": P_TECH, "discipline": "Electrical"}
    (scope,) = member_of(taken(practitioner(), wanted_member({}, scopes=[other]))).scopes
    assert (scope.discipline, scope.activities, scope.limits) == (
        "Electrical",
        ("Design",),
        "Up to 25 kV",
    )


def test_a_scope_that_the_file_lacks_is_a_note_and_stands() -> None:
    """SCO-2: until it is decided the old scope stands."""
    difference = compared(practitioner(), wanted_member({}, scopes=[]))
    assert difference.changes == []
    assert P_TECH in difference.notes[0]


@pytest.mark.parametrize("held", [[], [registered()]], ids=["new", "held"])
def test_a_scope_without_its_designation_is_a_note(held: list[Entry]) -> None:
    """SCO-1."""
    scope = {"designation": P_TECH, "discipline": "Civil"}
    row = {"family": "Lee", "given": "Ana", "designations": ["C.E.T."]}
    difference = compared(held, wanted_member(row, scopes=[scope]))
    assert "scope_granted" not in kinds(difference)
    assert "SCO-1" in difference.notes[0]


def test_a_technologist_who_becomes_a_p_tech_is_one_since_the_scope() -> None:
    held = [registered(), entry("designation_granted", "2020-01-01", designation="C.E.T.")]
    scope = {"designation": P_TECH, "discipline": "Civil", "since": day("2022-09-12")}
    wanted = wanted_member({"designations": ["C.E.T.", P_TECH]}, scopes=[scope])
    assert [(kind, on) for kind, on, _ in compared(held, wanted).changes] == [
        ("designation_granted", day("2022-09-12")),
        ("scope_granted", day("2022-09-12")),
    ]


def test_a_designation_that_a_row_no_longer_has_is_withdrawn_with_its_scope() -> None:
    wanted = wanted_member({"designations": ["C.E.T."]}, scopes=[])
    difference = compared(practitioner(), wanted)
    assert kinds(difference) == ["designation_withdrawn", "designation_granted"]
    assert difference.notes == []
    assert member_of(taken(practitioner(), wanted)).scopes == ()


def test_a_changed_scope_begins_when_the_row_says() -> None:
    scope = {"designation": P_TECH, "discipline": "Electrical", "since": day("2022-03-01")}
    ((_, on, _),) = compared(practitioner(), wanted_member({}, scopes=[scope])).changes
    assert on == day("2022-03-01")


# -- conditions


def test_conditions_of_one_file_keep_its_order_and_its_names() -> None:
    texts = [f"Condition {n}" for n in range(12)]
    record = member_of(taken([], wanted_member({"family": "Lee", "conditions": texts})))
    assert [(c.condition, c.text) for c in record.conditions] == [
        (f"C{n + 1}", text) for n, text in enumerate(texts)
    ]


def test_a_permit_holds_conditions_as_a_member_does() -> None:
    held = taken([], wanted_permit({"legal_name": "N Ltd.", "conditions": ["Audited", "Insured"]}))
    assert [c.text for c in permit_of(held).conditions] == ["Audited", "Insured"]
    later = day("2024-01-01")
    held = taken(held, wanted_permit({"conditions": ["Insured", "No sole practice"]}), later)
    assert [(c.condition, c.text) for c in permit_of(held, later).conditions] == [
        ("C2", "Insured"), ("C3", "No sole practice"),
    ]  # fmt: skip
    assert compared(held, wanted_permit({"legal_name": "N Ltd."}), later).changes == []


def test_conditions_are_imposed_and_lifted_by_their_text() -> None:
    held = [
        registered(),
        entry("condition_imposed", "2021-01-01", named="a", condition="C1", text="Reviewed"),
        entry(
            "condition_imposed", "2021-01-01", named="b", condition="C2", text="No sole\npractice"
        ),
    ]
    row = {"conditions": ["No sole practice", "Inspected yearly", "Inspected yearly"]}
    difference = compared(held, wanted_member(row))
    assert [(kind, data["condition"]) for kind, _, data in difference.changes] == [
        ("condition_lifted", "C1"),
        ("condition_imposed", "C3"),
    ]


# -- notes: what would rewrite the past is for a person


def test_another_date_of_registration_is_a_note() -> None:
    difference = compared([registered()], wanted_member({"registered_on": day("2011-01-01")}))
    assert difference.changes == []
    assert "2011-01-01" in difference.notes[0]


def test_a_permit_s_later_expiry_is_a_renewal_and_an_earlier_one_a_note() -> None:
    """PER-2."""
    held = [issued(expires_on="2023-06-30")]
    later = wanted_permit({"expires_on": day("2024-06-30")})
    assert compared(held, later).changes == [("renewed", DATED, {"expires_on": "2024-06-30"})]
    assert permit_of(taken(held, later)).in_force_since == day("2020-01-01")
    difference = compared(held, wanted_permit({"expires_on": day("2023-03-31")}))
    assert (difference.changes, len(difference.notes)) == ([], 1)


# -- responsible members


ANSWERING = [
    issued(expires_on="2023-12-31"),
    permit_entry("responsible_member_added", "2020-01-01", named="r1", member="100"),
]


def test_a_responsible_member_whom_the_file_lacks_is_a_note() -> None:
    """PER-5: whether the member ceased is for the holder to tell."""
    difference = compared(ANSWERING, wanted_permit({}, responsible=[]))
    assert difference.changes == []
    assert "100" in difference.notes[0]


def test_responsible_members_are_added_and_cease_when_the_rows_say() -> None:
    said = [{"member": "100", "to": day("2022-05-01")}, {"member": "101"}]
    wanted = wanted_permit({}, responsible=said)
    record = permit_of(taken(ANSWERING, wanted))
    assert [(r.member, r.since, r.until) for r in record.responsibilities] == [
        ("100", day("2020-01-01"), day("2022-05-01")),
        ("101", DATED, None),
    ]


def test_an_earlier_stretch_of_one_who_answers_now_is_added_beside_it() -> None:
    held = [
        issued("2018-01-01", expires_on="2023-12-31"),
        permit_entry("responsible_member_added", "2022-01-01", named="r1", member="100"),
    ]
    said = [
        {"member": "100", "from": day("2022-01-01"), "to": None},
        {"member": "100", "from": day("2018-01-01"), "to": day("2020-05-01")},
    ]
    record = permit_of(taken(held, wanted_permit({}, responsible=said)))
    assert [(r.since, r.until) for r in record.responsibilities] == [
        (day("2018-01-01"), day("2020-05-01")),
        (day("2022-01-01"), None),
    ]


def test_one_who_ceased_at_an_unknown_beginning_doesn_t_come_to_answer_for_the_permit() -> None:
    said = [{"member": "101", "from": None, "to": day("2021-05-01")}]
    difference = compared(ANSWERING[:1], wanted_permit({}, responsible=said))
    assert difference.changes == []
    assert "101" in difference.notes[0]
