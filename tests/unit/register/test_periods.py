"""Standing over time, by both clocks, against the plain reading: each day folded by itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from signet.register import fold, standing, verdict
from signet.register.model import Entry
from signet.register.periods import (
    KnownPractice,
    MemberStanding,
    PermitStanding,
    Statement,
    of_member,
    of_permit,
    practice_as_known,
    recorded_on,
)
from tests.entries import (
    P_TECH,
    PERMIT_DATA,
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

ZONE = ZoneInfo(POLICY.regulator.time_zone)
AS_OF = day("2022-06-01")
_DAY = timedelta(days=1)


def told(entries: list[Entry], as_of: date = AS_OF) -> list[Statement[MemberStanding]]:
    record = fold.member(entries, as_of)
    assert record is not None
    return of_member(record, entries, as_of, POLICY, ZONE)


def lines(statements: list[Statement[Any]]) -> list[tuple[str, ...]]:
    """Return the statements as lines: first and last day, words, recorded, corrected."""
    return [
        (
            str(s.first),
            str(s.last or ""),
            s.content.verdict.words,
            str(s.recorded_on),
            str(s.corrected_on or ""),
        )
        for s in statements
    ]


def suspended(on: str, until: str = "", **rest: Any) -> list[Entry]:
    made = [entry("status_changed", on, status="suspended", reason="discipline", **rest)]
    if until:
        made.append(entry("status_changed", until, named="back", status="registered"))
    return made


def test_a_suspension_that_is_over_is_a_period_between_two() -> None:
    assert lines(told([*practitioner(), *suspended("2021-02-01", "2021-05-01")])) == [
        ("2020-01-01", "2021-01-31", "Permitted to practise", "2020-01-01", ""),
        ("2021-02-01", "2021-04-30", "Not permitted to practise", "2021-02-01", ""),
        ("2021-05-01", "", "Permitted to practise", "2021-05-01", ""),
    ]


def test_what_was_recorded_late_was_said_otherwise_until_then() -> None:
    late = suspended("2021-02-01", recorded="2021-03-10T18:00:00")
    assert lines(told([*practitioner(), *late])) == [
        ("2020-01-01", "2021-01-31", "Permitted to practise", "2020-01-01", ""),
        ("2021-02-01", "2021-03-09", "Permitted to practise", "2021-02-01", "2021-03-10"),
        ("2021-02-01", "", "Not permitted to practise", "2021-03-10", ""),
    ]


def test_a_suspension_that_was_never_true_is_taken_out_of_the_days_that_were() -> None:
    entries = [*practitioner(), *suspended("2021-02-01")]
    void = entry("voided", "2021-02-20", corrects=entries[-1].id)
    assert lines(told([*entries, void])) == [
        ("2020-01-01", "2021-01-31", "Permitted to practise", "2020-01-01", ""),
        ("2021-02-01", "2021-02-19", "Not permitted to practise", "2021-02-01", "2021-02-20"),
        ("2021-02-01", "", "Permitted to practise", "2021-02-20", ""),
    ]


def test_what_changes_no_standing_begins_no_period() -> None:
    moved = entry("moved", "2021-01-01", city="Leduc")
    renamed = entry("name_changed", "2021-03-01", family="Roy", recorded="2021-06-01T12:00:00")
    assert len(told([*practitioner(), moved, renamed])) == 1


def test_a_scope_and_a_condition_begin_periods_of_their_own() -> None:
    wider = entry(
        "scope_granted", "2021-01-01", designation=P_TECH, discipline="Civil", limits="Up to 50 kV"
    )
    condition = entry("condition_imposed", "2021-02-01", condition="C1", text="Is supervised.")
    said_then = [s.content for s in told([*practitioner(), wider, condition])]
    assert [f.scopes[0].limits for f in said_then] == ["Up to 25 kV", "Up to 50 kV", "Up to 50 kV"]
    assert [len(f.conditions) for f in said_then] == [0, 0, 1]


def test_nothing_is_told_of_a_student_s_days() -> None:
    """DES-6: students aren't public."""
    entries = [
        registered("2020-01-01", category="student"),
        entry("category_changed", "2021-01-01", category="member"),
        entry("designation_granted", "2021-01-01", designation="C.E.T."),
    ]
    assert [line[:3] for line in lines(told(entries))] == [("2021-01-01", "", "In good standing")]


