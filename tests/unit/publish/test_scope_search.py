"""The scope search finds exactly those who may practise what is asked for, today."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from signet.publish import urgent, verify
from signet.publish.lookup import normal
from signet.publish.scope_search import FOLDER, index
from signet.publish.scope_search.index import MANIFEST
from signet.publish.scope_search.words import LITTLE, stem, stems
from tests.built_site import SCOPE, Ledger, build, prepared, sample, tree
from tests.examples import examples
from tests.scope_search_client import Found, ScopeClient

Wanted = dict[str, str]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a built sample whose shards are small, so that words are divided as in a large one."""
    folder = tmp_path_factory.mktemp("scopes")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(index, "LARGEST", 600)
        build(sample(folder / "records", 900), folder / "site")
    return folder / "site"


@pytest.fixture(scope="module")
def client(site: Path) -> Iterator[ScopeClient]:
    with ScopeClient(site) as running:
        yield running


@pytest.fixture(scope="module")
def people(site: Path) -> list[dict[str, Any]]:
    """Return the JSON documents of those who may practise, with the scopes that they may use."""
    read = [json.loads(path.read_bytes()) for path in site.glob("register/members/*/index.json")]
    permitted = [one for one in read if one["headline"]["answer"] == "permitted"]
    held = [{**one, "scopes": _in_force(one)} for one in permitted]
    return [one for one in held if one["scopes"]]


def _in_force(one: dict[str, Any]) -> list[dict[str, Any]]:
    titles = {designation["code"] for designation in one["designations"]}
    return [scope for scope in one["scopes"] if scope["designation"] in titles]


def oracle(people: list[dict[str, Any]], **wanted: str) -> set[str]:
    """Return who has all that is asked for, by reading every document."""
    return {one["number"] for one in people if any(_has(one, s, **wanted) for s in one["scopes"])}


_stems = lru_cache(maxsize=None)(stems)


def _has(
    one: dict[str, Any],
    scope: dict[str, Any],
    words: str = "",
    city: str = "",
    discipline: str = "",
    activity: str = "",
) -> bool:
    texts = (scope["discipline"], *scope["activities"], scope["text"], scope["limits"], one["city"])
    held = [word for text in texts for word in _stems(text)]
    asked = [stem(word) for word in normal.asked(words) if len(word) > 1 and word not in LITTLE]
    return (
        all(any(word.startswith(part) for word in held) for part in asked)
        and city in ("", one["city"])
        and discipline in ("", scope["discipline"])
        and activity in ("", *scope["activities"])
    )


def test_every_word_of_every_scope_leads_to_all_who_have_it_and_to_nobody_else(
    client: ScopeClient, people: list[dict[str, Any]]
) -> None:
    words = {
        word
        for one in people
        for scope in one["scopes"]
        for text in (scope["text"], scope["limits"], scope["discipline"], *scope["activities"])
        for word in normal.asked(text)
        if len(word) > 1 and word not in LITTLE
    }
    assert len(words) > 300
    for word in sorted(words):
        found = client.everybody(word)
        assert set(found.numbers()) == oracle(people, words=word), word
        assert found.count == len(found.numbers())
        assert len(found.first) == 2


def test_every_city_discipline_and_activity_leads_to_exactly_its_people(
    client: ScopeClient, people: list[dict[str, Any]]
) -> None:
    for filters in _filters(people):
        found = client.everybody("", **filters)
        assert set(found.numbers()) == oracle(people, **filters), filters


