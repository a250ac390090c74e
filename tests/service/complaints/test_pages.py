"""The intake's pages: asked for little, read back whole, received once, and nothing lost."""

from __future__ import annotations

import base64
import hashlib
import json
import logging
import re
import secrets
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from lambdas.complaints.intake import BASE, app
from signet.complaints import intake, receipt_codes
from signet.complaints.forms import ComplaintDraft
from signet.complaints.receipt_codes import Filing
from signet.complaints.tables import CASE, CaseRow
from signet.errors import Unavailable
from signet.policy import load
from signet.publish.render import assets
from tests.complaint_office import (
    INTAKE_KEY,
    MODELS,
    calls,
    complaint_tables_made,
    members_anonymous,
    office,
    read,
    shell,
)
from tests.events import Answered, ask, event, get, post
from tests.forms import assert_page_holds_together, form_to, forms_on

__all__ = ["calls", "complaint_tables_made", "members_anonymous", "office", "shell"]
CANARY = "zebrafish-7731"
TEXTS = ("described", "happened", "when", "where", "hoped", "others", "name", "phone", "address")
CODE = re.compile(r"<span>([0-9A-Z]{4})</span>")
SAID = {"about": "member", "numbers": "100001", "happened": "They sealed what they hadn’t read."}


@pytest.fixture(autouse=True)
def ready(office: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Set up the office, with a store of files to make forms for; nothing is sent there."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:9")


def submission() -> str:
    """Return the hidden field of a new form."""
    return receipt_codes.signed(secrets.token_bytes(16), INTAKE_KEY)


def said(**fields: Any) -> dict[str, Any]:
    return {"submission": submission(), **SAID, **fields}


def send(form: dict[str, Any], to: str = "send", **about: Any) -> Answered:
    return ask(app, post(f"{BASE}{to}", form, act="", **about))


def code_on(answered: Answered) -> str:
    return "-".join(CODE.findall(answered.text))


def rows() -> int:
    return sum(1 for model in MODELS for _ in model.scan())


# ---- The form --------------------------------------------------------------------------------


def test_the_form_asks_for_what_the_model_takes_and_nothing_else() -> None:
    page = ask(app, get(BASE))
    assert page.status == 200
    form = form_to(page.text, f"{BASE}check")
    assert set(form.names) == set(ComplaintDraft.model_fields)
    assert form.names.count("numbers") == 5
    (hidden,) = form.values["submission"]
    assert receipt_codes.submission_of(hidden, INTAKE_KEY)
    assert_page_holds_together(page.text)


def test_each_form_is_another_one() -> None:
    fields = {
        form_to(ask(app, get(BASE)).text, f"{BASE}check").values["submission"][0] for _ in range(5)
    }
    assert len(fields) == 5


def test_only_what_happened_and_about_whom_is_needed() -> None:
    page = send({"submission": submission()}, "check")
    assert page.status == 422
    assert page.text.count('class="field__error"') == 2
    assert "Answer “What happened?”" in page.text
    assert "Say who it is about" in page.text
    assert_page_holds_together(page.text)
    least = {"submission": submission(), "happened": "x", "described": "y"}
    assert send(least, "check").status == 200


def test_a_number_that_cant_be_one_is_said_where_it_stands() -> None:
    page = send(said(numbers=["100001", "no idea!"]), "check")
    assert page.status == 422
    assert 'href="#field-numbers"' in page.text
    assert "Enter each number as on the register, such as 100001" in page.text
    assert form_to(page.text, f"{BASE}check").values["numbers"][:2] == ["100001", "no idea!"]


def test_a_number_may_be_written_as_people_write_it() -> None:
    page = send(said(numbers=" #100 001 "), "check")
    assert page.status == 200
    assert form_to(page.text, f"{BASE}send").values["numbers"] == ["#100 001"]


def test_further_numbers_are_in_view_only_where_there_are_any() -> None:
    for numbers, shown in (["100001", "", ""], False), (["100001", "", "P-7"], True):
        page = send(said(numbers=numbers), "")
        assert ('class="about complaint__more" open' in page.text) is shown


def test_a_ground_that_isnt_listed_is_refused_and_never_kept() -> None:
    page = send(said(grounds=[CANARY]), "send")
    assert page.status == 422
    assert rows() == 0


# ---- The answers read back -------------------------------------------------------------------


