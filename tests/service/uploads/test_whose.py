"""Files and keys of others, staff who look, removal, and records that name files."""

from __future__ import annotations

import os
import secrets
import threading
from datetime import timedelta

import pytest

from signet.accounts.model import Role
from signet.errors import Conflict
from signet.policy import load
from signet.transactions import audit
from signet.transactions.commit import Operation, commit
from signet.uploads import actions, store
from signet.uploads.model import State
from tests import uploaded
from tests.people import NOW, Person, accounts, ground, person, shell
from tests.uploading import (
    BACK,
    OTHER,
    OWNER,
    arrive,
    asked,
    do,
    form_of,
    held,
    invited,
    known,
    look,
    member,
    officer,
    sent,
    services,
)

__all__ = ["accounts", "ground", "member", "officer", "services", "shell"]
pytestmark = pytest.mark.usefixtures("services")


# -- keys used twice, and others' keys


def test_a_key_used_again_changes_nothing_that_was_checked(member: Person) -> None:
    file = invited(member)
    form = form_of(member, file)
    stored = form.send(good := uploaded.pdf())
    arrive(member, stored)
    assert form.send(uploaded.EICAR).status == 303
    again = arrive(member, stored)
    assert again.status == 409
    assert "accepts only one" in again.text
    assert held("quarantine") == []
    handed = asked("GET", look(member, f"/services/files/{file}").location)
    assert handed.content == good
    assert arrive(member, stored).location == BACK


