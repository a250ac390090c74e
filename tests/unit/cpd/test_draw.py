"""The random audit's draw (CPD-7): nobody steers it, and anybody can do it again."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections import Counter
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signet.cpd import draw
from signet.cpd.draw import Seed, Terms
from signet.errors import Invalid

GUIDE = Path(__file__).resolve().parents[3] / "docs" / "audit-draw.md"
DAY = date(2026, 11, 2)
SECRET = bytes(range(32))
NUMBERS = [f"10000{n}" for n in range(1, 9)]
FIRST = Seed(sha256(b"first").hexdigest(), "dice 3 1 6 6 2 4 1 5 5 2")
SECOND = Seed(sha256(b"second").hexdigest(), "The creek froze over on 14 November")

# The critical values of chi-square with 19 degrees of freedom: one in a thousand lies beyond each.
CHI_SQUARE_19 = (5.41, 43.82)
MEMBERS, DRAWN, DRAWS = 20, 5, 10_000


def listed(numbers: list[str] = NUMBERS, ordinal: int = 1) -> draw.EligibleList:
    return draw.eligible(2026, ordinal, DAY, numbers, SECRET)


def terms(rate: int = 2500, numbers: list[str] = NUMBERS) -> Terms:
    return Terms(draw.list_hash(listed(numbers)), rate)


def outcome(first: Seed = FIRST, second: Seed = SECOND, rate: int = 2500) -> list[str]:
    lines = listed().lines
    found = draw.drawn(draw.key(terms(rate), first, second), lines, draw.size(len(lines), rate))
    return [one.number for one in found]


def written(what: str) -> str:
    """Return a block of the guide, by the word after its language."""
    found = re.search(rf"```\w+ {what}\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)
    assert found is not None
    return found.group(1)


def example() -> dict[str, str]:
    """Return the values of the guide's worked example."""
    rows = re.findall(r"^\| ([^|]+) \| `([^`]+)`", GUIDE.read_text("utf-8"), re.MULTILINE)
    return dict(rows)


def recomputed(path: Path, rate: int, first: Seed, second: Seed) -> list[list[str]]:
    """Return what the program printed in the guide says, which uses nothing of this software."""
    program = path.with_suffix(".py")
    program.write_text(written("recompute"), encoding="utf-8")
    seeds = [first.words, first.nonce, second.words, second.nonce]
    run = subprocess.run(
        [sys.executable, "-I", str(program), str(path), str(rate), *seeds],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    return [line.split() for line in run.stdout.splitlines()]


def test_the_guide_s_worked_example_is_what_the_software_does() -> None:
    said = example()
    assert written("list").encode() == draw.list_bytes(listed())
    assert said["list hash"] == draw.list_hash(listed())
    assert said["first sealed"] == draw.commitment(terms(), FIRST)
    assert said["second sealed"] == draw.commitment(terms(), SECOND)
    deciding = draw.key(terms(), FIRST, SECOND)
    assert said["key"] == deciding.hex()
    drawn = draw.drawn(deciding, listed().lines, int(said["number drawn"]))
    assert said["drawn"].split(", ") == [one.number for one in drawn] == outcome()
    assert said["limit"] == drawn[-1].digest


def test_a_second_program_draws_the_same_members(tmp_path: Path) -> None:
    """CPD-7, threat 19: the guide's program knows the published values and the list's file."""
    numbers = [str(n) for n in range(100001, 101001)]
    many = draw.eligible(2026, 3, DAY, numbers, sha256(b"other").digest())
    path = tmp_path / "list.txt"
    path.write_bytes(draw.list_bytes(many))
    fixed = Terms(draw.list_hash(many), 333)
    said = recomputed(path, 333, FIRST, SECOND)
    assert said[0] == ["list", fixed.list_hash]
    assert said[1] == [
        "sealed", draw.commitment(fixed, FIRST), draw.commitment(fixed, SECOND)
    ]  # fmt: skip
    drawn = draw.drawn(draw.key(fixed, FIRST, SECOND), many.lines, draw.size(1000, 333))
    assert said[2:] == [[one.number, one.digest] for one in drawn]
    assert len(said[2:]) == 34  # 33.3, rounded up


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="this machine has no sha256sum")
def test_the_guide_s_shell_line_seals_a_seed_as_the_software_does() -> None:
    fixed = terms()
    run = subprocess.run(
        ["sh", "-c", written("seal")],
        check=True, capture_output=True, text=True,
        env={
            "LIST": fixed.list_hash, "RATE": "2500", "NONCE": FIRST.nonce, "WORDS": FIRST.words,
            "PATH": "/usr/bin:/bin",
        },
    )  # fmt: skip
    assert run.stdout.split()[0] == draw.commitment(fixed, FIRST)