def test_a_permit_answered_for_begins_a_period_and_one_recorded_late_is_learned_late() -> None:
    named = [
        issued("2020-01-01", expires_on="2025-12-31"),
        permit_entry("responsible_member_added", "2020-06-01", member="100"),
        permit_entry(
            "responsible_member_ceased", "2021-01-01", member="100", recorded="2021-02-01T18:00:00"
        ),
    ]
    record = fold.member(practitioner(), AS_OF)
    assert record is not None
    statements = of_member(record, practitioner(), AS_OF, POLICY, ZONE, [named])
    assert [(*line[:2], *line[3:]) for line in lines(statements)] == [
        ("2020-01-01", "2020-05-31", "2020-01-01", ""),
        ("2020-06-01", "2020-12-31", "2020-06-01", ""),
        ("2021-01-01", "2021-01-31", "2021-01-01", "2021-02-01"),
        ("2021-01-01", "", "2021-02-01", ""),
    ]
    assert [s.content.answers_for for s in statements] == [(), ("P-1",), ("P-1",), ()]


def test_an_import_says_of_the_years_before_it_only_since_its_own_day() -> None:
    recorded = "2021-04-01T12:00:00"
    entries = [
        registered("2010-01-01", recorded=recorded),
        entry("designation_granted", "2012-01-01", designation="C.E.T.", recorded=recorded),
    ]
    assert [line[3] for line in lines(told(entries))] == ["2021-04-01", "2021-04-01"]


def test_a_permit_expires_by_itself_and_its_gap_stays() -> None:
    entries = [
        issued("2020-01-01", expires_on="2020-12-31"),
        permit_entry("responsible_member_added", "2020-01-01", member="100"),
        permit_entry("renewed", "2021-03-01", expires_on="2022-02-28"),
    ]
    known = KnownPractice({"100": practices(practitioner())})
    assert [line[:3] for line in lines(of_permit(entries, known, AS_OF, POLICY, ZONE))] == [
        ("2020-01-01", "2020-12-31", "In force"),
        ("2021-01-01", "2021-02-28", "Not in force"),
        ("2021-03-01", "2022-02-28", "In force"),
        ("2022-03-01", "", "Not in force"),
    ]


def test_a_responsible_member_s_suspension_recorded_late_is_learned_late_of_the_permit() -> None:
    late = suspended("2021-02-01", recorded="2021-03-10T18:00:00")
    member = [*practitioner(), *late]
    entries = [
        issued("2020-01-01", expires_on="2025-12-31"),
        permit_entry("responsible_member_added", "2020-01-01", member="100"),
    ]
    known = KnownPractice(
        {"100": practices(member)},
        {"100": practice_as_known(member, AS_OF, POLICY, ZONE)},
    )
    without = "In force, without a responsible member"
    assert lines(of_permit(entries, known, AS_OF, POLICY, ZONE)) == [
        ("2020-01-01", "2021-01-31", "In force", "2020-01-01", ""),
        ("2021-02-01", "2021-03-09", "In force", "2021-02-01", "2021-03-10"),
        ("2021-02-01", "", without, "2021-03-10", ""),
    ]


# -- any history, against each day by itself


NAMING_DATA = {
    kind: PERMIT_DATA[kind]
    for kind in ("issued", "responsible_member_added", "responsible_member_ceased", "moved")
}


def practices(entries: list[Entry], on: date = AS_OF) -> tuple[verdict.Practice, ...]:
    record = fold.member(entries, on)
    if record is None or not standing.is_public(record, POLICY):
        return ()
    return verdict.practice(record, POLICY)


