"""Coming back with a code: seeing, answering, adding; and guessing, which leads nowhere."""

from __future__ import annotations

import json
import logging
import re
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.client import BaseClient
from pynamodb.exceptions import PutError

from lambdas.complaints.followup.function import BASE, app
from signet import sealing
from signet.complaints import followup, rate_limit, receipt_codes, store
from signet.complaints.model import Added, File, FileState
from signet.complaints.receipt_codes import Filing
from signet.complaints.tables import FilingRow, KeyRow, TryRow, seal_context
from signet.errors import Unavailable
from signet.sealing import WrappedKey
from signet.transactions.tables import AuditRow
from signet.uploads.content.found import Reason
from tests.complaint_office import (
    MODELS,
    TODAY,
    complaint_tables_made,
    file,
    office,
    private,
    shell,
)
from tests.entries import POLICY
from tests.events import Answered, ask, get, post
from tests.forms import assert_page_holds_together, form_to, forms_on

__all__ = ["complaint_tables_made", "office", "shell"]
CANARY = "zebrafish-7731"
NOON = datetime(2040, 11, 24, 19, tzinfo=UTC)
QUESTION = "4" * 32
NEVER = "K7QM-2XRD-9VTB-4HWN-6CYE"
MOST = POLICY.complaints.code_tries if POLICY.complaints else 0


