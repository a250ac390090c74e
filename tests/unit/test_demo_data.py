"""The sample records: the same every time, believable, and within the rules."""

import unicodedata
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import groupby

import pytest

from signet.demo import Sample, generate
from signet.policy import PolicyError, load
from signet.register import fold, payloads, rules, standing, verdict
from signet.register.model import Entry, MemberRecord

DATED = date(2026, 11, 21)
POLICY = load()
RESERVED = {"example.org", "example.com", "example.net"}


def sample(members: int = 2000, permits: int = 120, seed: int = 1, dated: date = DATED) -> Sample:
    return generate(members, permits, seed, dated, POLICY)


@pytest.fixture(scope="module")
def members() -> dict[str, list[Entry]]:
    return {entries[0].number: entries for entries in sample().members}


@pytest.fixture(scope="module")
def permits() -> dict[str, list[Entry]]:
    return {entries[0].number: entries for entries in sample().permits}


@pytest.fixture(scope="module")
def records(members: dict[str, list[Entry]]) -> list[MemberRecord]:
    folded = [fold.member(entries, DATED) for entries in members.values()]
    assert None not in folded
    return [record for record in folded if record]


@pytest.fixture(scope="module")
def many() -> list[MemberRecord]:
    """Enough for what is rare to occur."""
    return [as_at(entries) for entries in sample(18000, 0).members]


def share(count: int, records: list[MemberRecord]) -> float:
    return count / len(records)


def as_at(entries: list[Entry], day: date = DATED) -> MemberRecord:
    record = fold.member(entries, day)
    assert record is not None
    return record


def test_the_same_arguments_give_the_same_records_in_whatever_order_they_are_asked_for() -> None:
    first, second = sample(300, 20), sample(300, 20)
    contacts = list(second.contacts)
    permits = list(second.permits)
    assert list(first.members) == list(second.members)
    assert list(first.permits) == permits
    assert list(first.contacts) == contacts


def test_another_seed_or_date_gives_other_records() -> None:
    first = list(sample(50, 3).members)
    assert first != list(sample(50, 3, seed=2).members)
    assert first != list(sample(50, 3, dated=date(2020, 2, 29)).members)


def test_a_member_is_the_same_however_many_there_are() -> None:
    assert list(sample(200).members) == list(sample(2000).members)[:200]
    assert list(sample(200).contacts) == list(sample(2000).contacts)[:200]


def test_every_entry_is_kept_as_the_register_keeps_it(
    members: dict[str, list[Entry]], permits: dict[str, list[Entry]]
) -> None:
    for entries in (*members.values(), *permits.values()):
        for entry in entries:
            data = dict(entry.data)
            assert payloads.canonical(entry.subject, entry.kind, data) == data


def refused(entries: list[Entry], members: dict[str, list[Entry]]) -> list[str]:
    """Return what the rules say when the record is entered again, a day's papers at a time."""
    held: list[Entry] = []
    found: list[str] = []
    for _, together in groupby(entries, key=lambda e: (e.effective_on, bool(e.corrects))):
        proposed = list(together)
        if not held:
            held.append(proposed.pop(0))
        if proposed:
            day = proposed[0].effective_on
            lookup = {n: fold.member(members[n], day) for n in named(proposed) if n in members}
            found += map(str, rules.refusals(held, proposed, POLICY, lookup.get))
            held += proposed
    return [f"{entries[0].number}: {refusal}" for refusal in found]


def named(entries: list[Entry]) -> list[str]:
    return [e.data["member"] for e in entries if "member" in e.data]


def test_a_title_without_its_scope_would_be_noticed(members: dict[str, list[Entry]]) -> None:
    unscoped = [entry for entry in members["100001"] if entry.kind != "scope_granted"]
    assert any("SCO-1" in refusal for refusal in refused(unscoped, members))


@pytest.mark.parametrize("seed", [1, 7])
def test_the_rules_refuse_nothing_of_it(seed: int) -> None:
    made = sample(seed=seed)
    members = {entries[0].number: entries for entries in made.members}
    for entries in (*members.values(), *made.permits):
        assert refused(entries, members) == []


def test_entries_are_recorded_when_or_after_they_take_effect_and_never_after_the_date(
    members: dict[str, list[Entry]], permits: dict[str, list[Entry]]
) -> None:
    latest = datetime(DATED.year, DATED.month, DATED.day, 19, tzinfo=UTC)
    coming = 0
    for entries in (*members.values(), *permits.values()):
        assert entries == sorted(entries, key=lambda e: e.recorded_at)
        assert len({entry.id for entry in entries}) == len(entries)
        for entry in entries:
            assert entry.recorded_at <= latest
            assert entry.authority
            assert entry.entered_by
            assert entry.recorded_at.date() >= entry.effective_on or entry.effective_on > DATED
            coming += entry.effective_on > DATED
    assert 1 <= coming <= 15


