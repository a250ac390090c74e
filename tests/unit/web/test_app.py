"""What every function behind HTTP does with a request, whichever service it belongs to."""

from __future__ import annotations

import base64
import json
import logging
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from signet.accounts.model import Role
from signet.web.answer import Json, Page, SeeOther
from signet.web.app import ANYONE, App
from tests.events import ACT, OWN_PAGE, SITE, ask, event, get, post, send_json
from tests.example_service import BASE, GOOD, Example, build, environment
from tests.forms import form_to


@pytest.fixture(scope="module", autouse=True)
def _settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with environment(tmp_path_factory.mktemp("services")):
        yield


@pytest.fixture
def example() -> Example:
    return build()


def test_a_page_comes_with_every_security_header_and_is_kept_by_no_cache(example: Example) -> None:
    answer = ask(example.app, get(BASE))
    assert answer.status == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "same-origin"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "unsafe-inline" not in answer.headers["content-security-policy"]
    assert "form-action 'self';" in answer.headers["content-security-policy"]


@pytest.mark.parametrize(
    "target", [f"{BASE}fail/ours", f"{BASE}nowhere/at/all", f"{BASE}2026-01-01/", "/elsewhere"]
)
def test_errors_and_redirects_carry_the_same_headers(example: Example, target: str) -> None:
    plain = ask(example.app, get(BASE)).headers
    headers = ask(example.app, get(target)).headers
    for name in plain.keys() - {"content-type", "content-length"}:
        assert headers[name] == plain[name]