@pytest.fixture(autouse=True)
def ready(office: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:9")
    monkeypatch.setattr(app, "clock", lambda: NOON)


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """Return a list that fills with each database operation from now on, and its table."""
    heard: list[tuple[str, str]] = []
    real = BaseClient._make_api_call  # type: ignore[attr-defined]

    def listened(self: BaseClient, operation: str, arguments: Any) -> Any:
        heard.append((operation, arguments.get("TableName", "")))
        return real(self, operation, arguments)

    monkeypatch.setattr(BaseClient, "_make_api_call", listened)
    return heard


def send(code: str, to: str = "", act: str = "", **fields: Any) -> Answered:
    """Send a form of the follow-up's, from where tests are."""
    return ask(app, post(f"{BASE}{to}", {"receipt": code, **fields}, act=act))


def from_(address: str, code: str, **headers: str) -> Answered:
    """Type a code somewhere else."""
    asked = post(BASE, {"receipt": code}, act="", headers={"sec-fetch-site": "same-origin"})
    asked["headers"] |= headers
    asked["requestContext"]["http"]["sourceIp"] = address
    return ask(app, asked)


def act() -> str:
    return secrets.token_hex(16)


def asked_of(code: str, text: str, id_: str = QUESTION, day: str = "2040-11-25") -> None:
    """Staff ask something, as the desk does."""
    filing = Filing(code)
    part = f"question#{day}#{id_}"
    about = seal_context(filing.locator, part)
    sealed = sealing.direct(text.encode(), filing.reader.public_key(), about)
    FilingRow(filing.locator, part, sealed=sealed).save()


def kept(code: str, begins: str) -> list[Added]:
    """Return what the office reads of what was added or answered."""
    locator = Filing(code).locator
    found = []
    for row in FilingRow.query(locator, FilingRow.part.startswith(begins)):
        key = KeyRow.get(locator, row.part)
        wrapped = WrappedKey(key.recipient, key.wrapped)
        content = sealing.opened(row.sealed, wrapped, private, store.row_seal_context(row))
        found.append(Added.model_validate_json(content))
        assert row.listed == "unseen"
    return found


# ---- Coming back -----------------------------------------------------------------------------


def test_the_code_leads_to_how_far_each_case_is_and_nothing_of_what_was_said() -> None:
    receipt = file(numbers=("100001", "100002"), happened=CANARY, email=f"{CANARY}@example.com")
    page = send(receipt.code)
    assert page.status == 200
    for reference in receipt.cases:
        assert reference in page.text
    assert page.text.count("We have received your complaint, and will decide") == 2
    assert "24 November 2040" in page.text
    assert CANARY not in page.text
    assert_page_holds_together(page.text)


@pytest.mark.parametrize("change", [str.lower, lambda code: code.replace("-", " ")])
def test_the_code_may_be_typed_as_people_type(change: Callable[[str], str]) -> None:
    assert send(f" {change(file().code)} ").status == 200


def test_the_code_is_in_the_body_of_each_form_and_in_no_address() -> None:
    code = file().code
    asked_of(code, "When was that?")
    page = send(code)
    ours = [form for form in forms_on(page.text) if form.action.startswith(BASE)]
    assert [form.action.removeprefix(BASE) for form in ours] == ["say", "files"]
    assert all(form.values["receipt"] == [code] and form.method == "post" for form in ours)
    assert not [
        link for link in re.findall(r'(?:href|action)="([^"]*)"', page.text) if code in link
    ]
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["referrer-policy"] == "same-origin"


def test_nobody_is_looked_up_whatever_cookie_comes_along(made: list[tuple[str, str]]) -> None:
    code = file().code
    made.clear()
    page = ask(app, post(BASE, {"receipt": code}, act="", session="somebody"))
    assert page.status == 200
    assert {table for _, table in made} == {"signet-followups"}
    assert "Your account" not in page.text


# ---- What the office wrote ------------------------------------------------------------------


def test_what_the_office_wrote_is_read_with_the_code_and_by_nobody_else() -> None:
    """E3: "Read what we wrote to you" leads to something."""
    filing = Filing(file().code)
    part = store.message_key(TODAY, "6" * 32)
    text = f"It is outside of what we can deal with: see the tribunal. {CANARY}"
    box = sealing.direct(
        text.encode(), filing.reader.public_key(), seal_context(filing.locator, part)
    )
    FilingRow(filing.locator, part, sealed=box).save()
    page = send(filing.code)
    assert "What we wrote to you" in page.text
    assert CANARY in page.text
    assert not [row for row in FilingRow.scan() if CANARY in repr(row.serialize())]


# ---- Adding and answering --------------------------------------------------------------------


def test_what_is_added_is_there_once_for_the_office_alone() -> None:
    code, once = file().code, act()
    for _ in range(3):
        page = send(code, "add", once, text=f"They came again. {CANARY}")
        assert page.status == 200
        assert "We have received what you added" in page.text
    assert kept(code, "addition#") == [Added(text=f"They came again. {CANARY}")]
    assert CANARY not in repr([row.serialize() for model in MODELS for row in model.scan()])
    lines = [json.loads(row.body)["what"] for row in AuditRow.query(f"complaint#{locator(code)}")]
    assert lines == ["complaint-added-to"]


def locator(code: str) -> str:
    return Filing(code).locator


def test_a_form_sent_again_on_the_next_day_is_still_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    code, once = file().code, act()
    send(code, "add", once, text="They came again.")
    monkeypatch.setattr(app, "clock", lambda: NOON + timedelta(days=1))
    send(code, "add", once, text="They came again.")
    assert len(kept(code, "addition#")) == 1


def test_the_same_form_with_other_words_adds_these_too() -> None:
    code, once = file().code, act()
    send(code, "add", once, text="First.")
    send(code, "add", once, text="First, and then more.")
    assert {one.text for one in kept(code, "addition#")} == {"First.", "First, and then more."}


def test_many_at_once_of_one_form_are_one_addition() -> None:
    code, once = file().code, act()

    def again(_: int) -> int:
        return send(code, "add", once, text="They came again.").status

    with ThreadPoolExecutor(8) as pool:
        statuses = set(pool.map(again, range(24)))
    assert statuses <= {200, 503}
    assert send(code, "add", once, text="They came again.").status == 200
    assert len(kept(code, "addition#")) == 1


def test_a_question_of_staff_is_read_and_answered() -> None:
    code, once = file().code, act()
    asked_of(code, "When was that?\n<b>Roughly</b>")
    page = send(code)
    assert "A question waits" in page.text
    assert "When was that?<br>&lt;b&gt;Roughly" in page.text
    for _ in range(2):
        answered = send(code, "answer", once, question=QUESTION, text="In May.")
        assert "We have received your answer" in answered.text
        assert "You answered on" in answered.text
    assert kept(code, "answer#") == [Added(text="In May.", question=QUESTION)]
    assert kept(code, "addition#") == []


def test_a_second_answer_to_a_question_is_kept_beside_the_first() -> None:
    code = file().code
    asked_of(code, "When was that?")
    send(code, "answer", act(), question=QUESTION, text="In May.")
    assert send(code, "answer", act(), question=QUESTION, text="No, in June.").status == 200
    assert kept(code, "answer#") == [Added(text="In May.", question=QUESTION)]
    assert kept(code, "addition#") == [Added(text="No, in June.", question=QUESTION)]


def test_what_wasnt_asked_cant_be_answered() -> None:
    page = send(file().code, "answer", act(), question="5" * 32, text="In May.")
    assert page.status == 404


def test_nobody_reads_a_question_of_another_filing() -> None:
    one, other = file().code, file().code
    asked_of(one, CANARY)
    assert CANARY not in send(other).text
    (row,) = FilingRow.query(locator(one), FilingRow.part.startswith("question#"))
    FilingRow(locator(other), row.part, sealed=row.sealed).save()
    moved = send(other)
    assert moved.status == 200
    assert CANARY not in moved.text
    assert "This question can’t be shown" in moved.text


def test_what_else_is_typed_on_the_page_is_still_there_after_one_piece_was_sent() -> None:
    """E4: "Add it" while an answer is typed, and the other way round."""
    code = file().code
    asked_of(code, "When was that?")
    fields = {f"text-{QUESTION}": "In May, I th", "text-add": "They came again."}
    page = send(code, "say", act(), send="add", **fields)
    assert "We have received what you added" in page.text
    form = form_to(page.text, f"{BASE}say")
    assert form.values[f"text-{QUESTION}"] == ["In May, I th"]
    assert form.values["text-add"] == [""]
    fields = {f"text-{QUESTION}": "In May.", "text-add": "And he"}
    page = send(code, "say", act(), send=QUESTION, **fields)
    assert "We have received your answer" in page.text
    assert form_to(page.text, f"{BASE}say").values["text-add"] == ["And he"]
    assert [one.answered_on for one in followup.open_filing(code).questions] == [TODAY]


def test_a_piece_that_is_empty_is_said_and_the_other_stays() -> None:
    code = file().code
    asked_of(code, "When was that?")
    page = send(code, "say", act(), send="add", **{f"text-{QUESTION}": "In May."})
    assert page.status == 422
    form = form_to(page.text, f"{BASE}say")
    assert form.values[f"text-{QUESTION}"] == ["In May."]


@pytest.mark.parametrize("to", ["add", "answer"])
def test_a_text_thats_empty_or_too_long_is_told_and_what_was_typed_stays(to: str) -> None:
    code = file().code
    asked_of(code, "When was that?")
    fields = {"question": QUESTION} if to == "answer" else {}
    assert send(code, to, act(), text=" ", **fields).status == 422
    page = send(code, to, act(), text="x" * 15_001, **fields)
    assert page.status == 422
    assert "x" * 15_001 in page.text
    assert_page_holds_together(page.text)


@pytest.mark.parametrize("to", ["add", "answer", "files", ""])
def test_what_couldnt_be_kept_is_shown_again_to_be_sent_again(
    to: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, once = file().code, act()
    asked_of(code, "When was that?")
    fields = {"question": QUESTION} if to == "answer" else {}
    with monkeypatch.context() as patch:
        patch.setattr(followup, "open_filing", _unavailable)
        page = send(code, to, once, text="In <May>.", **fields)
    assert page.status == 503
    again = form_to(page.text, f"{BASE}{to}")
    assert "In &lt;May&gt;." in page.text
    assert again.values["receipt"] == [code]
    assert send(code, to, once, text="In <May>.", **fields).status == 200


def _unavailable(*_: Any, **__: Any) -> Any:
    raise Unavailable


# ---- Files -----------------------------------------------------------------------------------


def keys(page: Answered) -> list[str]:
    return [form.values["key"][0] for form in forms_on(page.text) if "key" in form.values]


def test_more_files_can_be_sent_and_none_that_was_decided_is_asked_for_again() -> None:
    receipt = file()
    first = receipt.files[0]
    mark(receipt.code, File(id=first, invited_on=TODAY, state=FileState.SEALED))
    page = send(receipt.code, "files")
    assert page.status == 200
    expected = [Filing(receipt.code).file(at) for at in (1, 2, 3)]
    assert keys(page) == [f"complaints/{id_}" for id_ in expected]
    for id_ in expected:
        assert FilingRow.get(f"file#{id_}", "file").body == locator(receipt.code)
    assert keys(send(receipt.code, "files")) == keys(page)


def mark(code: str, held: File) -> None:
    FilingRow(locator(code), f"file#{held.id}", body=held.model_dump_json()).save()


def test_a_file_invited_before_is_invited_anew_for_two_days(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    receipt = file()
    monkeypatch.setattr(app, "clock", lambda: NOON + timedelta(days=1))
    send(receipt.code, "files")
    for row in (
        FilingRow.get(locator(receipt.code), f"file#{receipt.files[0]}"),
        FilingRow.get(f"file#{receipt.files[0]}", "file"),
    ):
        assert row.expires == datetime(2040, 11, 27, tzinfo=UTC)


def test_no_more_files_are_asked_for_than_may_be_sent() -> None:
    code = file().code
    for at in range(POLICY.uploads["complaint"].most):
        mark(code, File(id=Filing(code).file(at), invited_on=TODAY, state=FileState.SEALED))
    page = send(code, "files")
    assert keys(page) == []
    assert "the maximum number of files" in page.text


def test_how_far_each_file_is_can_be_seen_and_no_name() -> None:
    code = file().code
    for at, (state, reason) in enumerate(
        [(FileState.SEALED, None), (FileState.REFUSED, Reason.EMPTY), (FileState.CHECKING, None)]
    ):
        id_ = Filing(code).file(at)
        mark(code, File(id=id_, invited_on=TODAY, state=state, reason=reason))
    page = send(code).text
    assert "Received, checked and encrypted" in page
    assert "the file is empty" in page
    assert "has arrived and is being checked" in page


# ---- Guessing (threat 5) ---------------------------------------------------------------------


WRONG = {
    "unknown": NEVER,
    "another unknown": receipt_codes.code_of(secrets.token_bytes(16)),
    "malformed": "not a code",
    "empty": "",
    "too long": "K7QM-" * 500,
    "letters that no code has": "UUUU-UUUU-UUUU-UUUU-UUUU",
    "other scripts": "ключ-ключ-ключ-ключ-ключ",
    "control characters": "K7QM\x00-2XRD",
    "a locator": receipt_codes.Filing(NEVER).locator,
}


@pytest.mark.parametrize("to", ["", "add", "answer", "files"])
def test_wrong_unknown_and_malformed_codes_get_one_and_the_same_answer(to: str) -> None:
    file()
    once = act()  # what was written is on the page again, with its form's act
    told = {name: send(code, to, once, text="x") for name, code in WRONG.items()}
    assert {one.status for one in told.values()} == {404}
    assert len({one.content for one in told.values()}) == 1
    assert len({json.dumps(dict(one.headers), sort_keys=True) for one in told.values()}) == 1
    assert "We can’t find anything with this code" in told["unknown"].text


def test_wrong_unknown_and_malformed_codes_cost_the_same_calls(
    made: list[tuple[str, str]],
) -> None:
    send(NEVER)  # makes the day's salt
    costs = {}
    for name, code in WRONG.items():
        made.clear()
        send(code)
        costs[name] = tuple(made)
    assert set(costs.values()) == {
        (("Query", "signet-followups"), ("GetItem", "signet-tries"), ("UpdateItem", "signet-tries"))
    }


def test_wrong_codes_end_at_the_limit_and_lock_nobody_out_who_has_a_right_one() -> None:
    code = file().code
    for _ in range(3):
        send(code)
    for _ in range(MOST):
        assert send(NEVER).status == 404
    page = send(NEVER)
    assert page.status == 429
    assert "too many wrong codes" in page.text
    assert send(code).status == 200
    assert send(code, "add", act(), text="They came again.").status == 200
    assert send(NEVER).status == 429


def test_the_count_is_of_a_day_and_what_somebody_wrote_isnt_lost_over_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    once = act()
    for _ in range(MOST + 1):
        send(NEVER)
    page = send(NEVER, "add", once, text="They came again.")
    assert page.status == 429
    assert "They came again." in page.text
    monkeypatch.setattr(app, "clock", lambda: NOON + timedelta(days=1))
    assert send(NEVER, "add", once, text="They came again.").status == 404


def test_what_is_counted_leads_to_nobody_and_to_no_case_and_goes_with_its_day() -> None:
    code = file().code
    from_("198.51.100.9", code)
    from_("198.51.100.9", NEVER)
    rows = {row.who: row for row in TryRow.scan()}
    (salt,) = [row for who, row in rows.items() if who.startswith("salt#")]
    (counted,) = [row for who, row in rows.items() if who.startswith("address#")]
    assert len(salt.salt) == rate_limit.SALT_BYTES
    assert counted.times == 1
    # The end of the regulator's day, which is seven hours behind.
    assert salt.expires == counted.expires == datetime(2040, 11, 25, 7, tzinfo=UTC)
    held = repr([row.serialize() for row in rows.values()])
    for telling in ("198.51.100", locator(code), code, NEVER):
        assert telling not in held


def test_tomorrow_the_same_address_is_another_hash(monkeypatch: pytest.MonkeyPatch) -> None:
    send(NEVER)
    monkeypatch.setattr(app, "clock", lambda: NOON + timedelta(days=1))
    send(NEVER)
    assert len({row.who for row in TryRow.scan() if row.who.startswith("address#")}) == 2


def test_all_addresses_of_one_home_are_counted_together() -> None:
    for last in range(4):
        from_(f"2001:db8:1:2::{last:x}", NEVER)
    from_("2001:db8:1:3::1", NEVER)
    times = sorted(row.times for row in TryRow.scan() if row.who.startswith("address#"))
    assert times == [1, 4]


def test_behind_the_edge_its_word_of_the_address_counts_and_elsewhere_nobodys(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def counted() -> int:
        return sum(row.who.startswith("address#") for row in TryRow.scan())

    for port in (1, 2):
        from_("198.51.100.9", NEVER, **{"cloudfront-viewer-address": f"203.0.113.{port}:4433"})
    assert counted() == 1
    monkeypatch.setenv("SIGNET_BEHIND_CDN", "1")
    for told in ("203.0.113.1:4433", "203.0.113.1:9999", "2001:db8:1:2::7:4433"):
        from_("198.51.100.9", NEVER, **{"cloudfront-viewer-address": told})
    assert counted() == 3


def test_two_who_need_the_days_salt_first_agree_on_one(monkeypatch: pytest.MonkeyPatch) -> None:
    real, other = TryRow.save, b"s" * rate_limit.SALT_BYTES

    def late(self: TryRow, *args: Any, **named: Any) -> Any:
        monkeypatch.setattr(TryRow, "save", real)
        TryRow(self.who, salt=other, expires=self.expires).save()
        return real(self, *args, **named)

    monkeypatch.setattr(TryRow, "save", late)
    assert send(NEVER).status == 404
    (salt,) = [row.salt for row in TryRow.scan() if row.who.startswith("salt#")]
    assert salt == other


def test_while_it_cant_be_counted_nobody_is_told_that_a_code_is_wrong(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def failing(*_: Any, **__: Any) -> Any:
        raise PutError("no")

    monkeypatch.setattr(TryRow, "update", failing)
    assert send(NEVER).status == 503


# ---- In confidence ---------------------------------------------------------------------------


def test_nothing_of_who_came_back_or_what_they_wrote_is_in_a_log_line_or_a_table(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    code, other = file().code, NEVER
    asked_of(code, f"{CANARY} question")
    headers = {
        "sec-fetch-site": "same-origin",
        "user-agent": f"{CANARY}-agent",
        "x-forwarded-for": f"{CANARY}-forwarded",
        "cookie": f"__Host-session={CANARY}-session",
        "cloudfront-viewer-address": "203.0.113.77:4433",
    }
    with caplog.at_level(logging.INFO):
        for to in ("", "add", "answer", "files"):
            for typed in (code, other, CANARY):
                fields = {"receipt": typed, "text": f"{CANARY} text", "question": QUESTION}
                asked = post(f"{BASE}{to}?{CANARY}", fields, act=act(), headers=headers)
                asked["requestContext"]["http"]["sourceIp"] = "203.0.113.77"
                page = ask(app, asked)
                assert f"{CANARY}-" not in page.text
    held = repr([row.serialize() for model in MODELS for row in model.scan()])
    lines = [r for r in caplog.records if r.name == "signet.web"]
    assert lines
    written = "\n".join([*(json.dumps(vars(r), default=repr) for r in lines), *capfd.readouterr()])
    for text in (held, written):
        for telling in (CANARY, code, other, "203.0.113"):
            assert telling not in text
    assert locator(code) not in written


def test_what_staff_ask_is_opened_in_memory_and_never_written() -> None:
    code = file().code
    asked_of(code, CANARY)
    assert CANARY in send(code).text
    held = repr([row.serialize() for model in MODELS for row in model.scan()])
    assert CANARY not in held


def test_the_page_for_the_code_is_the_same_for_everybody() -> None:
    assert ask(app, get(BASE)).content == ask(app, get(BASE, session="somebody")).content
