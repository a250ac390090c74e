"""Was a stamp good on its day? `signet check` and the page's script (PER-6, PER-8; G 49-54, 70)."""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import nullcontext
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from itertools import islice
from pathlib import Path
from threading import Thread

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from signet.cli.command import main
from signet.demo.sample import generate
from signet.publish.render import shell
from signet.publish.stamped import Answer, Asked
from signet.publish.stamped.model import Part
from signet.publish.stamped.reading import check
from tests.built_site import DAY, POLICY, SCOPE, Ledger, build
from tests.check_client import Client, client
from tests.entries import unhurried
from tests.examples import examples
from tests.stamped import AS_OF, FIELDS, Oracle, Register, registers, stamps

STAMPS = 60  # asked of each register


@pytest.fixture(scope="module")
def script() -> Iterator[Client]:
    with client() as started:
        yield started


# Registers are built, so making the smallest one that fails would take very long.
@settings(unhurried, max_examples=examples(12), phases=[Phase.explicit, Phase.generate])
@given(register=registers(), seed=st.integers(0, 1_000_000))
def test_any_stamp_of_any_register_is_answered_as_its_entries_say(
    script: Client, register: Register, seed: int
) -> None:
    oracle = Oracle(register.entries, AS_OF)
    asked = list(islice(stamps(register.entries, FIELDS, seed), STAMPS))
    with tempfile.TemporaryDirectory() as folder:
        site = Path(folder) / "site"
        build(register, site, AS_OF)
        for stamp, scripted in zip(asked, script.check(site, asked), strict=True):
            answer = check(str(site), stamp)
            assert answer["verdict"] == oracle.verdict(stamp), (stamp, answer)
            assert scripted == answer, stamp
            if f"/register/members/{stamp.member}/" in answer["sources"] and oracle.late(stamp):
                assert _part(answer, "learned")["lines"], (stamp, answer)


def _part(answer: Answer, what: str) -> Part:
    (part,) = (part for part in answer["parts"] if part["what"] == what)
    return part


def test_a_sample_s_stamps_are_answered_as_its_entries_say(tmp_path: Path, script: Client) -> None:
    made = generate(80, 12, 3, DAY, POLICY)
    held = [*map(list, made.members), *map(list, made.permits)]
    register = Register({entries[0].number: entries for entries in held})
    build(register, tmp_path / "site")
    oracle, marks = Oracle(register.entries, DAY), Counter[str]()
    asked = list(islice(stamps(register.entries, FIELDS, 1), examples(300)))
    for stamp, scripted in zip(asked, script.check(tmp_path / "site", asked), strict=True):
        answer = check(str(tmp_path / "site"), stamp)
        assert answer["verdict"] == oracle.verdict(stamp), (stamp, answer)
        assert scripted == answer, stamp
        marks[answer["verdict"]] += 1
    assert min(marks[mark] for mark in ("good", "bad", "unclear")) >= len(asked) // 20, marks


# -- what a person sees


@pytest.fixture
def ledger() -> Ledger:
    return _people()