def test_the_sign_out_button_may_lead_on_to_the_identity_provider(
    example: Example, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SIGNET_OIDC_LOGOUT_URL", "https://sign-in.example:8443/logout?x=1")
    policy = ask(example.app, get(BASE)).headers["content-security-policy"]
    assert "form-action 'self' https://sign-in.example:8443;" in policy


def test_a_page_can_name_where_else_its_form_goes() -> None:
    app = App("upload")

    @app.get("/services/up", needs=ANYONE)
    def up(request: Any) -> Page:
        return Page(
            "home.html", {"groups": [], "audits": []}, form_action=["https://store.example"]
        )

    policy = ask(app, get("/services/up")).headers["content-security-policy"]
    assert "form-action 'self' https://store.example;" in policy


# Who may ask ---------------------------------------------------------------------------------


def test_looking_at_a_page_of_ones_own_leads_to_signing_in_and_back(example: Example) -> None:
    answer = ask(example.app, get(f"{BASE}2026-01-01/?a=b&c=d"))
    assert answer.status == 303
    back = "/services/example/2026-01-01/%3Fa%3Db%26c%3Dd"
    assert answer.location == f"/services/account/sign-in?return={back}"


def test_a_session_that_is_over_is_no_session(example: Example) -> None:
    assert ask(example.app, get(f"{BASE}2026-01-01/", session="over")).status == 303


def test_sending_a_form_without_being_signed_in_says_how_to_keep_what_was_typed(
    example: Example,
) -> None:
    answer = ask(example.app, post(f"{BASE}staff"))
    assert answer.status == 401
    assert 'href="/services/account/sign-in"' in answer.text, "nothing was typed"
    sent = {"words": "what I <wrote>"}
    page = f"{SITE}{BASE}2026-01-01/"
    answer = ask(example.app, post(f"{BASE}staff", sent, headers=OWN_PAGE | {"referer": page}))
    assert answer.status == 401
    form = form_to(answer.text, "/services/account/typed/")
    assert form.values["typed.field.words"] == ["what I <wrote>"]
    assert form.values["typed.page"] == [f"{BASE}2026-01-01/"]


@pytest.mark.parametrize(
    "page", ["https://evil.example/services/x/", f"{SITE}//evil.example/", f"{SITE}/register/", ""]
)
def test_what_was_typed_is_shown_on_no_page_but_the_services(example: Example, page: str) -> None:
    headers = OWN_PAGE | {"referer": page}
    answer = ask(example.app, post(f"{BASE}staff", {"words": "typed"}, headers=headers))
    form = form_to(answer.text, "/services/account/typed/")
    assert form.values["typed.page"] == [f"{BASE}staff"], "the form's own address"


def test_nothing_that_another_site_carries_along_is_put_into_a_form(example: Example) -> None:
    carried = {"typed.page": BASE, "typed.action": BASE, "typed.field.words": "planted"}
    answer = ask(example.app, post(BASE, carried, headers={"sec-fetch-site": "cross-site"}))
    assert "planted" not in answer.text
    assert answer.status in (403, 405)


def test_signing_in_leads_back_to_an_address_that_can_be_looked_at() -> None:
    app = App("both")
    app.get("/services/both", needs=ANYONE)(lambda request: SeeOther("/"))
    app.post("/services/both", needs=Role.MEMBER)(lambda request: SeeOther("/"))
    assert "sign-in?return=/services/both" in ask(app, post("/services/both")).text


def test_a_program_that_is_not_signed_in_gets_a_problem_and_no_redirect(example: Example) -> None:
    answer = ask(example.app, send_json("POST", f"{BASE}count", {"number": 1}))
    assert (answer.status, answer.json()["code"]) == (401, "sign-in-needed")


def test_only_the_role_that_a_route_needs_gets_in(example: Example) -> None:
    officer = example.person("officer", Role.CPD_OFFICER)
    member = example.person("member", Role.MEMBER)
    assert ask(example.app, get(f"{BASE}officers", session=officer)).status == 200
    refused = ask(example.app, get(f"{BASE}officers", session=member))
    assert refused.status == 403
    assert "Your account can’t do this" in refused.text


def test_one_of_several_roles_is_enough(example: Example) -> None:
    for role in (Role.CPD_OFFICER, Role.ADMINISTRATOR):
        token = example.person("x", role)
        assert ask(example.app, post(f"{BASE}staff", session=token)).status == 303
    assert ask(example.app, post(f"{BASE}staff", session=example.person("y"))).status == 403


def test_the_session_is_found_where_aws_and_where_emulators_leave_cookies(example: Example) -> None:
    token = example.person("here")
    path = f"{BASE}2026-01-01/"
    assert ask(example.app, get(path, cookies={"a": "b", "__Host-session": token})).status == 200
    in_header = get(path, headers={"cookie": f"a=b; __Host-session={token}"})
    assert ask(example.app, in_header).json()["account"] == "account-here"


def test_who_is_signed_in_is_looked_up_once_a_request(example: Example) -> None:
    token, asked = example.person("once"), []
    people = example.app.principal_of
    example.app.principal_of = lambda token, now: asked.append(token) or people(token, now)  # type: ignore[func-returns-value]
    ask(example.app, get(BASE, session=token))
    assert asked == [token]


def test_the_masthead_says_who_is_signed_in_and_signs_out_by_a_form(example: Example) -> None:
    token = example.person("t", email="<i>ada@example.ca")
    text = ask(example.app, get(BASE, session=token)).text
    assert "<bdi>&lt;i&gt;ada@example.ca</bdi>" in text
    assert '<form class="account__out" method="post" action="/services/account/sign-out">' in text
    assert "sign-out" not in ask(example.app, get(BASE)).text


def test_a_route_says_what_it_needs_or_cannot_be_made() -> None:
    with pytest.raises(TypeError):
        App("open").get("/services/open")  # type: ignore[call-arg]


# Other sites (threat 14) -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "same-origin"},
        {"sec-fetch-site": "same-origin", "origin": "null"},
        {"origin": SITE},
    ],
)
def test_a_form_of_our_own_page_is_taken(example: Example, headers: dict[str, str]) -> None:
    assert ask(example.app, post(BASE, GOOD, headers=headers)).status == 303
    assert len(example.added) == 1


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "none"},
        {"sec-fetch-site": "cross-site", "origin": SITE},
        {"sec-fetch-site": ""},
        {"origin": "null"},
        {"origin": "https://register.example.evil"},
        {"origin": "http://register.example"},
        {"origin": f"{SITE}/"},
        {"origin": "", "referer": f"{SITE}/services/"},
        {"host": "register.example"},
    ],
)
def test_a_form_from_elsewhere_changes_nothing(example: Example, headers: dict[str, str]) -> None:
    answer = ask(example.app, post(BASE, GOOD, headers=headers))
    assert answer.status == 403
    assert "Nothing was changed" in answer.text
    assert example.added == []