def test_ids_and_numbers_are_never_given_twice_and_numbers_rise() -> None:
    made = sample(18000, 400)
    numbers = [contact["number"] for contact in made.contacts]
    assert numbers == sorted(set(numbers))
    assert all(len(number) == 6 for number in numbers)
    permits = [entries[0].number for entries in sample(2000, 1200).permits]
    assert permits == sorted(set(permits))


def test_most_members_are_registered_and_every_other_standing_occurs(
    many: list[MemberRecord],
) -> None:
    count = Counter(record.status for record in many)
    assert 0.83 <= share(count["registered"], many) <= 0.9
    assert set(count) == set(POLICY.statuses) - {"lapsed", "not_known"}
    reasons = {(record.status, record.reason) for record in many}
    assert {
        ("struck_off", "fees"),
        ("struck_off", "cpd"),
        ("suspended", "discipline"),
        ("suspended", "fees"),
        ("suspended", "cpd"),
        ("cancelled", "discipline"),
        ("non_practising", "leave"),
        ("registered", "reinstated"),
    } <= reasons


def test_designations_and_categories_have_their_shares(records: list[MemberRecord]) -> None:
    highest = Counter(r.designations[-1].code if r.designations else "" for r in records)
    assert 0.3 <= share(highest["C.Tech."], records) <= 0.4
    assert 0.45 <= share(highest["C.E.T."], records) <= 0.57
    assert 0.01 <= share(highest["R.E.T."], records) <= 0.04
    practising = highest["P.Tech.(Eng.)"] + highest["P.Tech.(Geo.)"]
    assert 0.055 <= share(practising, records) <= 0.07
    assert highest["P.Tech.(Eng.)"] > 3 * highest["P.Tech.(Geo.)"] > 0
    hidden = [r for r in records if not standing.is_public(r, POLICY)]
    assert 0.03 <= share(len(hidden), records) <= 0.06
    assert not any(r.designations for r in hidden)
    assert {r.category for r in hidden} == set(POLICY.categories) - {"member"}


def test_every_professional_technologist_has_a_scope_and_held_a_first_title_six_years(
    records: list[MemberRecord],
) -> None:
    found = [r for r in records if standing.practising_designations(r, POLICY)]
    for record in found:
        held = {d.code: d.granted_on for d in record.designations}
        (code,) = standing.practising_designations(record, POLICY)
        assert (held[code] - held["C.E.T."]).days >= 6 * 365
        (scope,) = record.scopes
        assert scope.designation == code
        assert record.disciplines == (scope.discipline,)
        assert 1 <= len(scope.activities) <= 3
        assert scope.limits
        assert len(scope.text) > 60
    changed = [r for r in found if sum(e.kind == "scope_granted" for e in r.entries) > 1]
    assert 5 <= len(changed) <= 50
    assert len({r.scopes[0].text for r in found}) > 0.8 * len(found)


def test_the_history_has_every_kind_of_entry() -> None:
    made = sample(9000, 500)
    members = list(made.members)
    kinds = {entry.kind for entries in members for entry in entries}
    assert kinds == set(payloads.MEMBER_KINDS) - {"scope_withdrawn", "reinstatement_ruled"}
    entries = [entry for entries in made.permits for entry in entries]
    assert {entry.kind for entry in entries} == set(payloads.PERMIT_KINDS) - {
        "voided",
        "reinstatement_ruled",
        "condition_imposed",
        "condition_lifted",
    }
    corrected = [e for entries in members for e in entries if e.corrects]
    assert {"registered", "moved", "voided"} <= {e.kind for e in corrected}


def test_some_conditions_and_decisions_are_not_for_publication(many: list[MemberRecord]) -> None:
    assert {c.published for r in many for c in r.conditions} == {True, False}
    directed = Counter(bool(d.publication_directed_by) for r in many for d in r.decisions)
    assert directed[True] > directed[False] > 0


def test_much_has_happened_in_the_last_sixty_days(members: dict[str, list[Entry]]) -> None:
    since = DATED - timedelta(days=60)
    lately = [
        e for entries in members.values() for e in entries if since <= e.effective_on <= DATED
    ]
    assert len({e.number for e in lately}) >= 24
    assert len({e.kind for e in lately}) >= 4


def scripts(names: list[str]) -> set[str]:
    letters = {letter for name in names for letter in name if letter.isalpha()}
    return {unicodedata.name(letter).split()[0] for letter in letters}