def chi_square(drawings: list[list[str]], numbers: list[str], each: int) -> float:
    """How uneven: of draws without putting back, so that the usual sum is scaled up for it."""
    counts = Counter(number for one in drawings for number in one)
    expected = len(drawings) * each / len(numbers)
    uneven = sum((counts[number] - expected) ** 2 / expected for number in numbers)
    return uneven * (len(numbers) - 1) / (len(numbers) - each)


def drawings(vary: str) -> list[list[str]]:
    """10,000 draws in which one officer's seed changes and the other's stays the same."""
    numbers = [str(n) for n in range(100001, 100001 + MEMBERS)]
    lines = listed(numbers).lines
    fixed = terms(2500, numbers)
    made = []
    for count in range(DRAWS):
        other = Seed(sha256(count.to_bytes(4, "big")).hexdigest(), FIRST.words)
        seeds = (other, SECOND) if vary == "first" else (SECOND, other)
        made.append([one.number for one in draw.drawn(draw.key(fixed, *seeds), lines, DRAWN)])
    return made


@pytest.mark.parametrize("vary", ["first", "second"])
def test_over_ten_thousand_draws_every_member_is_drawn_as_often_as_chance_has_it(vary: str) -> None:
    """Threat 19. The seeds are fixed, so this answers the same each time."""
    made = drawings(vary)
    numbers = [str(n) for n in range(100001, 100001 + MEMBERS)]
    low, high = CHI_SQUARE_19
    assert low < chi_square(made, numbers, DRAWN) < high
    first_places = [one[:1] for one in made]
    assert low < chi_square(first_places, numbers, 1) < high
    neighbours = sum(f"{int(one[0]) + 1}" in one for one in made) / DRAWS
    assert neighbours == pytest.approx(4 / 19 * 19 / 20, abs=0.02)  # nobody is drawn for another


def test_a_small_bias_would_be_noticed() -> None:
    """A draw that puts off one member by a tenth is not what chance has."""
    numbers = [str(n) for n in range(100001, 100001 + MEMBERS)]
    made = [
        [*one[:-1], "100002"] if one[-1] == "100001" and "100002" not in one else one
        for one in drawings("first")
    ]
    assert chi_square(made, numbers, DRAWN) > CHI_SQUARE_19[1]


def test_either_seed_alone_changes_who_is_drawn() -> None:
    other = Seed(FIRST.nonce, FIRST.words + " 6")
    assert outcome() != outcome(first=other)
    assert outcome() != outcome(second=other)
    assert draw.key(terms(), FIRST, SECOND) != draw.key(terms(), SECOND, FIRST)


@given(st.integers(1, 10_000), st.integers(1, 40))
def test_the_number_drawn_is_the_rate_s_share_rounded_up(rate: int, members: int) -> None:
    count = draw.size(members, rate)
    assert count * draw.WHOLE >= members * rate > (count - 1) * draw.WHOLE
    assert 1 <= count <= members


def test_the_list_does_not_depend_on_the_order_in_which_members_were_found() -> None:
    assert listed(NUMBERS[::-1]) == listed()
    assert draw.read_list(draw.list_bytes(listed())) == listed()


@pytest.mark.parametrize(
    "change",
    [
        (b"100003", b"100033"),
        (b"members 8", b"members 9"),
        (b"draw 1", b"draw 2"),
        (b"2026-11-02", b"2026-11-03"),
        (b"\n100008", b"\n"),
    ],
)
def test_any_change_of_the_list_changes_its_hash(change: tuple[bytes, bytes]) -> None:
    """Threat 19: a late edit shows."""
    data = draw.list_bytes(listed())
    edited = data.replace(*change)
    assert edited != data
    assert sha256(edited).hexdigest() != terms().list_hash