def test_what_is_swapped_during_the_check_isnt_what_is_kept(
    member: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = invited(member)
    form = form_of(member, file)
    good = uploaded.pdf()
    stored = form.send(good)

    class Swapping:
        name = "swapping"

        def finds_malware(self, data: bytes, seconds: float) -> bool:
            return not data or not seconds or form.send(uploaded.EICAR).status != 303

    how = actions.Means(actions.connect(), Swapping())
    upload = actions.check(known(file), load(), how, NOW)
    assert upload.state is State.CLEAN
    assert asked("GET", look(member, f"/services/files/{file}").location).content == good
    assert arrive(member, stored).status == 303


def test_two_checks_at_once_are_one(member: Person) -> None:
    file = invited(member)
    form_of(member, file).send(uploaded.pdf())
    how = actions.means(os.environ)
    both = threading.Barrier(2)
    found: list[State] = []

    def race() -> None:
        upload = known(file)
        both.wait()
        found.append(actions.check(upload, load(), how, NOW).state)

    racers = [threading.Thread(target=race) for _ in range(2)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    assert State.CLEAN in found
    assert known(file).state is State.CLEAN
    lines = [line.what for line in audit.of_subject(f"files#member#{OWNER}")]
    assert lines.count("file-checked") == 1


def test_a_check_that_was_broken_off_is_taken_up_by_the_next(member: Person) -> None:
    file = invited(member)
    form_of(member, file).send(uploaded.pdf())
    taken, change = store.changed(
        known(file), state=State.CHECKING, until=NOW + timedelta(seconds=60)
    )
    store.write(change)
    how = actions.means(os.environ)
    assert actions.check(taken, load(), how, NOW).state is State.CHECKING
    later = NOW + timedelta(seconds=61)
    assert actions.check(known(file), load(), how, later).state is State.CLEAN


def test_anothers_file_is_as_good_as_none(member: Person) -> None:
    file, _ = sent(member, uploaded.pdf())
    other = person(member=OTHER)
    stored = form_of(member, mine := invited(member)).send(uploaded.pdf())
    nothing = "f" * 32
    for path in ("", "/send", "/state"):
        answers = [look(other, f"/services/files/{one}{path}") for one in (file, nothing)]
        assert [answered.status for answered in answers] == [404, 404]
        assert answers[0].content == answers[1].content.replace(nothing.encode(), file.encode())
    assert do(other, f"/services/files/{file}/check").status == 404
    assert do(other, f"/services/files/{file}/remove", back="/services/").status == 303
    assert known(file).state is State.CLEAN
    assert arrive(other, stored).status == 404
    foreign = f"/services/files/sent?id={mine}&key=member/{OTHER}/cpd-evidence/{mine}"
    assert look(member, foreign).status == 404
    assert known(mine).state is State.AWAITED


@pytest.mark.parametrize("path", ["x", "../files", "%2e%2e", "G" * 32, "0" * 31, "0" * 33])
def test_an_id_that_is_none_leads_nowhere(member: Person, path: str) -> None:
    assert look(member, f"/services/files/{path}").status == 404


# -- staff


def test_entitled_staff_open_a_file_and_that_is_recorded_first(
    member: Person, officer: Person
) -> None:
    file, _ = sent(member, uploaded.pdf())
    opened = look(officer, f"/services/files/of/{OWNER}/{file}")
    assert asked("GET", opened.location).status == 200
    (line,) = [
        one for one in audit.of_subject(f"files#member#{OWNER}") if one.what == "file-opened"
    ]
    assert (line.by, line.detail["file"]) == (officer.account, file)


def test_other_staff_and_members_open_nothing_of_others(member: Person) -> None:
    file, _ = sent(member, uploaded.pdf())
    before = audit.of_subject(f"files#member#{OWNER}")
    for role in (Role.CAREER_OFFICER, Role.COMPLAINTS_OFFICER, Role.ADMINISTRATOR):
        who = person(role)
        for one in (file, "f" * 32):
            assert look(who, f"/services/files/of/{OWNER}/{one}").status == 403
    assert look(person(member=OTHER), f"/services/files/of/{OWNER}/{file}").status == 403
    assert look(member, f"/services/files/of/{OWNER}/{file}").status == 403
    assert audit.of_subject(f"files#member#{OWNER}") == before


def test_what_cant_be_recorded_isnt_shown(
    member: Person, officer: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, _ = sent(member, uploaded.pdf())
    from signet.transactions.tables import AuditRow

    monkeypatch.setattr(AuditRow.Meta, "table_name", "signet-no-such-table")
    monkeypatch.setattr(AuditRow, "_connection", None)
    assert look(officer, f"/services/files/of/{OWNER}/{file}").status == 503


def test_a_member_of_staff_without_a_record_of_their_own_sends_nothing(officer: Person) -> None:
    answered = do(officer, "/services/files/", purpose="cpd-evidence", back=BACK)
    assert answered.status == 403


# -- removal, and records that name files


def test_whoever_has_an_account_sends_a_resume_which_is_theirs_alone(
    member: Person, officer: Person
) -> None:
    """JOB-5."""
    for who in (officer, member):
        answered = do(who, "/services/files/", purpose="resume", back="/services/jobs/profile/")
        file = answered.location.split("/")[3]
        assert arrive(who, form_of(who, file).send(uploaded.pdf())).location.endswith("/profile/")
        owner = f"account#{who.account}"
        assert store.get(owner, file).state is State.CLEAN
        assert look(who, f"/services/files/{file}").status == 303
        other = member if who is officer else officer
        assert look(other, f"/services/files/{file}").status == 404
        assert look(other, f"/services/files/of/{OWNER}/{file}").status in (403, 404)


def test_a_removed_file_is_gone_everywhere(member: Person) -> None:
    file, _ = sent(member, uploaded.pdf())
    act = secrets.token_hex(16)
    for _ in range(2):
        assert do(member, f"/services/files/{file}/remove", act, back=BACK).location == BACK
    assert held("evidence") == held("quarantine") == []
    assert store.of(f"member#{OWNER}") == []
    assert look(member, f"/services/files/{file}").status == 404
    lines = [line.what for line in audit.of_subject(f"files#member#{OWNER}")]
    assert sorted(lines) == ["file-checked", "file-invited", "file-removed"]


def test_a_removal_that_the_store_didnt_hear_of_is_finished_later(
    member: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, _ = sent(member, uploaded.pdf())
    endpoint = os.environ["AWS_ENDPOINT_URL_S3"]
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:9")
    assert do(member, f"/services/files/{file}/remove", back=BACK).status == 503
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", endpoint)
    assert look(member, f"/services/files/{file}").status == 404
    assert "No files so far" in look(member, "/services/files/?purpose=cpd-evidence").text
    assert held("evidence") == []
    assert store.of(f"member#{OWNER}") == []


def test_a_file_that_a_record_names_stays_until_it_is_given_back(member: Person) -> None:
    file, _ = sent(member, uploaded.pdf())
    owner = f"member#{OWNER}"
    commit(Operation("a" * 32, owner, "1"), actions.used(owner, [file]))
    answered = do(member, f"/services/files/{file}/remove", back=BACK)
    assert answered.status == 409
    assert "belongs to a record" in answered.text
    commit(Operation("b" * 32, owner, "2"), actions.released(owner, [file]))
    assert do(member, f"/services/files/{file}/remove", back=BACK).status == 303


def test_only_ones_own_clean_files_can_be_named(member: Person) -> None:
    clean, _ = sent(member, uploaded.pdf())
    awaited = invited(member)
    refused, _ = sent(member, uploaded.EICAR)
    for owner, file in (
        (f"member#{OTHER}", clean),
        (f"member#{OWNER}", awaited),
        (f"member#{OWNER}", refused),
        (f"member#{OWNER}", "f" * 32),
    ):
        with pytest.raises(Conflict):
            commit(Operation(secrets.token_hex(16), owner, "1"), actions.used(owner, [file]))
    assert known(clean).used == 0


# -- what is logged


def test_no_log_line_holds_a_files_name_or_content(
    member: Person, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    canary = "canary-in-a-name"
    content = uploaded.pdf("canary-in-a-content")
    file, _ = sent(member, content, f"{canary}.pdf")
    assert known(file).name == canary
    look(member, "/services/files/?purpose=cpd-evidence")
    look(member, f"/services/files/{file}")
    do(member, f"/services/files/{file}/remove", back=BACK)
    out, err = capfd.readouterr()
    assert "canary" not in out + err + caplog.text