def test_all_answers_are_read_back_and_carried_along_whole() -> None:
    given = said(
        numbers=["100001", "100002"],
        grounds=["ethics", "skill"],
        email="a@example.com",
        **{name: f"{name} <b>&\nsecond line" for name in TEXTS if name not in ("name", "phone")},
    )
    page = send(given, "check")
    assert page.status == 200
    assert "happened &lt;b&gt;&amp;<br>second line" in page.text
    assert "against the profession&#39;s code" in page.text
    form = form_to(page.text, f"{BASE}send")
    for name, value in given.items():
        expected = value if isinstance(value, list) else [value]
        assert form.values[name] == expected, name
    assert rows() == 0


def test_changing_something_loses_nothing() -> None:
    given = said(grounds=["ethics"], where="Red Deer", numbers=["100001", "100002"], phone="403")
    checked = form_to(send(given, "check").text, f"{BASE}send")
    page = send(checked.values, "")
    form = form_to(page.text, f"{BASE}check")
    assert form.values["submission"] == checked.values["submission"]
    assert form.values["where"] == ["Red Deer"]
    assert form.values["happened"] == [SAID["happened"]]
    assert form.values["numbers"] == ["100001", "100002", "", "", ""]
    assert 'value="ethics" checked' in page.text
    assert 'value="member" checked' in page.text


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({}, "Without your name, this may not be able to go on"),
        ({"about": "permit"}, "Without your name, this may not be able to go on"),
        ({"name": "A"}, "They will be told your name"),
        ({"about": "unlicensed"}, "You stay anonymous"),
    ],
)
def test_who_gives_no_name_is_told_plainly_what_that_means(
    fields: dict[str, str], told: str
) -> None:
    """COM-8."""
    page = send(said(**fields), "check")
    assert told in page.text
    assert form_to(page.text, f"{BASE}send")


def test_the_form_tells_who_must_be_named_as_the_policy_has_it(members_anonymous: bool) -> None:
    """COM-8."""
    page = ask(app, get(BASE))
    assert ("they are told who complained about them" in page.text) is not members_anonymous
    assert ("You can stay anonymous</strong>, no matter who it is about" in page.text) is (
        members_anonymous
    )


def test_the_answers_read_back_tell_it_as_the_policy_has_it(members_anonymous: bool) -> None:
    """COM-8."""
    nameless, named = send(said(), "check"), send(said(name="A"), "check")
    assert ("You stay anonymous" in nameless.text) is members_anonymous
    assert ("this may not be able to go on" in nameless.text) is not members_anonymous
    assert ("They will be told your name" in named.text) is not members_anonymous


@pytest.mark.parametrize(
    ("fields", "outside"),
    [
        ({}, True),
        ({"grounds": "ethics"}, False),
        ({"grounds": "unsure"}, False),
        ({"about": "unlicensed"}, False),
    ],
)
def test_what_seems_outside_jurisdiction_is_told_so_and_may_be_sent_all_the_same(
    fields: dict[str, str], outside: bool
) -> None:
    """COM-3: never turned away by software."""
    given = said(**fields)
    page = send(given, "check")
    assert ("We may not be able to deal with this" in page.text) is outside
    assert send(given).status == 200


# ---- The receipt -----------------------------------------------------------------------------


def test_the_receipt_is_the_answer_itself_with_the_code_and_all_that_was_received() -> None:
    given = said(numbers=["100001", "100002"])
    page = send(given)
    assert page.status == 200
    assert "location" not in page.headers
    filing = Filing(code_on(page))
    submission = receipt_codes.submission_of(given["submission"], INTAKE_KEY)
    assert filing.code == receipt_codes.code_of(submission or b"")
    for at in range(2):
        assert receipt_codes.reference(filing.case(at)) in page.text
        assert read(filing.case(at)).happened == SAID["happened"]
    assert "Within 14 days" in page.text
    assert_page_holds_together(page.text)
    links = re.findall(r'(?:href|action|src)="([^"]*)"', page.text)
    assert not [link for link in links if filing.code in link]
    assert SAID["happened"] not in page.text