def _filters(people: list[dict[str, Any]]) -> Iterator[Wanted]:
    cities = {one["city"] for one in people}
    scopes = [scope for one in people for scope in one["scopes"]]
    disciplines = {scope["discipline"] for scope in scopes}
    activities = {activity for scope in scopes for activity in scope["activities"]}
    yield from ({"city": city} for city in sorted(cities))
    yield from ({"discipline": one} for one in sorted(disciplines))
    yield from ({"activity": one} for one in sorted(activities))
    for one in people[:: max(1, len(people) // examples())]:
        scope = one["scopes"][0]
        activity, discipline = scope["activities"][0], scope["discipline"]
        yield {"discipline": discipline, "activity": activity}
        yield {"city": one["city"], "activity": activity}
        yield {"city": one["city"], "discipline": discipline, "activity": activity}


def test_words_and_filters_together_find_exactly_those_who_have_all(
    client: ScopeClient, people: list[dict[str, Any]]
) -> None:
    for at, one in enumerate(people[:: max(1, len(people) // examples())]):
        scope = one["scopes"][at % len(one["scopes"])]
        words = [word for word in normal.asked(scope["text"]) if len(word) > 3]
        for words_asked in (words[0], f"{words[-1]} {words[0]}", " ".join(words[:3])):
            for filters in ({}, {"city": one["city"]}, {"discipline": scope["discipline"]}):
                found = client.everybody(words_asked, **filters)
                assert set(found.numbers()) == oracle(people, words=words_asked, **filters)
                assert one["number"] in found.numbers()


def test_what_is_said_at_once_of_a_common_word_is_true_of_all(
    client: ScopeClient, people: list[dict[str, Any]]
) -> None:
    """Where the first answer isn't complete, the numbers in it are those of everybody."""
    asked = [{"words": word} for word in ("design", "inspect", "of construction", "system")]
    several = 0
    for wanted in [*asked, *_filters(people)]:
        first = client.people(**wanted)
        whole = client.everybody(**wanted)
        assert first.count in (None, whole.count), wanted
        assert set(first.numbers()) <= set(whole.numbers())
        for name, counts in first.counts.items():
            field = {"cities": "city", "disciplines": "discipline", "activities": "activity"}[name]
            for value, count in counts.items():
                narrowed = {**wanted, field: value}
                assert count == len(oracle(people, **narrowed)), narrowed
        several += not first.complete and first.count is not None
    assert several > 5


def test_a_beginning_a_plural_and_a_french_elision_lead_to_the_word(tmp_path: Path) -> None:
    ledger = Ledger()
    texts = {
        "100001": "Retaining walls and storage batteries.",
        "100002": "Conception de réseaux d’égouts et d'eaux usées.",
        "100003": "Wood-frame buildings, a study of boxes.",
        "100004": "Wallboard.",
    }
    for number, text in texts.items():
        ledger.member(number, f"N{number}", "2015-03-02", "C.E.T.", "P.Tech.(Eng.)")
        ledger.add(number, "scope_granted", "2015-03-02", **{**SCOPE, "text": text, "limits": ""})
    build(ledger.write(tmp_path / "records"), tmp_path / "site")
    expected = {
        "retaining wall": {"100001"}, "Walls": {"100001", "100004"}, "wal": {"100001", "100004"},
        "battery": {"100001"}, "batteri": {"100001"}, "BATTERIES": {"100001"},
        "reseau": {"100002"}, "égout": {"100002"}, "eau": {"100002"}, "d’eaux usée": {"100002"},
        "l'eau": {"100002"}, "wood frame": {"100003"}, "wood-frames": {"100003"},
        "boxe": {"100003"},
        "studies": {"100003"}, "the walls of": {"100001", "100004"},
        "civil wall": {"100001", "100004"}, "wall calgary": {"100001", "100004"},
        "bridge": set(),
    }  # fmt: skip
    with ScopeClient(tmp_path / "site") as running:
        assert {q: set(running.everybody(q).numbers()) for q in expected} == expected


def test_a_word_with_one_wrong_letter_is_met_with_words_that_there_are(client: ScopeClient) -> None:
    assert "drainage" in client.everybody("drainaje").near["near"]
    assert client.everybody("qxqxqx").near == {"word": "qxqxqx", "near": []}


def test_who_has_a_word_in_the_limits_alone_comes_last_and_is_told_apart(tmp_path: Path) -> None:
    ledger = Ledger()
    ledger.practitioner("100001", "Aalto")  # its limits: spans up to 12 m
    ledger.member("100002", "Zuse", "2015-03-02", "C.E.T.", "P.Tech.(Eng.)")
    ledger.add("100002", "scope_granted", "2015-03-02", **{**SCOPE, "text": "Spans.", "limits": ""})
    build(ledger.write(tmp_path / "records"), tmp_path / "site")
    with ScopeClient(tmp_path / "site") as running:
        found = running.people("span")
    assert [(one["number"], one["limits"]) for one in found.people] == [
        ("100002", False),
        ("100001", True),
    ]


# -- who may not practise


@pytest.fixture
def ledger() -> Ledger:
    made = Ledger()
    made.practitioner("100001", "Abara")
    made.practitioner("100002", "Boyko", city="Olds")
    made.member("100003", "Castro")
    made.practitioner("100004", "Diaz")
    made.suspend("100004", "2026-03-02")
    made.permit("P-1", "Lonepine Ltd.", "100001")
    return made


def found(out: Path, words: str = "bridge", **filters: str) -> Found:
    with ScopeClient(out) as running:
        return running.people(words, **filters)


def in_files(out: Path, number: str) -> list[str]:
    """Return the files of the index that hold a number."""
    return [
        path for path, content in tree(out / FOLDER).items() if f'"{number}"'.encode() in content
    ]


def test_only_who_may_practise_is_found_with_conditions_and_permits(
    ledger: Ledger, tmp_path: Path
) -> None:
    ledger.add("100002", "condition_imposed", "2026-03-04", condition="review", text="Reviewed.")
    build(ledger.write(tmp_path / "records"), out := tmp_path / "site")
    people = found(out).people
    told = [(one["number"], one["conditions"], one["permits"]) for one in people]
    assert told == [("100001", 0, [["P-1", "Lonepine Ltd."]]), ("100002", 1, [])]
    assert in_files(out, "100004") == []


def test_a_suspension_takes_a_person_out_at_once_with_every_count(
    ledger: Ledger, tmp_path: Path
) -> None:
    build(ledger.write(tmp_path / "before"), out := tmp_path / "site")
    ledger.suspend("100001", "2026-11-01")
    after = ledger.write(tmp_path / "after")
    urgent.publish(prepared(after, out), *urgent.named(["member/100001"]))
    assert in_files(out, "100001") == []
    assert found(out).numbers() == ["100002"]
    manifest = json.loads((out / MANIFEST).read_bytes())
    assert (manifest["count"], manifest["cities"]) == (1, [["Olds", 1]])
    build(after, undisturbed := tmp_path / "undisturbed")
    assert found(out, "small") == found(undisturbed, "small")


def test_a_permits_suspension_takes_it_from_beside_its_members_name_at_once(
    ledger: Ledger, tmp_path: Path
) -> None:
    build(ledger.write(tmp_path / "before"), out := tmp_path / "site")
    ledger.suspend("P-1", "2026-11-01")
    after = ledger.write(tmp_path / "after")
    urgent.publish(prepared(after, out), *urgent.named(["permit/P-1"]))
    assert [one["permits"] for one in found(out).people] == [[], []]


def test_every_count_of_common_words_is_as_a_whole_build_has_it_after_an_urgent_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index, "LARGEST", 1_500)
    ledger = Ledger()
    for at in range(60):
        number = str(100_001 + at)
        ledger.practitioner(number, f"Family{at}", city=("Calgary", "Olds", "Banff")[at % 3])
    build(ledger.write(tmp_path / "before"), out := tmp_path / "site")
    ledger.suspend("100007", "2026-11-01")
    after = ledger.write(tmp_path / "after")
    urgent.publish(prepared(after, out), *urgent.named(["member/100007"]))
    build(after, undisturbed := tmp_path / "undisturbed")
    counted, expected = _counts(out), _counts(undisturbed)
    shared = counted.keys() & expected.keys()
    assert sum("cities" in counted[path] for path in shared) > 10
    assert {path: counted[path] for path in shared} == {path: expected[path] for path in shared}
    assert in_files(out, "100007") == []


def _counts(out: Path) -> dict[str, dict[str, Any]]:
    names = ("count", "cities", "disciplines", "activities")
    read = {path.name: json.loads(path.read_bytes()) for path in (out / FOLDER).glob("*.json")}
    read |= {str(path): json.loads(path.read_bytes()) for path in (out / FOLDER).glob("n-*/*.json")}
    return {
        path.removeprefix(str(out)): {name: held[name] for name in names if name in held}
        for path, held in read.items()
    }


def test_nothing_is_published_when_the_search_has_somebody_whom_the_lists_dont(
    ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = index.indexed
    monkeypatch.setattr(
        index, "indexed", lambda member, _: real(member, {s.designation for s in member.scopes})
    )
    with pytest.raises(verify.VerificationFailed) as failed:
        build(ledger.write(tmp_path / "records"), tmp_path / "site")
    assert failed.value.errors == ["100004: not in the scope lists"]


def test_what_only_one_of_two_parts_has_is_an_error() -> None:
    assert verify.differing("a", {"1", "2"}, "b", {"2", "3"}) == ["3: not in a", "1: not in b"]
    assert verify.differing("a", {"1"}, "b", {"1"}) == []


# -- the files


def test_the_same_people_give_the_same_files_in_whatever_order(site: Path, tmp_path: Path) -> None:
    made = [_indexed(path) for path in sorted(site.glob("register/members/*/index.json"))]
    people = [one for one in made if one is not None]
    assert dict(index.build(people)) == dict(index.build(reversed(people)))


def _indexed(path: Path) -> Any:
    one = json.loads(path.read_bytes())
    scopes = [
        [s[k] for k in ("designation", "discipline", "activities", "text", "limits")]
        for s in one["scopes"]
    ]
    if not scopes:
        return None
    content = json.dumps([0, one["number"], one["sort_name"], one["city"], 0, scopes, []]).encode()
    return index.of(content)


def test_a_first_answer_is_the_manifest_and_one_small_shard(
    client: ScopeClient, site: Path
) -> None:
    sizes = {path: len(gzip.compress(content)) for path, content in tree(site / FOLDER).items()}
    for wanted in ({"words": "design"}, {"words": "sewage"}, {"city": "Calgary"}):
        answer = client.people(**wanted)
        assert answer.first[0] == "manifest.json"
        assert len(answer.first) == 2
        assert sum(sizes[path] for path in answer.first) < 15_000


def test_words_are_the_same_in_the_build_and_in_the_browser(
    client: ScopeClient, site: Path
) -> None:
    read = [json.loads(path.read_bytes()) for path in site.glob("register/members/*/index.json")]
    texts = {text for one in read for s in one["scopes"] for text in (s["text"], s["limits"])}
    texts |= {
        "Égouts et d’eaux usées",
        "boxes glasses gas analyses lieux die ties wall's",
        "5.7 m³",
    }
    for text, (found, each, _) in zip(sorted(texts), client.stems(sorted(texts)), strict=True):
        assert found == stems(text)
        assert each == [stem(word) for word in text.split(" ")]


@given(st.text(alphabet="abceghilosuxyz", min_size=1, max_size=9), st.integers(1, 9))
def test_what_is_typed_of_a_word_always_leads_to_its_stem(word: str, typed: int) -> None:
    # "ie" and "ies" are taken for the end of a word in "y" ("batterie"), typed on or not, and of
    # three letters none is taken for a plural's.
    part = word[:typed]
    assume(part == word or not (part.endswith(("ie", "ies", "ze", "xe")) or len(part) < 4))
    assert stem(word).startswith(_beginning(part))


def _beginning(word: str) -> str:
    """Return what the script makes of a word half typed."""
    if stem(word) != word or len(word) < 4:
        return stem(word)
    word = word.removesuffix("i")
    return word[:-1] if word.endswith(("xe", "che", "she", "sse", "ze")) else word