def test_the_same_members_listed_again_can_t_be_told_from_the_hash() -> None:
    """The hash gives nobody a way to try out who is on the list."""
    other = draw.eligible(2026, 1, DAY, NUMBERS, sha256(b"another secret").digest())
    assert [x.number for x in other.lines] == [x.number for x in listed().lines]
    assert draw.list_hash(other) != terms().list_hash


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"100001\n",
        draw.list_bytes(listed())[:-1],
        draw.list_bytes(listed()) + b"\n",
        draw.list_bytes(listed()).replace(b"members 8", b"members 08"),
        draw.list_bytes(listed()).replace(b"2026-11-02", b"2026-02-31"),
        draw.list_bytes(listed()).replace(b"100001 ", b"100001  "),
        draw.list_bytes(listed()).replace(b"100001", b"\xff00001"),
    ],
)
def test_what_is_not_a_list_byte_for_byte_is_not_read(data: bytes) -> None:
    with pytest.raises(Invalid, match="list") as refused:
        draw.read_list(data)
    assert refused.value.rule == "CPD-7"


@pytest.mark.parametrize("numbers", [[], ["100001", "100001"], ["100 001"], ["é"], [""]])
def test_a_list_of_nobody_or_with_a_number_twice_is_refused(numbers: list[str]) -> None:
    with pytest.raises(Invalid, match=r"list|drawn") as refused:
        listed(numbers)
    assert refused.value.rule == "CPD-7"


def test_a_sealed_seed_opens_with_its_own_words_nonce_list_and_rate_only() -> None:
    sealed = draw.commitment(terms(), FIRST)
    assert draw.opens(sealed, terms(), FIRST)
    assert not draw.opens(sealed, terms(), SECOND)
    assert not draw.opens(sealed, terms(), Seed(SECOND.nonce, FIRST.words))
    assert not draw.opens(sealed, terms(), Seed(FIRST.nonce, FIRST.words.upper()))
    assert not draw.opens(sealed, terms(2501), FIRST)
    assert not draw.opens(sealed, Terms("0" * 64, 2500), FIRST)


@pytest.mark.parametrize(
    ("seed", "field"),
    [
        (Seed("A" * 64, FIRST.words), "nonce"),
        (Seed("a" * 63, FIRST.words), "nonce"),
        (Seed("a" * 64 + "\n", FIRST.words), "nonce"),
        (Seed(FIRST.nonce, "too short"), "words"),
        (Seed(FIRST.nonce, "x" * 201), "words"),
        (Seed(FIRST.nonce, " begins with a space here"), "words"),
        (Seed(FIRST.nonce, "two lines of words\nnonce 0"), "words"),
        (Seed(FIRST.nonce, "le ruisseau a gelé hier soir"), "words"),
    ],
)
def test_a_seed_that_could_be_copied_in_two_ways_is_refused(seed: Seed, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        draw.commitment(terms(), seed)
    assert [fault.field for fault in refused.value.errors] == [field]
    assert all(fault.message.startswith("Enter ") for fault in refused.value.errors)
    assert refused.value.rule == "CPD-7"


@pytest.mark.parametrize("words", ["x" * 20, "x" * 200])
def test_words_of_20_to_200_signs_are_sealed(words: str) -> None:
    assert draw.is_commitment(draw.commitment(terms(), Seed(FIRST.nonce, words)))
    for wrong in (words[:19], words + "x" * 181):
        with pytest.raises(Invalid):
            draw.commitment(terms(), Seed(FIRST.nonce, wrong))


@pytest.mark.parametrize("text", ["", "a" * 63, "a" * 65, "A" * 64, "a" * 64 + "\n", "g" * 64])
def test_what_can_t_be_a_sealed_seed_is_known_by_its_looks(text: str) -> None:
    assert not draw.is_commitment(text)


def test_doing_a_draw_again_tells_what_does_not_hold() -> None:
    data = draw.list_bytes(listed())
    sealed = (draw.commitment(terms(), FIRST), draw.commitment(terms(), SECOND))
    seeds = (FIRST, SECOND)
    assert draw.disagreements(data, terms(), sealed, seeds, outcome()) == []
    assert draw.disagreements(data, terms(), sealed, seeds, outcome()[::-1]) != []
    both = draw.disagreements(data, terms(), sealed[::-1], seeds, outcome())
    assert [one.split(" is ")[0] for one in both] == ["seed 1", "seed 2"]
    edited = draw.list_bytes(listed(NUMBERS[1:]))
    assert "hash" in draw.disagreements(edited, terms(), sealed, seeds, outcome())[0]


def test_a_member_can_tell_from_the_limit_and_their_own_line_whether_they_were_drawn() -> None:
    deciding = draw.key(terms(), FIRST, SECOND)
    limit = draw.drawn(deciding, listed().lines, 2)[-1].digest
    mine = [line.number for line in listed().lines if draw.digest(deciding, line) <= limit]
    assert sorted(mine) == sorted(outcome())
