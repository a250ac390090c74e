"""The last look before publishing: each kind of fault is found, told, and nothing is published."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from markupsafe import escape

from signet.publish import pipeline, plain, records, verify
from signet.publish.batch import Batch
from signet.publish.lookup import index
from signet.publish.public import Condition
from signet.publish.target.staging import Staging
from signet.publish.verify import VerificationFailed
from tests.built_site import Ledger, build, made_shell, prepared, tree


@pytest.mark.parametrize(
    "text",
    [
        "write to ada@example.org",
        "ada.b+c@mail.example.com.",
        "ADA@EXAMPLE.ORG",
        "<p>ada@Example.Org</p>",
        "é@exämple.ca",
        "a @ b, then ada_@example.org",
    ],
)
def test_an_e_mail_address_is_found(text: str) -> None:
    assert verify.has_email(text)


@pytest.mark.parametrize("text", ["5 pm @ Calgary", "@example.org", "ada@", "a@b", "@@", "me@home"])
def test_what_is_no_e_mail_address_is_left_in_peace(text: str) -> None:
    assert not verify.has_email(text)


@pytest.mark.parametrize(
    "secret", ["plain words here", "O’Brien & Sons'", 'said "no" <never>', "a\nb"]
)
def test_a_text_that_is_not_public_is_found_however_a_page_writes_it(secret: str) -> None:
    written = f"<p>{escape(secret)}</p>"
    assert verify.page_errors("p", written, (), [secret]) == ["p: holds a text that is not public"]
    assert verify.page_errors("p", f"<p>{secret}</p>", (), [secret])
    document = json.dumps({"text": f"x {secret} y"}, ensure_ascii=False).encode()
    assert verify.document_errors("d", document, [secret]) == ["d: holds a text that is not public"]
    assert verify.page_errors("p", "<p>other</p>", (), [secret]) == []


def test_links_are_resolved_to_the_files_that_answer_them() -> None:
    outputs = {"index.html", "about/index.html", "a.css"}
    for link in ("/", "/about/", "/about/#top", "/a.css", "/about/?q=1", "/?q=x#y"):
        assert verify.resolves(link, outputs), link
    for link in ("/about", "/b.css", "/abou/", "/about/index"):
        assert not verify.resolves(link, outputs), link


def test_links_are_found_in_every_attribute() -> None:
    html = '<a class="x" href="/one/">1</a><img src="/two.svg"><a href="https://x.example/three/">'
    assert verify.links(html) == {"/one/", "/two.svg"}


def test_broken_json_is_found() -> None:
    assert verify.document_errors("d", b'{"a": }', ()) == ["d: not valid JSON"]
    page = '<script type="application/ld+json">{"a":</script>'
    assert verify.page_errors("p", page, (), ()) == ["p: its structured data is not valid JSON"]


def test_a_look_up_file_tells_whom_it_leads_to() -> None:
    shard = b'{"count":2,"best":[[0,"100","A [0,\\"7\\" B"]],"records":[[19,"P-1","Firm"]]}'
    assert set(verify.looked_up(shard)) == {("members", "100"), ("permits", "P-1")}


@pytest.fixture
def ledger() -> Ledger:
    made = Ledger()
    made.practitioner("1", "One")
    made.add("1", "condition_imposed", "2025-01-01", condition="C", published=False,
             text="O'Brien & Sons must supervise.")  # fmt: skip
    made.member("2", "Two")
    made.permit("P-1", "Firm Ltd.", "1")
    return made


Attempt = Callable[[], list[str]]


@pytest.fixture
def attempt(ledger: Ledger, tmp_path: Path) -> Attempt:
    """Publish, then change the records; gives what tries to publish again and must fail.

    Gives the faults, having seen that the release before stands, byte for byte.
    """
    out = tmp_path / "site"
    build(ledger.write(tmp_path / "records"), out)
    before = tree(out)

    def again() -> list[str]:
        ledger.add("2", "name_changed", "2026-10-01", family="Changed")
        with pytest.raises(VerificationFailed) as failed:
            build(ledger.write(tmp_path / "records"), out)
        assert tree(out) == before
        return failed.value.errors

    return again


def test_a_link_that_leads_nowhere_in_a_guidance_page(ledger: Ledger, tmp_path: Path) -> None:
    shell = made_shell()
    broken = shell.files["about/register/index.html"] + b'<a href="/about/nothing/">x</a>'
    shell = dataclasses.replace(shell, files={**shell.files, "about/register/index.html": broken})
    ready = prepared(ledger.write(tmp_path / "records"), tmp_path / "site")
    with pytest.raises(VerificationFailed) as failed:
        pipeline.run(dataclasses.replace(ready, shell=shell))
    assert failed.value.errors == ["the link /about/nothing/ leads nowhere"]
    assert not (tmp_path / "site").exists()


def test_a_link_that_leads_nowhere_in_a_template(ledger: Ledger, tmp_path: Path) -> None:
    shell = made_shell()
    shell = dataclasses.replace(shell, template=shell.template + '<a href="/gone/?a#b">x</a>')
    ready = prepared(ledger.write(tmp_path / "records"), tmp_path / "site")
    with pytest.raises(VerificationFailed) as failed:
        pipeline.run(dataclasses.replace(ready, shell=shell))
    assert failed.value.errors == ["the link /gone/?a#b leads nowhere"]


@pytest.mark.parametrize("name", ["index.html", "index.json"])
def test_a_page_or_document_that_is_missing(
    attempt: Attempt, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    add = Staging.add

    def losing(self: Staging, path: str, content: bytes) -> None:
        if path != f"register/members/2/{name}":
            add(self, path, content)

    monkeypatch.setattr(Staging, "add", losing)
    assert f"members 2: no {name}" in attempt()


def test_a_record_that_the_look_up_doesn_t_find(
    attempt: Attempt, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = index.build

    def losing(found: Iterable[index.Indexed], *names: Any) -> Any:
        return whole([record for record in found if record.key != "permit P-1"], *names)

    monkeypatch.setattr(index, "build", losing)
    assert "permits P-1: not in the look-up" in attempt()


def test_a_record_that_the_browse_lists_don_t_have(
    attempt: Attempt, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = records._list_member

    def losing(desk: Any, batch: Batch, member: Any, *rest: Any) -> None:
        whole(desk, batch, member, *rest)
        if member.number == "2":
            batch.listed.pop()

    monkeypatch.setattr(records, "_list_member", losing)
    (fault,) = attempt()
    assert fault.startswith("the counts of members disagree: ")
    assert "records 2" in fault
    assert "browse lists 1" in fault


def test_a_condition_s_private_words_on_the_page(
    attempt: Attempt, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plain, "condition", lambda held: Condition(held.text, "2025-01-01"))
    assert set(attempt()) == {
        "register/members/1/index.html: holds a text that is not public",
        "register/members/1/index.json: holds a text that is not public",
        "the row of member 1: holds a text that is not public",
    }


def test_a_name_that_begins_like_an_address_is_no_link(ledger: Ledger, tmp_path: Path) -> None:
    ledger.permit("P-7", "/root Drilling Ltd.", "1")
    assert build(ledger.write(tmp_path / "records"), tmp_path / "site").permits > 0


def test_an_e_mail_address_in_a_public_text(ledger: Ledger, attempt: Attempt) -> None:
    ledger.add("1", "scope_granted", "2026-09-01", designation="P.Tech.(Eng.)", discipline="Civil",
               text="Ask ada@Example.org for the limits.")  # fmt: skip
    faults = attempt()
    assert "register/members/1/index.html: holds an e-mail address" in faults
    assert "register/permits/P-1/index.html: holds an e-mail address" in faults
    assert "the scope of 1: holds an e-mail address" in faults


def test_what_failed_once_is_published_when_it_is_put_right(ledger: Ledger, tmp_path: Path) -> None:
    build(ledger.write(tmp_path / "records"), tmp_path / "site")
    wrong = ledger.add("2", "name_changed", "2026-10-01", family="two@example.org")
    with pytest.raises(VerificationFailed):
        build(ledger.write(tmp_path / "records"), tmp_path / "site")
    ledger.add("2", "voided", "2026-10-01", recorded="2026-10-02", corrects=wrong.id)
    ledger.add("2", "name_changed", "2026-10-01", recorded="2026-10-02", family="Twain")
    build(ledger.write(tmp_path / "records"), tmp_path / "site")
    build(ledger.write(tmp_path / "records"), tmp_path / "fresh")
    assert tree(tmp_path / "site") == tree(tmp_path / "fresh")