def test_without_a_known_address_of_ours_no_origin_is_believed(
    example: Example, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SIGNET_SITE_URL")
    for origin in ("", SITE):
        assert ask(example.app, post(BASE, GOOD, headers={"origin": origin})).status == 403


def test_a_program_from_elsewhere_is_refused_before_anybody_is_looked_up(example: Example) -> None:
    def nobody(token: str, now: object) -> None:
        pytest.fail("the session was looked up")

    example.app.principal_of = nobody
    asked = send_json("POST", f"{BASE}count", {}, session="t", headers={"sec-fetch-site": "none"})
    assert ask(example.app, asked).json()["code"] == "cross-site"


# What is sent ----------------------------------------------------------------------------------


def test_day_and_ids_come_from_the_edge(example: Example) -> None:
    assert ask(example.app, post(BASE, GOOD)).location == f"{BASE}2026-11-02/"
    assert 'name="act" value="000102030405060708090a0b0c0d0e0f"' in ask(example.app, get(BASE)).text


@pytest.mark.parametrize("act", ["", "short", ACT.upper(), ACT + "0", f"{ACT}\n"])
def test_a_form_without_its_act_is_not_taken(example: Example, act: str) -> None:
    assert ask(example.app, post(BASE, {**GOOD, "title": ""}, act=act)).status == 400


def test_json_brings_its_act_in_a_header(example: Example) -> None:
    token = example.person("t")
    answer = ask(example.app, send_json("POST", f"{BASE}count", {"number": 4}, session=token))
    assert (answer.json(), answer.headers["x-act"]) == ({"number": 4}, ACT)
    without = send_json("POST", f"{BASE}count", {"number": 4}, session=token, act="")
    assert ask(example.app, without).json()["code"] == "bad-request"


def test_wrong_json_says_which_field_and_never_the_value(example: Example) -> None:
    token = example.person("t")
    sent = {"number": 8123456, "canary-name": "canary-value"}
    answer = ask(example.app, send_json("POST", f"{BASE}count", sent, session=token))
    assert answer.status == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert {fault["field"] for fault in answer.json()["faults"]} == {"", "number"}
    assert "canary" not in answer.text
    assert "8123456" not in answer.text


@pytest.mark.parametrize(
    ("kind", "body", "status"),
    [
        ("application/json", b"{", 400),
        ("application/json", b'{"number": NaN}', 400),
        ("application/json", b"\xff", 400),
        ("application/json", b"[" * 90_000, 400),
        ("application/json", b"[]", 422),
        ("text/plain", b'{"number": 1}', 415),
        ("application/json", b" " * 500_001, 413),
    ],
)
def test_a_body_that_cannot_be_read_is_refused(
    example: Example, kind: str, body: bytes, status: int
) -> None:
    headers = {"sec-fetch-site": "same-origin", "content-type": kind, "idempotency-key": ACT}
    token = example.person("t")
    asked = event("POST", f"{BASE}count", body=body, headers=headers, session=token)
    assert ask(example.app, asked).status == status


@pytest.mark.parametrize(
    ("kind", "body", "status"),
    [
        ("multipart/form-data", b"title=a", 415),
        ("application/x-www-form-urlencoded", b"title=%ff", 400),
        ("application/x-www-form-urlencoded", "title=é".encode(), 400),
        ("application/x-www-form-urlencoded", b"&".join([b"title=a"] * 501), 400),
        ("application/x-www-form-urlencoded", b"title=" + b"a" * 500_001, 413),
        ("application/x-www-form-urlencoded; charset=utf-8", b"act=" + ACT.encode(), 422),
    ],
)
def test_a_form_that_cannot_be_read_is_refused(
    example: Example, kind: str, body: bytes, status: int
) -> None:
    headers = {"sec-fetch-site": "same-origin", "content-type": kind}
    assert ask(example.app, event("POST", BASE, body=body, headers=headers)).status == status


def test_a_body_that_only_claims_to_be_base64_is_refused(example: Example) -> None:
    asked = post(BASE, GOOD) | {"body": "not base64!"}
    assert ask(example.app, asked).status == 400


def test_a_plain_body_is_read_too(example: Example) -> None:
    asked = post(BASE, GOOD)
    asked |= {"body": base64.b64decode(asked["body"]).decode(), "isBase64Encoded": False}
    assert ask(example.app, asked).status == 303


# Addresses -------------------------------------------------------------------------------------


def test_an_address_without_its_slash_leads_to_the_one_with_it(example: Example) -> None:
    assert ask(example.app, get(BASE.rstrip("/"))).location == BASE


def test_an_address_that_is_not_there_says_so(example: Example) -> None:
    answer = ask(example.app, get(f"{BASE}no/such"))
    assert answer.status == 404
    assert "There is nothing here" in answer.text


def test_a_method_that_an_address_does_not_take_is_told_which_it_does(example: Example) -> None:
    answer = ask(example.app, event("DELETE", BASE, headers={"sec-fetch-site": "same-origin"}))
    assert (answer.status, answer.headers["allow"]) == (405, "GET, POST")


def test_head_is_get_without_the_page(example: Example) -> None:
    answer = ask(example.app, event("HEAD", BASE))
    assert (answer.status, answer.content) == (200, b"")


def test_a_download_is_an_attachment_with_its_name_in_any_script(example: Example) -> None:
    officer = example.person("o", Role.CPD_OFFICER)
    answer = ask(example.app, get(f"{BASE}officers", session=officer))
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == (
        'attachment; filename="Pr_fung 2026-11-02.csv"; '
        "filename*=UTF-8''Pr%C3%BCfung%202026-11-02.csv"
    )


def test_bytes_arrive_as_they_were() -> None:
    from signet.web.answer import Download

    app = App("bytes")
    content = bytes(range(256))
    app.get("/services/b", needs=ANYONE)(lambda request: Download(content, "image/png", "a.png"))
    assert ask(app, get("/services/b")).content == content


# What goes wrong -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "status", "title"),
    [
        ("conflict", 409, "This was changed meanwhile"),
        ("too-many", 429, "Please wait a while"),
        ("unavailable", 503, "Not available just now"),
        ("invalid", 422, "There is a problem"),
        ("odd", 400, "That didn’t work"),
        ("ours", 500, "Something went wrong"),
    ],
)
def test_what_goes_wrong_is_told_on_a_page_and_to_programs(
    example: Example, code: str, status: int, title: str
) -> None:
    page = ask(example.app, get(f"{BASE}fail/{code}"))
    assert page.status == status
    assert f"<h1 data-problem>{title}</h1>" in page.text
    data = ask(example.app, get(f"{BASE}fail-json/{code}"))
    assert data.status == data.json()["status"] == status
    assert data.headers["content-type"] == "application/problem+json"
    assert data.json()["detail"] in page.text.replace("&#39;", "'")
    for answer in (page, data):
        assert "canary" not in answer.text
        assert ("retry-after" in answer.headers) == (status in (429, 503))