def test_names_come_in_many_scripts_and_forms(many: list[MemberRecord]) -> None:
    native = scripts([r.native_name for r in many])
    assert {
        "ARABIC",
        "ARMENIAN",
        "CJK",
        "CYRILLIC",
        "DEVANAGARI",
        "ETHIOPIC",
        "GEORGIAN",
        "GREEK",
        "GURMUKHI",
        "HANGUL",
        "HEBREW",
        "TAMIL",
    } <= native
    assert scripts([f"{r.given}{r.family}" for r in many]) <= {"LATIN", "MODIFIER"}
    letters = {letter for r in many for letter in f"{r.given}{r.family}"}
    assert set("ßøåłđéñçşğőřșÞæŻÓ'’- ") <= letters
    assert sum(not r.given for r in many) >= 20
    assert sum(bool(r.known_as) for r in many) > 500
    assert any(r.family.startswith("van ") for r in many)


def test_names_are_varied_with_a_commonest_of_one_to_two_percent(many: list[MemberRecord]) -> None:
    families = Counter(r.family for r in many)
    assert 0.008 <= families.most_common(1)[0][1] / len(many) <= 0.02
    assert len(families) > 1000
    assert len({(r.given, r.family) for r in many}) > 0.8 * len(many)


def test_contacts_belong_to_nobody(records: list[MemberRecord]) -> None:
    contacts = list(sample().contacts)
    assert [c["number"] for c in contacts] == [r.number for r in records]
    for contact, record in zip(contacts, records, strict=True):
        local, domain = contact["email"].split("@")
        assert domain in RESERVED
        assert local.isascii()
        assert contact["phone"][3:10] == "-555-01"
        age = (record.registered_on - date.fromisoformat(contact["birth_date"])).days / 365.25
        assert 19 < age < 40
        assert contact["address"]


def test_permits_are_held_by_firms_and_mostly_in_force(permits: dict[str, list[Entry]]) -> None:
    found = [r for entries in permits.values() if (r := fold.permit(entries, DATED, POLICY))]
    assert len(found) == 120
    good = [r for r in found if verdict.is_in_force(r, DATED, POLICY)]
    assert 0.78 <= len(good) / len(found) <= 0.95
    assert len({r.legal_name for r in found}) == len(found)
    assert any(r.operating_names for r in found)
    assert any(r.legal_name[0].isdigit() for r in found)
    assert any(r.other_names for r in found)


def test_responsible_members_are_permitted_to_practise_in_a_field_of_the_permit(
    members: dict[str, list[Entry]], permits: dict[str, list[Entry]]
) -> None:
    for entries in permits.values():
        for entry in entries:
            if entry.kind != "responsible_member_added":
                continue
            who = as_at(members[entry.data["member"]], entry.effective_on)
            assert standing.may_answer_for_permit(who, POLICY)
            permit = fold.permit(entries, entry.effective_on, POLICY)
            assert permit is not None
            assert {scope.discipline for scope in who.scopes} <= set(permit.fields)


def test_most_members_answer_for_one_permit_and_none_for_more_than_two(
    permits: dict[str, list[Entry]],
) -> None:
    named = Counter(
        number
        for entries in permits.values()
        for number in {e.data["member"] for e in entries if "member" in e.data}
    )
    counts = Counter(named.values())
    assert set(counts) <= {1, 2}
    assert counts[1] > counts[2] > 0


def test_a_few_permits_in_force_have_nobody_who_can_answer_for_them(
    members: dict[str, list[Entry]], permits: dict[str, list[Entry]]
) -> None:
    vacant: Counter[str] = Counter()
    for entries in permits.values():
        permit = fold.permit(entries, DATED, POLICY)
        assert permit is not None
        if not verdict.is_in_force(permit, DATED, POLICY):
            continue
        named = [as_at(members[r.member]) for r in permit.answering()]
        if not any(standing.may_answer_for_permit(who, POLICY) for who in named):
            vacant["still named" if named else "ceased"] += 1
    assert 2 <= vacant.total() <= 15


def test_small_and_odd_samples_can_be_made() -> None:
    for members, permits in ((0, 0), (1, 0), (1, 3), (20, 3), (40, 40)):
        made = sample(members, permits)
        assert len(list(made.members)) == len(list(made.contacts)) == members
        assert len(list(made.permits)) == permits
    old = sample(100, 5, dated=date(1996, 2, 29))
    assert all(e.effective_on.year <= 1996 for entries in old.permits for e in entries)


def test_what_can_not_be_made_is_refused() -> None:
    for members, permits in ((-1, 0), (0, 1), (900000, 0)):
        with pytest.raises(ValueError, match=r"members|negative"):
            sample(members, permits)
    with pytest.raises(ValueError, match="dated"):
        sample(10, 0, dated=date(1950, 1, 1))


def test_a_pack_without_the_samples_words_is_refused() -> None:
    other = POLICY._replace(disciplines=("Alchemy",))
    with pytest.raises(PolicyError, match="disciplines"):
        generate(10, 0, 1, DATED, other)