def test_the_receipt_has_a_form_for_each_file_that_goes_straight_to_quarantine() -> None:
    page = send(said())
    filing = Filing(code_on(page))
    posted = [form for form in forms_on(page.text) if "quarantine" in form.action]
    assert [one.values["key"] for one in posted] == [
        [f"complaints/{filing.file(at)}"] for at in range(intake.FILES)
    ]
    for one in posted:
        assert one.names[-1] == "file"
        assert filing.code not in json.dumps(one.values)
        (back,) = one.values["success_action_redirect"]
        assert back == f"https://register.example{BASE}file-sent"
    assert page.text.count('target="_blank"') == intake.FILES
    assert "form-action 'self' http://127.0.0.1:9" in page.headers["content-security-policy"]


def test_the_receipt_comes_although_no_form_for_files_can_be_made(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def gone(*_: Any, **__: Any) -> Any:
        raise EndpointConnectionError(endpoint_url="nowhere")

    monkeypatch.setattr("signet.uploads.objects.Objects.upload_form", gone)
    page = send(said())
    assert page.status == 200
    assert code_on(page)
    assert "You can send files later" in page.text


def test_the_same_form_sent_again_is_the_same_receipt_and_doubles_nothing() -> None:
    given = said()
    first, before = send(given), rows()
    again = send(given)
    assert code_on(again) == code_on(first)
    assert "we received it then" in again.text
    assert rows() == before


def test_the_same_form_with_other_words_is_told_to_be_an_addition() -> None:
    given = said()
    first = send(given)
    second = send(given | {"happened": "And then more.", "numbers": ["100001", "100002"]})
    assert code_on(second) == code_on(first)
    assert "We added what you sent now" in second.text
    assert receipt_codes.reference(Filing(code_on(first)).case(1)) not in second.text


def test_no_receipt_names_a_case_that_isnt_there() -> None:
    given = said()
    first = send(given)
    more = given | {"numbers": ["100001", "100002"]}
    for again in (send(more), send(more)):
        filing = Filing(code_on(again))
        assert code_on(again) == code_on(first)
        assert receipt_codes.reference(filing.case(1)) not in again.text
        assert "We added what you sent now" in again.text


@pytest.mark.parametrize("to", ["check", "send"])
@pytest.mark.parametrize(
    "forged", ["", "0" * 64, "x", receipt_codes.signed(b"1" * 16, b"another key")]
)
def test_a_form_that_isnt_of_our_making_is_shown_again_with_every_word(
    forged: str, to: str
) -> None:
    page = send(said(submission=forged, where="Red Deer"), to)
    fresh = form_to(page.text, f"{BASE}check")
    assert page.status == 422
    assert "wasn’t sent, because the page was too old" in page.text
    assert fresh.values["where"] == ["Red Deer"]
    assert receipt_codes.submission_of(fresh.values["submission"][0], INTAKE_KEY)
    assert rows() == 0


def _unavailable(*_: Any, **__: Any) -> Any:
    raise Unavailable


def _broken(*_: Any, **__: Any) -> Any:
    raise RuntimeError(CANARY)


@pytest.mark.parametrize("failing", [_unavailable, _broken])
def test_what_couldnt_be_taken_is_shown_again_and_can_be_sent_again(
    failing: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = said(where="Red Deer", email="a@example.com")
    with monkeypatch.context() as patch:
        patch.setattr(intake, "file", failing)
        page = send(given)
    assert page.status == 503
    assert page.headers["retry-after"]
    assert "Nothing is lost" in page.text
    assert CANARY not in page.text
    again = form_to(page.text, f"{BASE}send")
    assert again.values["submission"] == [given["submission"]]
    assert code_on(send(again.values))
    assert sum(row.part == CASE for row in CaseRow.scan()) == 1


def test_without_a_key_nothing_is_asked_that_couldnt_be_taken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SIGNET_INTAKE_KEY", "too short")
    assert ask(app, get(BASE)).status == 503


def test_the_page_that_the_store_leads_to_repeats_nothing_of_its_address() -> None:
    page = ask(app, get(f"{BASE}file-sent?bucket=b&key=complaints/{CANARY}&etag=%22{CANARY}%22"))
    assert page.status == 200
    assert CANARY not in page.text


# ---- In confidence ---------------------------------------------------------------------------


def test_nobody_is_looked_up_whatever_cookie_comes_along(calls: list[str]) -> None:
    for asked in (get(BASE, session=CANARY), post(f"{BASE}send", said(), act="", session=CANARY)):
        page = ask(app, asked)
        assert page.status == 200
        assert not page.cookies
        assert "Sign in" not in page.text
        assert "Your account" not in page.text
    assert set(calls) == {"TransactWriteItems"}


def test_the_pages_are_bare_and_hold_their_scripts_to_what_was_built(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Threat 7."""
    for page in (ask(app, get(BASE)), send(said(), "check"), send(said())):
        assert page.headers["cache-control"] == "no-store"
        assert page.headers["referrer-policy"] == "same-origin"
        policy = page.headers["content-security-policy"]
        assert "default-src 'none'; script-src 'self'; style-src 'self'" in policy
        loaded = re.findall(r"<(?:script|link)\b[^>]*(?:rel=\"stylesheet\"|src=)[^>]*>", page.text)
        assert len(loaded) >= 5
        for tag in loaded:
            (address,) = re.findall(r'(?:href|src)="/(assets/[^"]+)"', tag)
            (name,) = (n for n, asset in assets.collect().items() if asset.path == address)
            assert f'integrity="{assets.integrity(name)}"' in tag
        assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=", page.text)
        away = re.findall(r'(?:src|href)="(https?:[^"]+)"', page.text)
        rules = load().complaints
        assert rules
        assert set(away) <= {rules.leave_to}


def test_the_hash_that_a_page_names_is_that_of_the_very_file() -> None:
    for name in ("complaint.js", "lookup.js", "services.css"):
        content = (Path(assets.OWN) / name).read_bytes()
        digest = base64.b64encode(hashlib.sha384(content).digest()).decode()
        assert assets.integrity(name) == f"sha384-{digest}"


TELLING = {
    "user-agent": f"{CANARY}-agent",
    "x-forwarded-for": f"{CANARY}-forwarded",
    "cookie": f"__Host-session={CANARY}-session; other={CANARY}-cookie",
    "referer": f"https://register.example/{CANARY}-referer",
    "accept-language": f"{CANARY}-language",
    "cloudfront-viewer-address": "203.0.113.77:4433",
    "sec-fetch-site": "same-origin",
}


@pytest.mark.parametrize("failing", [None, _unavailable, _broken])
@pytest.mark.parametrize("to", ["", "check", "send"])
def test_nothing_of_who_sent_it_or_what_it_says_is_in_a_log_line_or_a_table(
    to: str,
    failing: Any,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Threats 6 and 8: canaries in every field, header and cookie."""
    if failing:
        monkeypatch.setattr(intake, "file", failing)
    given = said(
        numbers=[f"N{CANARY}"],
        email=f"{CANARY}@example.com",
        **{name: f"{CANARY} {name}" for name in TEXTS},
    )
    asked = post(f"{BASE}{to}?{CANARY}-query", given, act="", headers=TELLING)
    asked["requestContext"]["http"] |= {"sourceIp": "203.0.113.77", "userAgent": f"{CANARY}-agent"}
    with caplog.at_level(logging.DEBUG):
        answered = ask(app, asked)
    told = capfd.readouterr()
    lines = [record.getMessage() for record in caplog.records if record.name == "signet.web"]
    assert lines
    written = "\n".join(
        [*(json.dumps(vars(r), default=repr) for r in caplog.records if _is_ours(r)), *told]
    )
    held = repr([row.serialize() for model in MODELS for row in model.scan()])
    for text in (written, held):
        assert CANARY not in text.lower()
        assert "203.0.113" not in text
        assert given["submission"] not in text
    submission = receipt_codes.submission_of(given["submission"], INTAKE_KEY)
    code = receipt_codes.code_of(submission or b"")
    assert code not in written + held
    headers = json.dumps(dict(answered.headers))
    assert CANARY not in headers
    for telling in ("agent", "forwarded", "session", "cookie", "referer", "language", "query"):
        assert f"{CANARY}-{telling}" not in answered.text


def _is_ours(record: logging.LogRecord) -> bool:
    """Whether a line would be written: of the libraries, what is for debugging isn't."""
    return record.levelno > logging.DEBUG


@pytest.mark.parametrize("path", ["nowhere", "check"])
def test_a_page_of_an_error_repeats_nothing(path: str) -> None:
    asked = event(
        "POST",
        f"{BASE}{path}?{CANARY}",
        body=CANARY.encode(),
        headers={**TELLING, "content-type": "text/plain"},
    )
    page = ask(app, asked)
    assert page.status in (404, 415)
    assert CANARY not in page.text