def test_a_failure_of_ours_has_a_reference_that_the_log_has_too(
    example: Example, caplog: pytest.LogCaptureFixture
) -> None:
    answer = ask(example.app, get(f"{BASE}fail/ours"))
    assert "Reference <code>request-1</code>" in answer.text
    (line,) = [m for m in map(json.loads, caplog.messages) if m["what"] == "failed"]
    assert line["request"] == "request-1"
    assert line["kinds"] == ["builtins.RuntimeError"]
    assert any(frame.startswith("example_service.py") for frame in line["frames"])


def test_no_line_of_the_log_holds_what_anybody_typed_or_who_they_are(
    example: Example, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    canary = "canary7f3"
    token = example.person(f"token-{canary}", email=f"{canary}@example.ca")
    known: dict[str, Any] = {
        "session": token,
        "headers": {"sec-fetch-site": "same-origin", "x": canary},
    }
    for name in ("title", "reflection", "started_on", "topics", canary):
        ask(example.app, post(f"{BASE}?q={canary}", {**GOOD, name: canary}, **known))
    ask(example.app, get(f"{BASE}fail/ours?{canary}", **known))
    ask(example.app, get(f"{BASE}{canary}/", **known))
    ask(example.app, get(f"/services/{canary}", **known))
    ask(example.app, send_json("POST", f"{BASE}count", {"number": canary, canary: 1}, **known))
    ask(example.app, get(f"{BASE}officers", **known))
    assert len(caplog.messages) >= 10
    own = [r.getMessage() for r in caplog.records]
    # The account's id is the one thing that says who it was; here it is made from the token.
    assert not [line for line in own if canary in line.replace(f"account-{token}", "")]


def test_a_refused_role_is_noted_with_the_account(
    example: Example, caplog: pytest.LogCaptureFixture
) -> None:
    ask(example.app, get(f"{BASE}officers", session=example.person("m", Role.MEMBER)))
    (line,) = [m for m in map(json.loads, caplog.messages) if m["what"] == "refused"]
    assert (line["account"], line["route"]) == ("account-m", f"{BASE}officers")


def test_a_page_of_errors_comes_though_the_database_does_not(example: Example) -> None:
    def down(token: str, now: object) -> None:
        raise OSError

    example.app.principal_of = down
    answer = ask(example.app, get(f"{BASE}fail/unavailable", session="t"))
    assert answer.status == 503
    assert "Not available just now" in answer.text
    assert ">Your account</a>" in answer.text
    assert ">Sign in</a>" not in answer.text


def test_even_without_a_shell_there_is_an_answer(
    example: Example, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("SIGNET_SHELL", "no-such-file")
    answer = ask(example.app, get(BASE))
    assert answer.status == 500
    assert "<h1>Something went wrong</h1>" in answer.text
    assert any("NoShell" in line for line in caplog.messages)


def test_requests_at_the_same_time_never_see_one_another() -> None:
    """One process serves many people on one machine, and Powertools keeps the event in a class."""
    app = App("threads")
    together = threading.Barrier(8, timeout=120)

    @app.get("/services/t/<name>", needs=ANYONE)
    def each(request: Any, name: str) -> Json:
        together.wait()
        return Json({"path": request.path, "name": name, "header": request.headers["x"]})

    found: dict[str, Any] = {}

    def visit(name: str) -> None:
        for _ in range(20):
            asked = get(f"/services/t/{name}", headers={"x": name})
            found.setdefault(name, set()).add(tuple(ask(app, asked).json().values()))

    threads = [threading.Thread(target=visit, args=(f"n{i}",)) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {f"n{i}": {(f"/services/t/n{i}", f"n{i}", f"n{i}")} for i in range(8)}
