"""Sending files: from a form to the store, checked, shown, kept aside or refused."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import secrets
import socket
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from signet.policy import load
from signet.uploads import actions, objects, store
from signet.uploads.content.found import Reason
from signet.uploads.model import State
from signet.web import pages
from tests import armed, uploaded
from tests.events import SITE
from tests.people import NOW, Person, accounts, ground, shell
from tests.uploading import (
    BACK,
    EVIDENCE,
    OTHER,
    OWNER,
    Form,
    arrive,
    asked,
    bucket,
    do,
    form_of,
    held,
    invited,
    known,
    look,
    member,
    officer,
    s3,
    sent,
    services,
)

__all__ = ["accounts", "ground", "member", "officer", "services", "shell"]
pytestmark = pytest.mark.usefixtures("services")


# -- the way of a good file


@pytest.mark.parametrize(
    ("content", "media", "ending"),
    [
        (uploaded.pdf(), "application/pdf", ".pdf"),
        (uploaded.png(), "image/png", ".png"),
        (uploaded.PROGRESSIVE, "image/jpeg", ".jpg"),
    ],
)
def test_a_file_is_sent_checked_and_handed_out_as_an_attachment(
    member: Person, content: bytes, media: str, ending: str
) -> None:
    file, answered = sent(member, content, "My certificate.PNG")
    assert (answered.status, answered.location) == (303, BACK)
    upload = known(file)
    assert (upload.state, upload.size, upload.name) == (State.CLEAN, len(content), "My certificate")
    assert upload.sha256 == hashlib.sha256(content).hexdigest()
    assert held("quarantine") == []
    assert held("evidence") == [f"member/{OWNER}/cpd-evidence/{file}"]
    opened = look(member, f"/services/files/{file}")
    assert opened.status == 303
    assert opened.headers["cache-control"] == "no-store"
    handed = asked("GET", opened.location)
    assert handed.content == content
    assert handed.headers["content-type"] == media
    expected = f"attachment; filename*=UTF-8''My%20certificate{ending}"
    assert handed.headers["content-disposition"] == expected
    assert handed.headers["cache-control"] == "no-store"


def test_a_picture_is_kept_without_where_it_was_taken(member: Person) -> None:
    where = b"Exif\0\0" + b"51.0447 N 114.0719 W"
    photograph = uploaded.with_segment(0xE1, where)
    file, _ = sent(member, photograph, "photograph.jpg")
    upload = known(file)
    assert (upload.state, upload.size) == (State.CLEAN, len(uploaded.JPEG))
    handed = asked("GET", look(member, f"/services/files/{file}").location)
    assert handed.content == uploaded.JPEG
    assert upload.sha256 == hashlib.sha256(handed.content).hexdigest()


def test_what_is_handed_out_leads_there_for_a_minute_only(member: Person) -> None:
    file, _ = sent(member, uploaded.pdf())
    address = urlsplit(look(member, f"/services/files/{file}").location)
    signed = parse_qs(address.query)
    assert signed["X-Amz-Expires"] == ["60"]
    assert signed["X-Amz-Algorithm"] == ["AWS4-HMAC-SHA256"]


def test_the_page_shows_what_became_of_each_file(member: Person) -> None:
    sent(member, uploaded.pdf(), "Prüfung & co.pdf")
    sent(member, uploaded.GIF_SCRIPT, "<b>dance.gif")
    invited(member)
    page = look(member, f"/services/files/?purpose=cpd-evidence&back={BACK}")
    assert page.status == 200
    assert "<bdi>Prüfung &amp; co</bdi>" in page.text
    assert "Not accepted: The file isn’t a PDF, PNG or JPEG file" in page.text
    assert "Not sent yet" in page.text
    assert "stand-in" in page.text
    assert "<b>dance" not in page.text


def test_a_file_whose_sender_never_came_back_is_checked_when_they_open_the_page(
    member: Person,
) -> None:
    file = invited(member)
    form_of(member, file).send(uploaded.pdf())
    assert known(file).state is State.AWAITED
    assert "Checked" in look(member, "/services/files/?purpose=cpd-evidence").text
    assert known(file).state is State.CLEAN


def test_of_many_waiting_files_one_is_checked_when_there_is_no_time_for_more(
    member: Person,
) -> None:
    for _ in range(3):
        form_of(member, invited(member)).send(uploaded.png())
    owner, how = f"member#{OWNER}", actions.means(os.environ)
    for count in (1, 2):
        actions.check_waiting(owner, EVIDENCE, how, NOW, lambda: False)
        states = [one.state for one in store.of(owner)]
        assert states.count(State.CLEAN) == count
    actions.check_waiting(owner, EVIDENCE, how, NOW)
    assert {one.state for one in store.of(owner)} == {State.CLEAN}


def test_pressing_the_button_twice_makes_room_for_one_file(member: Person) -> None:
    act = secrets.token_hex(16)
    assert invited(member, act) == invited(member, act)
    assert len(store.of(f"member#{OWNER}")) == 1


def test_an_invitation_that_isnt_used_lapses(
    member: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = invited(member)
    upload = known(file)
    later = NOW + timedelta(days=1)
    assert actions.listed(f"member#{OWNER}", "cpd-evidence", later) == []
    assert upload.lapsed(later)


def test_no_more_files_are_taken_than_the_policy_allows(member: Person) -> None:
    one = known(invited(member))
    for number in range(EVIDENCE.most - 1):
        store.write(store.new(one.model_copy(update={"id": f"{number:032x}"})))
    answered = do(member, "/services/files/", purpose="cpd-evidence", back=BACK)
    assert answered.status == 409
    assert f"{EVIDENCE.most} files" in answered.text


def test_the_way_back_never_leads_to_another_site(member: Person) -> None:
    for back in ("https://evil.example/", "//evil.example/", "/\\evil.example/", "javascript:x"):
        file = invited(member, back=back)
        assert known(file).back.startswith("/services/files/")


# -- what the store holds a form to


@pytest.mark.parametrize(
    "changed",
    [
        {"key": f"member/{OTHER}/cpd-evidence/{'0' * 32}"},
        {"key": "anything.html"},
        {"Content-Type": "text/html"},
        {"success_action_redirect": "https://evil.example/"},
        {"acl": "public-read"},
        {"Cache-Control": "public"},
        {"policy": "e30="},
    ],
)
def test_the_store_refuses_a_form_that_was_changed(member: Person, changed: dict[str, str]) -> None:
    answered = form_of(member, invited(member)).send(uploaded.pdf(), **changed)
    assert answered.status in {400, 403}
    assert held("quarantine") == []


def test_the_store_is_told_to_take_whatever_the_policy_lets_be_sent(member: Person) -> None:
    fields = form_of(member, invited(member)).fields
    conditions = json.loads(base64.b64decode(fields["policy"]))["conditions"]
    assert ["content-length-range", 0, EVIDENCE.sent] in conditions


@pytest.mark.parametrize(("size", "status"), [(0, 303), (10, 303), (11, 400)])
def test_the_store_takes_exactly_the_sizes_it_is_told(size: int, status: int) -> None:
    posting = objects.connect().upload_form("member/a-size", 10, f"{SITE}/sent")
    assert Form(posting.url, dict(posting.fields)).send(bytes(size)).status == status
    assert held("quarantine") == (["member/a-size"] if status == 303 else [])


def test_the_form_says_what_it_allows(member: Person) -> None:
    fields = form_of(member, file := invited(member)).fields
    assert fields["key"] == f"member/{OWNER}/cpd-evidence/{file}"
    assert fields["Content-Type"] == "application/octet-stream"
    assert fields["success_action_redirect"] == f"{SITE}/services/files/sent?id={file}"


# -- bad files


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (uploaded.GIF_SCRIPT, "kind"),
        (uploaded.EICAR, "kind"),
        (uploaded.pdf() + b"%" + uploaded.EICAR, "malware"),
        (uploaded.raw_png(about=uploaded.chunk(b"tEXt", b"C\0" + uploaded.EICAR)), "malware"),
        (uploaded.raw_png(60_000, 60_000, rows=b"\0"), "too-many-pixels"),
        (uploaded.many_scans(), "bomb"),
        (uploaded.pdf() + uploaded.archive(), "two-things"),
        (uploaded.JPEG + uploaded.archive(), "two-things"),
        (armed.ARMED["script in hexadecimal objects"](), "active"),
        (armed.ARMED["file attached to a note, untyped"](), "active"),
    ],
)
def test_a_bad_file_is_refused_and_deleted_and_the_reason_said(
    member: Person, content: bytes, reason: str
) -> None:
    file, answered = sent(member, content)
    upload = known(file)
    assert (upload.state, upload.reason) == (State.REFUSED, reason)
    assert held("quarantine") == held("evidence") == []
    assert answered.location == f"/services/files/{file}/state"
    assert "wasn’t accepted" in look(member, answered.location).text
    assert look(member, f"/services/files/{file}").status == 409


@pytest.fixture
def quiet_scanner() -> Iterator[str]:
    """Yield a scanner that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"127.0.0.1:{server.getsockname()[1]}"