def _people() -> Ledger:
    made = Ledger()
    made.practitioner("1", "Lee")
    made.practitioner("2", "Moe")
    made.member("3", "Nye", "2015-03-02", "C.E.T.", "R.E.T.")
    made.member("4", "Orr")
    made.permit("P-1", "Firm Ltd.", "1", on="2026-01-05")
    return made


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the site of these people, built once: tests only read it."""
    return _built(_people(), tmp_path_factory.mktemp("stamped"))


def _built(ledger: Ledger, folder: Path) -> Path:
    build(ledger.write(folder / "records"), folder / "site")
    return folder / "site"


def _answer(site: Path, member: str, on: str, permit: str = "", field: str = "") -> Answer:
    return check(str(site), Asked(member, permit, on, field))


def test_a_sole_practitioner_s_stamp_is_good_in_their_own_name(site: Path) -> None:
    answer = _answer(site, "1", "2023-05-03")
    assert answer["verdict"] == "good"
    assert answer["sentence"].startswith(
        "On 3 May 2023 Ada Lee (1) was permitted to practise, within the scope below."
    )
    assert "own name only" in answer["sentence"]
    (scope,) = _part(answer, "scope")["lines"]
    assert all(word in scope for word in (SCOPE["text"], SCOPE["limits"], "Design, Inspection"))
    assert "genuine" in _part(answer, "untold")["text"]


def test_a_responsible_member_s_stamp_under_the_permit(site: Path) -> None:
    answer = _answer(site, "1", "2026-05-03", "p-1", "civil")
    assert answer["verdict"] == "good"
    assert answer["permit"] == "P-1"
    assert answer["sentence"].endswith(
        "was a responsible member of Firm Ltd., whose permit P-1 was in force."
    )
    assert _part(answer, "field")["text"] == "Civil was in the scope that day."


def test_work_under_a_responsible_member_names_who_that_was(site: Path) -> None:
    answer = _answer(site, "2", "2026-05-03", "P-1")
    assert answer["verdict"] == "good"
    assert _part(answer, "responsible")["lines"] == ["Ada Lee (1)"]
    assert _part(answer, "untold")["lines"] == [
        "Who works for a permit holder. Ask the responsible member."
    ]


@pytest.mark.parametrize(
    ("member", "on", "permit", "field", "verdict", "words"),
    [
        ("1", "2023-05-03", "P-1", "", "unclear", "only from 5 January 2026 on"),
        ("1", "2026-05-03", "", "Electrical", "bad", "Electrical wasn’t in the scope"),
        ("1", "2014-05-03", "", "", "unclear", "only from 2 March 2015 on"),
        ("1", "2026-11-03", "", "", "unclear", "current to 2 November 2026"),
        ("9", "2026-05-03", "", "", "unclear", "nobody with the number 9"),
        ("1", "2026-05-03", "PP-7", "", "unclear", "APEGA"),  # PER-8
        ("3", "2026-05-03", "", "", "unclear", "counts only beside a professional engineer’s"),
        ("4", "2026-05-03", "", "", "bad", "no title on 3 May 2026 that allows independent"),
        ("4", "2026-05-03", "PP-7", "", "bad", "no title"),  # what is known to be bad stays so
    ],
)
def test_what_isn_t_good(
    site: Path, member: str, on: str, permit: str, field: str, verdict: str, words: str
) -> None:
    answer = _answer(site, member, on, permit, field)
    assert answer["verdict"] == verdict
    assert words in answer["sentence"]


def test_what_was_recorded_later_decides_and_is_told(ledger: Ledger, tmp_path: Path) -> None:
    ledger.add("1", "status_changed", "2026-02-01", recorded="2026-03-10", status="suspended",
               reason="discipline")  # fmt: skip
    site = _built(ledger, tmp_path)
    answer = _answer(site, "1", "2026-02-15", "P-1")
    assert answer["verdict"] == "bad"
    assert "wasn’t permitted to practise on 15 February 2026: Suspended" in answer["sentence"]
    then, now, permit_then, _ = _part(answer, "learned")["lines"]
    assert "from 15 February 2026 until 10 March 2026" in then
    assert "Permitted to practise" in then
    assert "recorded on 10 March 2026" in now
    assert permit_then.startswith("About Firm Ltd.")
    earlier = _answer(site, "1", "2026-01-15")
    assert earlier["verdict"] == "good"
    assert _part(earlier, "learned")["lines"] == []


def test_a_permit_that_expired_or_that_nobody_could_use(ledger: Ledger, tmp_path: Path) -> None:
    ledger.permit("P-2", "Gone Ltd.", on="2024-01-05")
    ledger.permit("P-3", "Lone Ltd.", "2", on="2026-01-05", fields=["Electrical"])
    site = _built(ledger, tmp_path)
    gone = _answer(site, "1", "2025-05-03", "P-2")
    assert (gone["verdict"], gone["sentence"][-8:]) == ("bad", "Expired.")
    alone = _answer(site, "1", "2024-05-03", "P-2")
    assert "No responsible member is named" in alone["sentence"]
    assert _answer(site, "2", "2026-05-03", "P-3")["verdict"] == "bad"  # no field in any scope


def test_conditions_are_told_where_they_are_public(ledger: Ledger, tmp_path: Path) -> None:
    ledger.add("1", "condition_imposed", "2026-02-01", condition="A", text="Is supervised")
    ledger.add(
        "1", "condition_imposed", "2026-02-01", condition="B", text="Is treated", published=False
    )
    answer = _answer(_built(ledger, tmp_path), "1", "2026-05-03")
    assert answer["verdict"] == "good"
    assert answer["title"] == "Good on that day, under conditions"
    assert "under the conditions below" in answer["sentence"]
    assert _part(answer, "conditions")["lines"] == [
        "Is supervised. Since 1 February 2026.",
        "A condition applies. Its wording isn’t public. Since 1 February 2026.",
    ]


def test_a_scope_under_a_title_without_independent_practice_covers_nothing(
    ledger: Ledger, tmp_path: Path
) -> None:
    other = {**SCOPE, "designation": "C.E.T.", "discipline": "Electrical"}
    ledger.add("1", "scope_granted", "2020-01-06", **other)
    answer = _answer(_built(ledger, tmp_path), "1", "2026-05-03", field="Electrical")
    assert answer["verdict"] == "bad"
    assert len(_part(answer, "scope")["lines"]) == 1


def test_days_before_the_records_are_not_known(ledger: Ledger, tmp_path: Path) -> None:
    ledger.add("1", "status_changed", "2016-01-01", status="not_known")
    ledger.add("1", "status_changed", "2018-01-01", status="registered")
    ledger.add("P-1", "status_changed", "2026-03-01", status="not_known")
    site = _built(ledger, tmp_path)
    assert _answer(site, "1", "2017-05-03")["verdict"] == "unclear"
    assert _answer(site, "1", "2026-05-03", "P-1")["verdict"] == "unclear"


def test_every_sentence_of_the_rules_is_said_by_page_and_command_alike(site: Path) -> None:
    rules = json.loads((site / "check/rules.json").read_bytes())
    sources = [
        (Path(shell.ROOT) / path).read_text("utf-8")
        for path in ("signet/publish/stamped/decision.py", "site/assets/check.js")
    ]
    composed = {"good.own_name", "good.responsible", "good.under"}
    for key in rules["sentences"].keys() - composed:
        assert all(re.search(f"[\"']{key}[\"']", source) for source in sources), key


# -- the command


@pytest.mark.parametrize(
    ("asked", "status"),
    [("1 2023-05-03", 0), ("1 2026-11-02", 0), ("4 2026-05-03", 1), ("9 2026-05-03", 3)],
)
def test_the_exit_status_tells_the_verdict(
    site: Path, capsys: pytest.CaptureFixture[str], asked: str, status: int
) -> None:
    member, on = asked.split()
    arguments = ["check", str(site), "--member", member, "--on", on]
    assert main(arguments) == status
    told = capsys.readouterr().out
    assert told.startswith(_answer(site, member, on)["title"])
    assert main([*arguments, "--json"]) == status
    assert json.loads(capsys.readouterr().out) == _answer(site, member, on)


def test_an_address_answers_as_its_folder_does(site: Path) -> None:
    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(site)))
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        address = f"http://127.0.0.1:{server.server_port}/"
        for asked in (Asked("1", "P-1", "2026-05-03", ""), Asked("9", "../x", "2026-05-03", "")):
            assert check(address, asked) == check(str(site), asked)
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"--on": "2026-02-30"}, "not a date that exists"),
        ({"--on": "3 May 2023"}, "not a date that exists"),
        ({"--member": " "}, "a number is empty"),
        ({"--field": "Juggling"}, "isn't a discipline of this register; these are: "),
    ],
)
def test_bad_input_is_named(
    site: Path, capsys: pytest.CaptureFixture[str], changed: dict[str, str], words: str
) -> None:
    options = {"--member": "1", "--on": "2026-05-03", **changed}
    with pytest.raises(SystemExit) if "--field" not in changed else nullcontext():
        assert main(["check", str(site), *(w for pair in options.items() for w in pair)]) == 2
    assert words in capsys.readouterr().err


@pytest.mark.parametrize(
    ("removed", "words"),
    [
        ("check/rules.json", "version of Signet that published none"),
        ("register/current.json", "register/current.json is missing"),
        ("periods", "have no periods"),
        ("", "there is no folder"),
    ],
)
def test_a_site_that_can_t_answer_says_why(
    site: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], removed: str, words: str
) -> None:
    site = Path(shutil.copytree(site, tmp_path / "site"))
    place = str(site) if removed else f"{site}-elsewhere"
    if removed == "periods":
        file = site / "register/members/1/index.json"
        body = json.loads(file.read_bytes())
        file.write_text(json.dumps({k: v for k, v in body.items() if k != "periods"}))
    elif removed:
        (site / removed).unlink()
    assert main(["check", place, "--member", "1", "--on", "2026-05-03"]) == 2
    assert words in capsys.readouterr().err


def test_an_address_that_can_t_be_reached_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    # A port that nobody may serve on.
    assert main(["check", "http://127.0.0.1:1", "--member", "1", "--on", "2026-05-03"]) == 2
    assert "can't be reached" in capsys.readouterr().err