def days_around(entries: list[Entry]) -> list[date]:
    """Return the days on which something may change, and their neighbours, up to AS_OF."""
    met = {e.effective_on for e in entries} | {recorded_on(e, ZONE) for e in entries}
    met |= {
        day(text) for e in entries for name in ("until", "expires_on") if (text := e.data.get(name))
    }
    near = {on + step * _DAY for on in met | {AS_OF} for step in (-1, 0, 1)}
    return sorted(on for on in near if on <= AS_OF)


def pairs(entries: list[Entry]) -> Iterator[tuple[date, date, list[Entry]]]:
    """Yield a day, the day on which one asks, and the entries known then."""
    days = days_around(entries)
    for asked in days:
        known = [e for e in entries if recorded_on(e, ZONE) <= asked]
        yield from ((on, asked, known) for on in days if on <= asked)


def said(statements: list[Statement[Any]], on: date, asked: date) -> Any:
    """Return what the statements say of a day, as it was said on another: at most one does."""
    found = [
        s.content
        for s in statements
        if s.first <= on <= (s.last or date.max)
        and s.recorded_on <= asked < (s.corrected_on or date.max)
    ]
    assert len(found) <= 1
    return found[0] if found else None


@unhurried
@given(
    histories("member", most=6),
    st.lists(histories("permit", number="P-1", most=5, data=NAMING_DATA), max_size=2),
)
def test_each_day_of_any_member_is_said_as_a_fold_of_that_day_says(
    entries: list[Entry], drawn: list[list[Entry]]
) -> None:
    final = fold.member(entries, AS_OF)
    assert final is not None
    permits = [
        [e._replace(number=f"P-{at}", id=f"{e.id}-{at}", corrects=_of(e.corrects, at)) for e in one]
        for at, one in enumerate(drawn)
    ]
    statements = of_member(final, entries, AS_OF, POLICY, ZONE, permits)
    for on, asked, every in pairs([*entries, *(e for one in permits for e in one)]):
        known = [e for e in every if e.subject == "member"]
        record = fold.member(known, on) if on >= final.category_since else None
        expected = None
        if record is not None and standing.is_public(record, POLICY):
            status = POLICY.statuses.get(record.status)
            expected = MemberStanding(
                replace(verdict.of_member(record, POLICY), until=None),
                tuple(d.code for d in record.designations),
                standing.may_use_titles(record, POLICY),
                record.scopes,
                () if status is not None and status.left else record.conditions,
                tuple(_answered(permits, every, on)),
            )
        assert said(statements, on, asked) == expected, (on, asked)


def _of(corrects: str, at: int) -> str:
    return corrects and f"{corrects}-{at}"


def _answered(permits: list[list[Entry]], known: list[Entry], on: date) -> Iterator[str]:
    """Yield the permits that name the member on a day, each folded by itself."""
    for number in sorted(one[0].number for one in permits):
        record = fold.permit([e for e in known if e.number == number], on, POLICY)
        if record is not None and any(r.member == "100" for r in record.answering()):
            yield number


@settings(unhurried)
@given(histories("permit", number="P-1", most=6), histories("member", most=4), st.booleans())
def test_each_day_of_any_permit_is_said_as_a_fold_of_that_day_says(
    entries: list[Entry], member: list[Entry], practising: bool
) -> None:
    held = [*practitioner(), *member[1:]] if practising else member
    known_practice = KnownPractice(
        {"100": practices(held)}, {"100": practice_as_known(held, AS_OF, POLICY, ZONE)}
    )
    statements = of_permit(entries, known_practice, AS_OF, POLICY, ZONE)
    for on, asked, known in pairs([*entries, *held]):
        own = [e for e in known if e.subject == "permit"]
        record = fold.permit(own, on, POLICY)
        expected = None
        if record is not None:
            may = practices([e for e in known if e.subject == "member"], asked)
            day_verdict = verdict.of_permit(record, {"100": may}, on, POLICY)
            covered = verdict.covered(record, {"100": may}, on)
            expected = PermitStanding(
                replace(day_verdict, until=None),
                record.fields,
                tuple(r.member for r in record.answering()),
                tuple(
                    f
                    for f in record.fields
                    if day_verdict.answer == "in_force" and f not in covered
                ),
                record.conditions,
            )
        assert said(statements, on, asked) == expected, (on, asked)