def test_a_file_that_cant_be_scanned_is_kept_aside_and_checked_later(
    member: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SIGNET_SCANNER")
    file, answered = sent(member, uploaded.pdf())
    assert answered.location == f"/services/files/{file}/state"
    page = look(member, answered.location)
    assert "can’t be checked just now" in page.text
    assert held("quarantine") == [f"member/{OWNER}/cpd-evidence/{file}"]
    assert held("evidence") == []
    assert look(member, f"/services/files/{file}").status == 409
    assert "No malware scanner" in look(member, "/services/files/?purpose=cpd-evidence").text
    monkeypatch.setenv("SIGNET_SCANNER", "stand-in")
    assert do(member, f"/services/files/{file}/check").location == BACK
    assert known(file).state is State.CLEAN
    assert held("quarantine") == []


def test_a_scan_that_never_returns_ends_and_the_file_stays_in_quarantine(
    member: Person, quiet_scanner: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SIGNET_CLAMD", quiet_scanner)
    file = invited(member)
    form_of(member, file).send(uploaded.pdf())
    how = actions.means(os.environ)
    how = actions.Means(how.objects, how.scanner, seconds=0.3)
    upload = actions.check(known(file), load(), how, NOW)
    assert (upload.state, upload.until) == (State.CHECKING, None)
    assert held("quarantine") != []
    assert held("evidence") == []


def test_a_file_that_waited_too_long_is_said_to_be_gone(
    member: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SIGNET_SCANNER")
    file, _ = sent(member, uploaded.pdf())
    s3().delete_object(Bucket=bucket("quarantine"), Key=known(file).key)
    assert do(member, f"/services/files/{file}/check").status == 303
    assert known(file).reason == "gone"


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"", "the file is empty"), (b"%PDF-1.7" + bytes(10_000_001), "larger than 10 MB")],
    ids=["empty", "over the limit"],
)
def test_what_the_store_would_refuse_in_code_is_refused_in_words(
    member: Person, content: bytes, words: str
) -> None:
    file = invited(member)
    page = look(member, f"/services/files/{file}/send").text
    assert "up to 10 MB" in page, "the limit is said before"
    assert 'data-most="10000000"' in page
    assert 'data-suffixes="pdf,png,jpg,jpeg"' in page
    answered = arrive(member, form_of(member, file).send(content, "certificate.pdf"))
    assert answered.location == f"/services/files/{file}/state"
    assert words in look(member, answered.location).text


def test_each_purpose_says_its_own_limit_and_what_to_save_a_file_as(member: Person) -> None:
    del member
    made = pages.environment(os.environ["SIGNET_SHELL"])
    upload: Any = made.get_template("upload.html").module
    for purpose in load().uploads.values():
        assert purpose.sent >= 100_000_000, "the store refuses none that anybody sends by mistake"
        for reason in Reason:
            words = str(upload.why(reason, purpose))
            assert words.strip(), reason
            if "pdf" not in purpose.kinds and reason not in (Reason.ACTIVE, Reason.LOCKED):
                assert "PDF" not in words, (purpose.code, words)
        assert str(upload.megabytes(purpose.size)) in str(upload.why(Reason.TOO_LARGE, purpose))
