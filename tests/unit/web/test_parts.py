"""The small parts that functions share: cookies, paths, words, the shell, and what is loaded."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from jinja2 import Environment

from signet.cli.command import main
from signet.cli.shell import for_services
from signet.publish.render.shell import with_jobs
from signet.web import cookies, pages, words
from signet.web.answer import own_path
from signet.web.headers import SECURITY_HEADERS, csp, origin
from tests.built_site import POLICY, made_shell

FORBIDDEN = ("boto3", "aws_xray_sdk", "email_validator", "requests", "mkdocs")


def loaded(module: str, *sought: str) -> list[str]:
    """Which of the modules sought are there after one was imported by itself."""
    script = f"import sys, {module}; print(*[m for m in {sought!r} if m in sys.modules])"
    command = [sys.executable, "-c", script]
    told = subprocess.run(command, capture_output=True, text=True, check=True)
    return told.stdout.split()


@pytest.mark.parametrize("module", ["signet.web.app", "signet.web.form_view", "lambdas.home"])
def test_a_function_loads_nothing_that_it_seldom_needs(module: str) -> None:
    assert loaded(module, *FORBIDDEN) == []


def test_what_is_loaded_would_be_noticed() -> None:
    assert "boto3" in loaded("boto3", *FORBIDDEN)


def test_accounts_are_loaded_only_when_a_session_is_looked_up() -> None:
    assert loaded("signet.web.app", "signet.accounts.actions") == []


def test_a_cookie_of_ours_is_for_this_host_and_hidden_from_scripts() -> None:
    kept = cookies.keep(cookies.SESSION, "abc", 60)
    assert kept.startswith("__Host-session=abc; ")
    for attribute in ("Path=/", "Secure", "HttpOnly", "SameSite=Lax", "Max-Age=60"):
        assert attribute in kept
    assert "Domain" not in kept
    assert "Max-Age=0" in cookies.drop(cookies.SESSION)


@pytest.mark.parametrize(
    "blank", ["\u2003", "\xa0", "\x85", "\x0b", "\x0c", "\x1f", "\u3000", "\ufeff"]
)
def test_a_name_that_another_host_may_set_is_not_taken_for_one_of_ours(blank: str) -> None:
    for planted in (f"{blank}__Host-session=evil", f"__Host-session{blank}=evil"):
        assert "__Host-session" not in cookies.read({"cookies": [planted]})
        both = {"cookies": [planted, "__Host-session=good"]}
        assert cookies.read(both)["__Host-session"] == "good"
        assert cookies.read({"headers": {"cookie": planted}}).get("__Host-session") is None


def test_of_two_cookies_of_a_host_s_own_name_neither_is_taken() -> None:
    line = "__Host-session=a; b=1; \t__Host-session \t= c"
    for event in ({"cookies": line.split(";")}, {"headers": {"cookie": line}}):
        assert cookies.read(event) == {"b": "1"}
    apart = {"cookies": ["__Host-session=a"], "headers": {"cookie": "__Host-session=a"}}
    assert cookies.read(apart) == {}


def test_cookies_are_read_from_both_places_and_the_first_counts() -> None:
    event = {"cookies": ["a=1; b=2", "c=3=4"], "headers": {"cookie": "a=9; d=5; broken"}}
    assert cookies.read(event) == {"a": "1", "b": "2", "c": "3=4", "d": "5"}
    assert cookies.read({}) == {}


@pytest.mark.parametrize("path", ["/", "/services/cpd/2026/?a=b#c", "/services/é"])
def test_a_path_of_ours_may_be_gone_back_to(path: str) -> None:
    assert own_path(path) == path


@pytest.mark.parametrize(
    "path",
    [
        "", "services/", "//evil.example", "/\\evil.example", "https://evil.example", "/\t/evil",
        "\\\\evil", "/a\\b", "/a\r\nSet-Cookie: x=y", "javascript:alert(1)", "/\x00/evil",
    ],
)  # fmt: skip
def test_an_address_elsewhere_may_not(path: str) -> None:
    assert own_path(path) == "/services/"


def test_the_policy_forbids_whatever_is_inline_or_from_elsewhere() -> None:
    policy = csp(form_action=["https://a.example"], connect=["https://b.example"])
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "form-action 'self' https://a.example;" in policy
    assert "connect-src 'self' https://b.example;" in policy
    assert SECURITY_HEADERS["Content-Security-Policy"] == csp()


def test_an_origin_is_scheme_host_and_port() -> None:
    assert origin("https://a.example:8443/logout?x#y") == "https://a.example:8443"
    assert origin("/logout") == origin("") == ""


def test_days_and_moments_are_said_by_the_regulators_clock() -> None:
    assert words.plain_day(date(2026, 3, 4)) == "4 March 2026"
    assert words.day("2026-03-04") == '<time datetime="2026-03-04">4 March 2026</time>'
    late = datetime(2026, 1, 1, 6, 59, tzinfo=UTC)
    assert "31 December 2025, 23:59" in words.moment(late)
    assert words.lines("a <b>\nc") == "a &lt;b&gt;<br>c"
    assert words.counted(1, "activity", "activities") == "1 activity"
    assert words.counted(1200, "member") == "1,200 members"
    assert words.role("cpd-officer") == "CPD officer"


def test_the_command_writes_the_shell_whole(tmp_path: Path) -> None:
    out = tmp_path / "made" / "shell.html"
    assert main(["shell", "--out", str(out)]) == 0
    assert list(out.parent.iterdir()) == [out]
    made = pages.environment(str(out))
    sheet = made.from_string("{{ assets['services.css'].address }}").render()
    assert sheet.startswith("/assets/services.")
    assert made.get_template("base.html")


def test_register_pages_can_be_rendered_into_the_same_shell() -> None:
    plain, services = made_shell(), for_services(made_shell().template)
    register = with_jobs(plain, present=POLICY.jobs is not None).template
    options = {"autoescape": True, "trim_blocks": True, "lstrip_blocks": True}
    made = [Environment(**options).from_string(t) for t in (register, services)]  # type: ignore[arg-type]  # noqa: S701
    assert made[0].render() == made[1].render()


@pytest.mark.parametrize("content", [None, "<html>"])
def test_a_missing_or_foreign_shell_says_how_to_make_one(
    tmp_path: Path, content: str | None
) -> None:
    file = tmp_path / "shell.html"
    if content:
        file.write_text(content)
    with pytest.raises(pages.NoShell, match="signet shell --out"):
        pages.environment(str(file))


def test_every_template_of_the_services_compiles() -> None:
    source = Environment(autoescape=True)
    for template in sorted(pages.TEMPLATES.rglob("*.html")):
        source.parse(template.read_text("utf-8"), filename=str(template))
