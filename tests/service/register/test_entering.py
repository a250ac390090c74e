"""`signet enter` and `signet show`: every kind of entry, what is refused, what is told."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from signet.cli import kinds as words
from signet.policy import load
from signet.register import fold
from signet.register.model import MemberRecord, PermitRecord
from signet.register.payloads import KINDS
from tests.acts_by_word import MEMBER_ACTS, PERMIT_ACTS
from tests.documents import commands, example_folder, section
from tests.entries import P_TECH, POLICY, day, issued, practitioner, registered
from tests.office import entered, folder, held, register, signet, stale, told

pytestmark = pytest.mark.usefixtures("empty_tables")
ON = "2020-06-01"


@pytest.fixture
def office(tmp_path: Path, empty_tables: object) -> None:
    """Create a register with a practitioner, a registered member, a student, and a permit."""
    members = [practitioner("100"), [registered(number="101", city="Olds", province="AB")]]
    student = [registered(number="102", category="student")]
    assert signet("import", folder(tmp_path, *members, student, permits=[[issued()]])) == 0


def member(number: str, on: str = ON) -> MemberRecord:
    record = fold.member(held("member", number), day(on))
    assert record is not None
    return record


def permit(on: str = ON) -> PermitRecord:
    record = fold.permit(held("permit", "P-1"), day(on), POLICY)
    assert record is not None
    return record


@pytest.mark.usefixtures("office")
def test_every_kind_of_a_member_s_entry_can_be_entered() -> None:
    refused = {"scope-withdrawn"}  # SCO-1: it goes with its designation
    for act in MEMBER_ACTS:
        assert entered("member", "100", act[0], ON, *act[1:]) == (2 if act[0] in refused else 0), (
            act
        )
    assert entered("member", "102", "category", ON, "--category", "member") == 0
    assert entered("member", "103", "registration", ON, "--family", "Kim", "--city", "Olds") == 0
    done = {act[0] for act in MEMBER_ACTS} | {"category", "registration"}
    assert done == set(words.WORDS["member"])
    made = {e.kind for n in ("100", "102", "103") for e in held("member", n)}
    assert made == set(KINDS["member"]) - {"voided", "scope_withdrawn"}
    assert stale() == []


@pytest.mark.usefixtures("office")
def test_every_kind_of_a_permit_s_entry_can_be_entered() -> None:
    for act in PERMIT_ACTS:
        assert entered("permit", "P-1", act[0], ON, *act[1:]) == 0, act
    assert entered("permit", "P-2", "issue", ON, "--legal-name", "New Ltd.") == 0
    assert {act[0] for act in PERMIT_ACTS} | {"issue"} == set(words.WORDS["permit"])
    assert {e.kind for e in held("permit", "P-1")} == set(KINDS["permit"]) - {"voided"}
    assert permit().status == "revoked"
    assert stale() == []


@pytest.mark.usefixtures("office")
def test_kinds_go_by_their_own_names_too(capsys: Any) -> None:
    assert entered("member", "101", "name_changed", ON, "--family", "Roy") == 0
    assert entered("member", "101", "voided", ON) == 2
    assert "is not one of" in told(capsys)


@pytest.mark.usefixtures("office")
def test_what_is_entered_is_told_with_its_id(capsys: Any) -> None:
    told(capsys)
    entered("member", "101", "suspension", ON, "--reason", "fees", "--by", "A. Registrar")
    (made,) = [e for e in held("member", "101") if e.kind == "status_changed"]
    assert f"entered status_changed on member 101, effective {ON}, entry {made.id}" in told(capsys)
    assert (made.entered_by, made.authority) == ("A. Registrar", "App. 5")


@pytest.mark.usefixtures("office")
def test_a_p_tech_is_entered_with_the_scope_in_one_act() -> None:
    """SCO-1."""
    scope = ("--discipline", "Civil", "--activity", "Design", "--activity", "Inspection")
    limits = ("--limits", "Up to 25 kV", "--text", "Distribution")
    title = ("designation", ON, "--designation", P_TECH)
    assert entered("member", "101", *title) == 2
    assert entered("member", "101", *title, *scope, *limits) == 0
    (found,) = member("101").scopes
    assert (found.discipline, found.activities) == ("Civil", ("Design", "Inspection"))
    assert (found.limits, found.text) == ("Up to 25 kV", "Distribution")
    granted = [e.id for e in held("member", "101") if e.kind != "registered"]
    assert len({id_.rpartition("-")[0] for id_ in granted}) == 1


@pytest.mark.usefixtures("office")
def test_of_a_name_or_a_place_what_isn_t_said_stays() -> None:
    assert entered("member", "101", "name", ON, "--family", "Roy", "--native-name", "李") == 0
    assert entered("member", "101", "name", ON, "--family", "Kim") == 0
    assert entered("member", "101", "move", ON, "--city", "Leduc") == 0
    record = member("101")
    assert (record.given, record.family, record.native_name) == ("Ana", "Kim", "李")
    assert (record.city, record.province) == ("Leduc", "AB")
    assert entered("member", "101", "move", ON, "--city", "") == 0
    assert member("101").city == ""


@pytest.mark.usefixtures("office")
def test_a_name_that_is_to_be_private_becomes_no_former_name() -> None:
    assert entered("member", "101", "name", ON, "--family", "Roy", "--no-former-name") == 0
    assert member("101").family == "Roy"
    assert member("101").other_names == ()


@pytest.mark.usefixtures("office")
def test_conditions_get_the_next_name() -> None:
    for text in ("Work is reviewed", "No sole practice"):
        assert entered("member", "101", "condition", ON, "--text", text) == 0
    assert [c.condition for c in member("101").conditions] == ["C1", "C2"]
    assert entered("member", "101", "condition-lifted", ON, "--condition", "C1") == 0
    assert entered("member", "101", "condition", ON, "--text", "Inspected yearly") == 0
    assert [c.condition for c in member("101").conditions] == ["C2", "C3"]


# -- corrections


def last(subject: str, number: str, kind: str) -> str:
    return [e.id for e in held(subject, number) if e.kind == kind][-1]


@pytest.mark.usefixtures("office")
def test_a_correction_takes_back_or_replaces() -> None:
    entered("member", "101", "suspension", ON, "--reason", "fees")
    wrong = ("--corrects", last("member", "101", "status_changed"))
    right = ("--as", "suspension", "--reason", "cpd")
    assert entered("member", "101", "correction", "2020-07-01", *wrong, *right) == 0
    assert member("101", "2020-06-30").status == "registered"
    assert member("101", "2020-07-01").reason == "cpd"
    again = next(e.id for e in held("member", "101") if e.corrects)
    assert entered("member", "101", "correction", "2020-08-01", *wrong) == 2
    assert entered("member", "101", "correction", "2020-08-01", "--corrects", again) == 0
    assert member("101", "2020-09-01").status == "registered"


@pytest.mark.usefixtures("office")
def test_a_correction_says_what_it_corrects(capsys: Any) -> None:
    assert entered("member", "101", "correction", ON) == 2
    assert "--corrects ID" in told(capsys)


# -- what is refused writes nothing


REFUSED = (
    ("member", "101", ("suspension",), "needs a reason"),
    ("member", "101", ("suspension", "--reason", "rudeness"), "needs a reason"),
    ("member", "101", ("suspension", "--reason", "fees", "--status", "registered"), "no status"),
    ("member", "101", ("striking", "--reason", "fees"), "STA-2"),
    ("member", "101", ("move", "--legal-name", "X"), "takes no legal_name"),
    ("member", "101", ("designation", "--designation", "P.Eng."), "DES-4"),
    ("member", "101", ("designation", "--designation", P_TECH), "SCO-1"),
    ("member", "101", ("designation",), "Field required"),
    ("member", "101", ("condition-lifted", "--condition", "C9"), "COM-5"),
    ("member", "102", ("designation", "--designation", "C.E.T."), "DES-6"),
    ("member", "999", ("move", "--city", "Olds"), "no member 999"),
    ("member", "101", ("registration", "--family", "Roy"), "already"),
    ("member", "../x", ("registration", "--family", "Roy"), "register number"),
    ("member", "101", ("knighthood",), "is not one of"),
    ("member", "101", ("name", "--family", "   "), "at least 1 character"),
    ("member", "101", ("name", "--family", "Oka\u200bfor"), "no invisible character (U+200B)"),
    ("member", "101", ("name", "--family", "Oka\u202efor"), "turns text round (U+202E)"),
    ("member", "101", ("name", "--family", "Oka\ufffdfor"), "the letter that was lost"),
    ("member", "101", ("name", "--given", "Ada\nMae"), "one line, no line end (U+000A)"),
    ("member", "101", ("name", "--family", "GagnÃ©"), "--accept twice-decoded"),
    ("member", "101", ("move", "--city", "NULL"), "--accept placeholder"),
    ("member", "101", ("condition", "--text", "No <b>sole</b> practice"), "without HTML tags"),
    ("permit", "P-1", ("name", "--legal-name", "Ltd.\u200b"), "no invisible character"),
    ("permit", "P-1", ("other-name", "--name", "Smith &amp; Co"), "not an HTML entity"),
    ("permit", "P-1", ("responsible-member", "--member", "101"), "PER-3"),
    ("permit", "P-1", ("responsible-member", "--member", "no/one"), "pattern"),
    ("permit", "P-1", ("responsible-member-ceased", "--member", "100"), "PER-5"),
    ("permit", "P-1", ("renewal", "--expires-on", "2029-12-31"), "PER-2"),
    ("permit", "P-9", ("renewal",), "no permit P-9"),
)


@pytest.mark.usefixtures("office")
def test_what_is_refused_says_why_and_writes_nothing(capsys: Any) -> None:
    before = register()
    for subject, number, act, why in REFUSED:
        told(capsys)
        assert entered(subject, number, act[0], ON, *act[1:]) == 2, act
        assert why in told(capsys), act
    assert register() == before


@pytest.mark.usefixtures("office")
def test_text_is_entered_in_its_one_form() -> None:
    said = ("--family", " O\u0308st\u00a0 ", "--given", "Ada \u2003 Mae")
    assert entered("member", "101", "name", ON, *said) == 0
    assert (member("101").family, member("101").given) == ("Öst", "Ada Mae")
    lines = "One.\r\nTwo.  "
    assert entered("member", "101", "condition", ON, "--text", lines) == 0
    assert member("101").conditions[0].text == "One.\nTwo."


@pytest.mark.usefixtures("office")
def test_what_only_looks_like_a_slip_can_be_taken_on_purpose() -> None:
    said = ("name", ON, "--family", "Test", "--given", "TEST", "--accept", "placeholder")
    assert entered("member", "101", *said) == 0
    assert member("101").family == "Test"


@pytest.mark.usefixtures("office")
def test_an_authority_has_no_character_that_misleads(capsys: Any) -> None:
    assert entered("member", "101", "move", ON, "--city", "Olds", "--authority", "App\u202e 5") == 2
    assert "authority: no mark that turns text round" in told(capsys)


@pytest.mark.parametrize("day", ["0026-01-01", "1899-12-31", "2126-01-01", "20260101"])
@pytest.mark.parametrize("option", ["--effective-on", "--decided-on", "--until", "--expires-on"])
def test_a_day_of_another_time_is_refused(option: str, day: str, capsys: Any) -> None:
    assert entered("member", "101", "decision", ON, option, day) == 2
    assert "is not a da" in told(capsys)


@pytest.mark.usefixtures("office")
def test_whoever_reads_half_of_a_record_gets_no_traceback() -> None:
    command = [str(Path(sys.executable).with_name("signet")), "show", "member", "100"]
    nobody_reads, written = os.pipe()
    os.close(nobody_reads)
    done = subprocess.run(command, stdout=written, stderr=subprocess.PIPE, check=False)
    os.close(written)
    assert (done.returncode, done.stderr) == (141, b"")


@pytest.mark.usefixtures("office")
def test_reinstatement_waits_its_year(capsys: Any) -> None:
    """STA-3."""
    assert entered("member", "101", "cancellation", ON, "--reason", "discipline") == 0
    assert entered("member", "101", "reinstatement", "2021-05-31") == 2
    assert "2021-06-01 at the earliest (STA-3)" in told(capsys)
    assert entered("member", "101", "reinstatement", "2021-06-01") == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ["member", "101", "move"],
        ["member", "101", "move", "--effective-on", "2020-02-30", "--authority", "x"],
        ["member", "101", "move", "--effective-on", ON],
        ["company", "101", "move", "--effective-on", ON, "--authority", "x"],
    ],
    ids=str,
)
def test_bad_usage_ends_with_2(arguments: list[str]) -> None:
    assert signet("enter", *arguments) == 2


def test_a_policy_that_isn_t_there_is_told(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    monkeypatch.setenv("SIGNET_POLICY", "atlantis")
    load.cache_clear()
    assert entered("member", "1", "suspension", ON, "--reason", "fees") == 2
    assert "atlantis" in told(capsys)


# -- show


@pytest.mark.usefixtures("office")
def test_show_tells_a_record_as_at_a_date_and_as_it_was_known(capsys: Any) -> None:
    entered("member", "100", "suspension", ON, "--reason", "fees")
    told(capsys)
    assert signet("show", "member", "100", "--as-of", "2020-06-01") == 0
    assert "Not permitted to practise since 2020-06-01: Suspended: fees not paid" in told(capsys)
    assert signet("show", "member", "100", "--as-of", "2020-05-31") == 0
    assert "Permitted to practise since 2020-01-01" in told(capsys)
    known = ("--as-of", "2020-06-01", "--known-on", "2021-01-01")
    assert signet("show", "member", "100", *known) == 0
    assert "Permitted to practise since 2020-01-01" in told(capsys)
    assert signet("show", "member", "100", "--as-of", "2019-01-01") == 0
    assert "not yet on the register" in told(capsys)
    assert signet("show", "permit", "P-1", "--as-of", "2020-12-31") == 0
    assert "In force, without a responsible member since 2020-01-01" in told(capsys)
    assert signet("show", "permit", "P-1", "--as-of", "2021-01-01") == 0
    assert "Not in force since 2021-01-01: Expired" in told(capsys)


@pytest.mark.usefixtures("office")
def test_show_of_nobody_is_2(capsys: Any) -> None:
    assert signet("show", "member", "1") == 2
    assert "there is no member 1" in told(capsys)


@pytest.mark.usefixtures("office")
def test_show_lists_entries_with_their_ids_and_marks_those_that_don_t_count(capsys: Any) -> None:
    entered("member", "101", "suspension", ON, "--reason", "fees")
    wrong = last("member", "101", "status_changed")
    entered("member", "101", "correction", ON, "--corrects", wrong)
    told(capsys)
    signet("show", "member", "101")
    lines = told(capsys).splitlines()
    (taken_back,) = [line for line in lines if line.endswith(wrong)]
    assert taken_back.startswith("-")
    (counts,) = [line for line in lines if line.endswith("registered-2020-01-01")]
    assert counts.startswith(" ")


# -- the document's examples


def test_the_document_s_examples_can_be_typed_as_they_stand(tmp_path: Path, capsys: Any) -> None:
    assert signet("import", example_folder(tmp_path)) == 0
    said, seen = "", set[str]()
    for command in commands("entering.md"):
        _, *arguments = shlex.split(command)
        if "ID" in arguments:
            arguments[arguments.index("ID")] = re.findall(r"entry (\S+)$", said, re.MULTILINE)[-1]
        if arguments[0] == "enter":
            arguments += ["--alone", "Trying it"]  # as the document says
        assert signet(*arguments) == 0, (command, told(capsys))
        said = told(capsys)
        seen.add(arguments[3] if arguments[0] == "enter" else arguments[0])
    assert {"suspension", "condition", "scope", "renewal", "correction", "show"} <= seen
    assert stale() == []


@pytest.mark.parametrize("subject", ["member", "permit"])
def test_the_document_lists_every_word(subject: Any) -> None:
    part = section("entering.md", f"Kinds for a {subject}")
    listed = re.findall(r"^\| `([a-z-]+)` \|", part, re.MULTILINE)
    assert set(listed) == {*words.WORDS[subject], words.CORRECTION}
