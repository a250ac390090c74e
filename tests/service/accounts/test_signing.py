"""Signing in: by the provider's word, checked in every part, and by nothing else."""

from __future__ import annotations

import hmac
import json
import logging
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from hashlib import sha256
from threading import Barrier
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from lambdas.account import app
from signet.accounts import actions, addresses, signing, store, tokens
from signet.accounts.keys import hashed
from signet.accounts.model import Role
from signet.accounts.tables import MODELS, AccountRow, SessionRow
from signet.transactions import audit
from signet.transactions.tables import OutboxRow
from tests import events, identity_provider
from tests.events import Answered, ask, get, post
from tests.forms import assert_page_holds_together, form_to
from tests.function_ground import letter_of
from tests.identity_provider import CLIENT, ISSUER, KEY_ID, Claims, Provider, key, signed
from tests.people import NOW, accounts, ground, person, shell

__all__ = ["accounts", "ground", "shell"]

pytestmark = pytest.mark.usefixtures("accounts")

HOME = "/services/account/"
SESSION, SIGN_IN = "__Host-session", "__Host-signin"


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, **time: float) -> None:
        self.now += timedelta(**time)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(app, "clock", made)
    return made


@pytest.fixture
def provider(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    with identity_provider.running(clock) as made:
        for name, value in made.settings().items():
            monkeypatch.setenv(name, value)
        yield made


class Browser:
    """What a browser does with cookies, no more."""

    def __init__(self) -> None:
        self.cookies: dict[str, str] = {}

    def get(self, target: str) -> Answered:
        return self._kept(ask(app, get(target, cookies=self.cookies)))

    def post(self, target: str, form: dict[str, str] | None = None, act: str = "") -> Answered:
        sent = post(target, form, act=act or secrets.token_hex(16), cookies=self.cookies)
        return self._kept(ask(app, sent))

    def _kept(self, answered: Answered) -> Answered:
        for line in answered.cookies:
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
            if "Max-Age=0" in line:
                del self.cookies[name]
        return answered

    def leave(self, return_to: str = "") -> str:
        """Begin a sign-in; gives the provider's address."""
        query = "?" + urlencode({"return": return_to}) if return_to else ""
        answered = self.get(f"{HOME}sign-in{query}")
        assert answered.status == 303, answered.text
        return answered.location

    def come_back(self, code: str, state: str) -> Answered:
        return self.get(f"{HOME}callback?{urlencode({'code': code, 'state': state})}")

    def sign_in(self, provider: Provider, return_to: str = "") -> Answered:
        return self.come_back(*provider.authorize(self.leave(return_to)))

    @property
    def token(self) -> str:
        return self.cookies.get(SESSION, "")


@pytest.fixture
def browser() -> Browser:
    return Browser()


def everything() -> str:
    """All that the accounts' table holds, as text."""
    rows = [row.serialize() for model in MODELS for row in model.scan()]
    return json.dumps(rows, default=repr)


def is_refused(answered: Answered) -> bool:
    """Whether nobody was signed in, and the page says so."""
    assert answered.status == 400
    assert "You are not signed in" in answered.text
    return not any(line.startswith(f"{SESSION}=") for line in answered.cookies)


# -- the way there


def test_signing_in_leads_to_the_provider_with_all_that_protects_it(
    provider: Provider, browser: Browser
) -> None:
    url = browser.leave()
    asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
    assert url.startswith(f"{provider.address}/authorize?")
    assert asked["client_id"] == CLIENT
    assert asked["redirect_uri"] == f"{events.SITE}{HOME}callback"
    assert asked["code_challenge_method"] == "S256"
    assert len({asked["state"], asked["nonce"], asked["code_challenge"]}) == 3
    assert all(len(asked[name]) == 43 for name in ("state", "nonce", "code_challenge"))


def test_what_the_attempt_is_told_by_stands_in_no_row(provider: Provider, browser: Browser) -> None:
    del provider
    url = browser.leave()
    (state,) = parse_qs(urlsplit(url).query)["state"]
    kept = everything()
    assert state not in kept
    assert browser.cookies[SIGN_IN] not in kept


@pytest.mark.parametrize("name", [SESSION, SIGN_IN])
def test_cookies_are_out_of_reach_of_scripts_other_hosts_and_other_sites(
    provider: Provider, browser: Browser, name: str
) -> None:
    left = browser.get(f"{HOME}sign-in")
    back = browser.come_back(*provider.authorize(left.location))
    (line,) = [
        line
        for line in (*left.cookies, *back.cookies)
        if line.startswith(f"{name}=") and "Max-Age=0" not in line
    ]
    parts = line.split("; ")[1:]
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} < set(parts)
    assert not any(part.startswith("Domain") for part in parts)


@pytest.mark.parametrize("missing", ["ISSUER", "CLIENT_ID", "TOKEN_URL", "JWKS_URL", "LOGOUT_URL"])
def test_without_a_setting_nobody_is_sent_anywhere(
    provider: Provider, browser: Browser, missing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    del provider
    monkeypatch.delenv(f"SIGNET_OIDC_{missing}")
    assert browser.get(f"{HOME}sign-in").status == 503


def test_keys_and_codes_go_over_no_line_that_others_read(
    provider: Provider, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    del provider
    monkeypatch.setenv("SIGNET_OIDC_TOKEN_URL", "http://identity.example/token")
    assert browser.get(f"{HOME}sign-in").status == 503


# -- the way back


def test_who_signs_in_has_a_session_and_an_account(provider: Provider, browser: Browser) -> None:
    answered = browser.sign_in(provider)
    assert (answered.status, answered.location) == (303, HOME)
    assert SIGN_IN not in browser.cookies
    page = browser.get(HOME)
    assert page.status == 200
    assert "ana@example.org" in page.text
    assert_page_holds_together(page.text)
    assert page.headers["cache-control"] == "no-store"


def test_the_session_s_token_stands_in_no_row(provider: Provider, browser: Browser) -> None:
    browser.sign_in(provider)
    assert len(browser.token) == 43
    kept = everything()
    assert browser.token not in kept
    assert sha256(browser.token.encode()).hexdigest() in kept


@pytest.mark.parametrize("path", ["/services/cpd/2026/", "/services/cpd/2026/?show=all", "/"])
def test_signing_in_leads_back_to_the_page_that_asked_for_it(
    provider: Provider, browser: Browser, path: str
) -> None:
    assert browser.sign_in(provider, path).location == path


@pytest.mark.parametrize(
    "path",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example/",
        "\\\\evil.example",
        "/\t/evil.example/",
        "/services/\r\nSet-Cookie: a=b",
        "javascript:alert(1)",
        "services/",
        "/services/account/sign-in?return=/",
        "/services/account/callback?code=1",
        "/" + "a" * 2000,
        "/\u2028evil",
    ],
)
def test_signing_in_never_leads_to_another_site(
    provider: Provider, browser: Browser, path: str
) -> None:
    assert browser.sign_in(provider, path).location == HOME


def test_an_answer_is_taken_once(provider: Provider, browser: Browser) -> None:
    code, state = provider.authorize(browser.leave())
    cookie = browser.cookies[SIGN_IN]
    assert browser.come_back(code, state).status == 303
    browser.cookies = {SIGN_IN: cookie}
    assert is_refused(browser.come_back(code, state))


def test_a_replayed_code_is_refused_with_a_state_of_its_own(
    provider: Provider, browser: Browser
) -> None:
    code, _ = provider.authorize(browser.leave())
    _, first = provider.authorize(browser.leave())
    _, second = provider.authorize(browser.leave())
    assert is_refused(browser.come_back(code, first)), "the code belongs to another verifier"
    assert is_refused(browser.come_back(code, second)), "the code was used"


def test_an_answer_counts_in_the_browser_that_asked(provider: Provider, browser: Browser) -> None:
    code, state = provider.authorize(browser.leave())
    victim = Browser()
    assert is_refused(victim.come_back(code, state))
    victim.leave()
    assert is_refused(victim.come_back(code, state)), "a cookie of an attempt of one's own"
    assert browser.come_back(code, state).status == 303, "whose attempt it is, isn't harmed"


@pytest.mark.parametrize("state", ["", "x", "A" * 43])
def test_a_state_that_was_never_given_out_is_refused(
    provider: Provider, browser: Browser, state: str
) -> None:
    code, _ = provider.authorize(browser.leave())
    assert is_refused(browser.come_back(code, state))
    assert provider.asked == [], "the provider isn't even asked"


def test_an_attempt_that_took_too_long_is_refused(
    provider: Provider, browser: Browser, clock: Clock
) -> None:
    code, state = provider.authorize(browser.leave())
    clock.pass_by(minutes=15)
    assert is_refused(browser.come_back(code, state))


def test_two_windows_can_sign_in_side_by_side(provider: Provider, browser: Browser) -> None:
    first = provider.authorize(browser.leave("/services/cpd/2025/"))
    second = provider.authorize(browser.leave("/services/cpd/2026/"))
    assert first != second
    held = dict(browser.cookies)
    assert browser.come_back(*first).location == "/services/cpd/2025/"
    browser.cookies |= held
    assert browser.come_back(*second).location == "/services/cpd/2026/"


def test_a_wrong_verifier_is_refused_by_the_provider(provider: Provider, browser: Browser) -> None:
    code, state = provider.authorize(browser.leave())
    provider.codes[code] = {**provider.codes[code], "code_challenge": "another"}
    assert is_refused(browser.come_back(code, state))


def test_who_declines_at_the_provider_is_told_so(provider: Provider, browser: Browser) -> None:
    _, state = provider.authorize(browser.leave())
    answered = browser.get(f"{HOME}callback?{urlencode({'error': 'no', 'state': state})}")
    assert is_refused(answered)
    assert f"{HOME}sign-in" in answered.text


def test_a_provider_that_is_down_is_no_reason_to_doubt_the_person(
    provider: Provider, browser: Browser
) -> None:
    code, state = provider.authorize(browser.leave())
    provider.down = True
    assert browser.come_back(code, state).status == 503


# -- forged tokens (threat 12)


def _public_pem() -> bytes:
    return key().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def _part(content: dict[str, Any]) -> str:
    return urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()


def _none(claims: Claims, algorithm: str = "none") -> str:
    return f"{_part({'alg': algorithm, 'kid': KEY_ID, 'typ': 'JWT'})}.{_part(claims)}."


def _hs256(claims: Claims) -> str:
    head = f"{_part({'alg': 'HS256', 'kid': KEY_ID})}.{_part(claims)}"
    seal = hmac.new(_public_pem(), head.encode(), sha256).digest()
    return f"{head}.{urlsafe_b64encode(seal).rstrip(b'=').decode()}"


def _changed(**changes: Any) -> Any:
    def mint(claims: Claims) -> str:
        changed = {**claims, **changes}
        return signed({name: value for name, value in changed.items() if value is not None})

    return mint


def _tampered(claims: Claims) -> str:
    head, _, seal = signed(claims).split(".")
    return f"{head}.{_part({**claims, 'email': 'other@example.org'})}.{seal}"


def _own_key_in_header(claims: Claims) -> str:
    own = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key("mine").public_key()))
    return jwt.encode(claims, key("mine"), algorithm="RS256", headers={"kid": KEY_ID, "jwk": own})


PAST, FUTURE = int(NOW.timestamp()) - 3600, int(NOW.timestamp()) + 3600

FORGERIES = {
    "no algorithm": _none,
    "no algorithm, in capitals": lambda claims: _none(claims, "None"),
    "symmetric with the public key": _hs256,
    "another RSA algorithm": lambda claims: jwt.encode(
        claims, key(), algorithm="RS512", headers={"kid": KEY_ID}
    ),
    "PSS": lambda claims: jwt.encode(claims, key(), algorithm="PS256", headers={"kid": KEY_ID}),
    "unknown key": lambda claims: signed(claims, by="key-9", kid="key-9"),
    "another key by the known name": lambda claims: signed(claims, by="key-9"),
    "its own key in its header": _own_key_in_header,
    "no key named": lambda claims: jwt.encode(claims, key(), algorithm="RS256"),
    "changed after signing": _tampered,
    "another client's": _changed(aud="another-client"),
    "several clients'": _changed(aud=[CLIENT, "another-client"]),
    "made for another party": _changed(azp="another-client"),
    "no audience": _changed(aud=None),
    "an access token": _changed(token_use="access", aud=None, client_id=CLIENT),
    "an access token with an audience": _changed(token_use="access"),
    "of no stated use": _changed(token_use=None),
    "another issuer's": _changed(iss=f"{ISSUER}2"),
    "the issuer's address with a slash": _changed(iss=f"{ISSUER}/"),
    "no issuer": _changed(iss=None),
    "expired": _changed(iat=PAST - 300, exp=PAST),
    "without end": _changed(exp=None),
    "an end that is no time": _changed(exp="never"),
    "of the future": _changed(iat=FUTURE),
    "not valid yet": _changed(nbf=FUTURE),
    "another attempt's": _changed(nonce="another"),
    "no attempt's": _changed(nonce=None),
    "nobody's": _changed(sub=None),
    "an empty subject's": _changed(sub=""),
    "no token": lambda claims: "not.a.token",
    "nothing": lambda claims: "",
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_forged_token_signs_nobody_in(provider: Provider, browser: Browser, forgery: str) -> None:
    provider.mint = FORGERIES[forgery]
    assert is_refused(browser.sign_in(provider))
    assert browser.token == ""
    assert not list(SessionRow.scan())
    assert not any(row.key.startswith("account#") for row in AccountRow.scan())


def test_the_same_token_unforged_is_taken(provider: Provider, browser: Browser) -> None:
    provider.mint = _changed()
    assert browser.sign_in(provider).status == 303


def test_a_key_that_the_provider_changed_to_is_found(provider: Provider, browser: Browser) -> None:
    assert browser.sign_in(provider).status == 303
    provider.listed = ["key-2"]
    provider.mint = lambda claims: signed(claims, by="key-2", kid="key-2")
    assert browser.sign_in(provider).status == 303
    provider.mint = signed
    assert is_refused(Browser().sign_in(provider)), "the old one is trusted no more"


def test_a_clock_a_little_off_is_no_reason_to_refuse(provider: Provider, browser: Browser) -> None:
    moment = int(NOW.timestamp())
    provider.mint = _changed(iat=moment + 30, exp=moment - 30)
    assert browser.sign_in(provider).status == 303


# -- sessions


def principal_of(browser: Browser, clock: Clock) -> Any:
    return actions.principal(browser.token, clock.now)


def test_a_session_unused_for_an_hour_is_over(
    provider: Provider, browser: Browser, clock: Clock
) -> None:
    browser.sign_in(provider)
    clock.pass_by(minutes=59)
    assert browser.get(HOME).status == 200
    clock.pass_by(minutes=59)
    assert browser.get(HOME).status == 200, "using it keeps it"
    clock.pass_by(minutes=60)
    answered = browser.get(HOME)
    assert (answered.status, answered.location) == (303, f"{HOME}sign-in?return={HOME}")


def test_a_session_in_use_is_over_after_twelve_hours(
    provider: Provider, browser: Browser, clock: Clock
) -> None:
    browser.sign_in(provider)
    for _ in range(23):
        clock.pass_by(minutes=30)
        assert browser.get(HOME).status == 200
    clock.pass_by(minutes=30)
    assert browser.get(HOME).status == 303


def test_the_database_is_told_when_a_session_can_go(
    provider: Provider, browser: Browser, clock: Clock
) -> None:
    browser.sign_in(provider)
    ends = [row.expires for row in SessionRow.scan() if row.key.startswith("session#")]
    assert ends == [clock.now + timedelta(hours=1)]


def test_signing_in_again_makes_a_new_session_and_ends_the_old(
    provider: Provider, browser: Browser, clock: Clock
) -> None:
    browser.sign_in(provider)
    old = browser.token
    browser.sign_in(provider)
    assert browser.token != old
    assert actions.principal(old, clock.now) is None
    assert principal_of(browser, clock) is not None


def test_a_session_that_was_put_into_a_browser_isn_t_taken_over(
    provider: Provider, browser: Browser, clock: Clock
) -> None:
    browser.cookies[SESSION] = "A" * 43
    browser.sign_in(provider)
    assert browser.token != "A" * 43
    assert actions.principal("A" * 43, clock.now) is None


@pytest.mark.parametrize("token", ["", "x", "A" * 43, "é", "a" * 5000])
def test_a_cookie_that_was_made_up_is_nobody_s(clock: Clock, token: str) -> None:
    assert actions.principal(token, clock.now) is None


def test_signing_out_ends_the_session_at_both_ends(
    provider: Provider, browser: Browser, clock: Clock
) -> None:
    browser.sign_in(provider)
    token = browser.token
    answered = browser.post(f"{HOME}sign-out")
    asked = parse_qs(urlsplit(answered.location).query)
    assert answered.status == 303
    assert answered.location.startswith(f"{provider.address}/logout?")
    assert asked["client_id"] == [CLIENT]
    assert asked["logout_uri"] == [f"{events.SITE}{HOME}signed-out"]
    assert browser.token == ""
    assert actions.principal(token, clock.now) is None
    assert "You are signed out" in browser.get(f"{HOME}signed-out").text


def test_pages_with_the_sign_out_button_may_lead_to_the_provider(
    provider: Provider, browser: Browser
) -> None:
    """Chromium holds form-action against the redirect that answers a form."""
    browser.sign_in(provider)
    policy = browser.get(HOME).headers["content-security-policy"]
    (line,) = [line for line in policy.split("; ") if line.startswith("form-action")]
    assert provider.address in line.split()


def test_signing_out_works_without_the_provider_and_without_a_session(
    provider: Provider, browser: Browser, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser.sign_in(provider)
    token = browser.token
    monkeypatch.delenv("SIGNET_OIDC_LOGOUT_URL")
    assert browser.post(f"{HOME}sign-out").location == f"{HOME}signed-out"
    assert actions.principal(token, clock.now) is None
    assert browser.post(f"{HOME}sign-out").status == 303


def test_another_site_can_t_sign_anybody_out(provider: Provider, browser: Browser) -> None:
    browser.sign_in(provider)
    sent = post(
        f"{HOME}sign-out", cookies=browser.cookies, headers={"sec-fetch-site": "cross-site"}
    )
    assert ask(app, sent).status == 403
    assert browser.get(HOME).status == 200


def test_one_sees_one_s_sessions_and_ends_the_others(
    provider: Provider, browser: Browser, clock: Clock
) -> None:
    others = [Browser(), Browser()]
    for one in (browser, *others):
        one.sign_in(provider)
        clock.pass_by(minutes=2)
    page = browser.get(HOME).text
    assert page.count("/end") == 3, "two others, and all others"
    assert_page_holds_together(page)
    act = secrets.token_hex(16)
    assert browser.post(f"{HOME}sessions/end-others", act=act).status == 303
    assert browser.post(f"{HOME}sessions/end-others", act=act).status == 303, "sent twice"
    assert [principal_of(one, clock) for one in others] == [None, None]
    assert browser.get(HOME).status == 200


def test_one_ends_one_s_own_sessions_only(
    provider: Provider, browser: Browser, clock: Clock
) -> None:
    other = person(email="bo@example.org")
    browser.sign_in(provider)
    answered = browser.post(f"{HOME}sessions/{other.principal().session}/end")
    assert answered.status == 404
    assert actions.principal(other.token, clock.now) is not None


def test_an_ended_session_isn_t_brought_back_by_a_page_under_way(
    provider: Provider, browser: Browser, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page read the session, then it was ended, then the page notes that it was used."""
    browser.sign_in(provider)
    clock.pass_by(minutes=5)
    token, read = browser.token, store.account

    def ended_meanwhile(id_: str) -> Any:
        from signet.accounts.sessions import close

        close(token)
        return read(id_)

    monkeypatch.setattr(store, "account", ended_meanwhile)
    assert actions.principal(token, clock.now) is None
    monkeypatch.undo()
    assert not any(row.key.startswith("session#") for row in AccountRow.scan())


# -- whose account it is


def member_of(browser: Browser, clock: Clock) -> str | None:
    found = principal_of(browser, clock)
    assert found is not None
    return found.member  # type: ignore[no-any-return]


def test_who_signs_in_with_the_address_of_one_record_is_that_member(
    provider: Provider, browser: Browser, clock: Clock
) -> None:
    addresses.update_index([("100001", "", "Ana@Example.org")])
    browser.sign_in(provider)
    found = principal_of(browser, clock)
    assert (found.member, found.roles) == ("100001", frozenset({Role.MEMBER}))
    lines = audit.of_subject(f"account#{found.account}")
    assert [line.detail["member"] for line in lines] == ["100001"]
    (mail,) = OutboxRow.scan()
    assert (mail.recipient, mail.template) == ("member#100001", "account_joined"), "they are told"


def test_a_record_is_joined_by_its_address_to_one_account_and_to_others_by_a_code_alone(
    provider: Provider, browser: Browser, clock: Clock
) -> None:
    addresses.update_index([("100001", "", "ana@example.org")])
    browser.sign_in(provider)
    provider.user["sub"] = "s-2"
    other = Browser()
    other.sign_in(provider)
    assert (member_of(browser, clock), member_of(other, clock)) == ("100001", None)
    assert OutboxRow.count() == 1
    second = principal_of(other, clock)
    actions.begin_link(
        second,
        "100001",
        now=clock(),
        operation_id=secrets.token_hex(16),
        random=secrets.token_bytes,
    )
    (sent,) = [letter_of(row) for row in OutboxRow.scan() if row.template == "account_code"]
    code = str(sent.context["code"])
    actions.finish_link(second, code, now=clock(), operation_id=secrets.token_hex(16))
    assert member_of(other, clock) == "100001"
    boss = person(Role.ADMINISTRATOR, now=clock()).principal(clock())
    for one in (browser, other):
        id_ = principal_of(one, clock).account
        actions.detach(boss, id_, "left", now=clock(), operation_id=secrets.token_hex(16))
    provider.user["sub"] = "s-3"
    third = Browser()
    third.sign_in(provider)
    assert member_of(third, clock) == "100001", "nobody has it any more"


def test_of_two_who_sign_in_with_one_address_at_the_same_moment_one_is_joined(
    clock: Clock,
) -> None:
    addresses.update_index([("100001", "", "ana@example.org")])
    ready = Barrier(2)

    def sign_in(subject: str) -> str | None:
        ready.wait()
        told = tokens.Claims(subject, "ana@example.org")
        return signing._signed_in(ISSUER, told, clock(), secrets.token_bytes).member

    with ThreadPoolExecutor(2) as pool:
        assert set(pool.map(sign_in, ("s-1", "s-2"))) == {"100001", None}


def test_an_account_joined_before_that_was_noted_counts_too(
    provider: Provider, browser: Browser, clock: Clock
) -> None:
    addresses.update_index([("100001", "", "ana@example.org")])
    person(member="100001", email="ana@example.org", now=clock())
    browser.sign_in(provider)
    assert member_of(browser, clock) is None


def test_an_address_of_two_records_is_nobody_s(
    provider: Provider, browser: Browser, clock: Clock
) -> None:
    addresses.update_index([("100001", "", "ana@example.org"), ("100002", "", "ana@example.org")])
    browser.sign_in(provider)
    assert member_of(browser, clock) is None
    addresses.update_index([("100001", "ana@example.org", "")])
    browser.sign_in(provider)
    assert member_of(browser, clock) == "100002", "unique again, found at the next sign-in"


@pytest.mark.parametrize("said", [False, "false", None, 1, "yes"])
def test_an_address_that_isn_t_verified_joins_nothing(
    provider: Provider, browser: Browser, clock: Clock, said: Any
) -> None:
    addresses.update_index([("100001", "", "ana@example.org")])
    provider.user["email_verified"] = said
    browser.sign_in(provider)
    found = principal_of(browser, clock)
    assert (found.member, found.email) == (None, "")
    assert actions.find("ana@example.org") == []


def test_letters_that_only_look_or_fold_alike_are_other_addresses(
    provider: Provider, browser: Browser, clock: Clock
) -> None:
    addresses.update_index([("100001", "", "mike@example.org")])
    provider.user["email"] = "mi\u212ae@example.org"  # the Kelvin sign, which lowers to k
    browser.sign_in(provider)
    assert member_of(browser, clock) is None


def test_once_joined_an_account_stays_joined(
    provider: Provider, browser: Browser, clock: Clock
) -> None:
    addresses.update_index([("100001", "", "ana@example.org")])
    browser.sign_in(provider)
    addresses.update_index([("100001", "ana@example.org", "new@example.org")])
    browser.sign_in(provider)
    assert member_of(browser, clock) == "100001"


def test_an_account_is_its_owner_s_also_after_the_address_changes(
    provider: Provider, browser: Browser, clock: Clock
) -> None:
    browser.sign_in(provider)
    before = principal_of(browser, clock).account
    provider.user["email"] = "new@example.org"
    browser.sign_in(provider)
    after = principal_of(browser, clock)
    assert (after.account, after.email) == (before, "new@example.org")
    assert actions.find("ana@example.org") == []
    assert [one.id for one in actions.find("new@example.org")] == [before]


def test_somebody_else_who_gets_the_address_later_doesn_t_get_the_account(
    provider: Provider, browser: Browser, clock: Clock
) -> None:
    browser.sign_in(provider)
    first = principal_of(browser, clock).account
    provider.user["sub"] = "s-2"
    browser.sign_in(provider)
    assert principal_of(browser, clock).account != first
    assert len(actions.find("ana@example.org")) == 2


def test_a_role_in_the_token_is_nothing(provider: Provider, browser: Browser, clock: Clock) -> None:
    provider.user |= {
        "cognito:groups": ["administrator"],
        "custom:role": "administrator",
        "roles": ["administrator"],
        "granted": ["administrator"],
        "member": "100001",
    }
    browser.sign_in(provider)
    found = principal_of(browser, clock)
    assert (found.roles, found.member) == (frozenset(), None)


def test_an_account_that_waits_goes_to_the_first_with_its_address_verified(
    provider: Provider, browser: Browser, clock: Clock
) -> None:
    made = actions.invite(
        "ana@example.org", by="office", now=NOW, operation_id="a" * 32, random=secrets.token_bytes
    )
    actions.grant("office", made.id, Role.CPD_OFFICER, "starts", now=NOW, operation_id="b" * 32)
    provider.user["email_verified"] = False
    browser.sign_in(provider)
    assert principal_of(browser, clock).roles == frozenset()
    provider.user |= {"email_verified": True, "sub": "s-2"}
    other = Browser()
    other.sign_in(provider)
    found = principal_of(other, clock)
    assert (found.account, found.roles) == (made.id, frozenset({Role.CPD_OFFICER}))
    provider.user["sub"] = "s-3"
    third = Browser()
    third.sign_in(provider)
    assert principal_of(third, clock).roles == frozenset(), "it waits no more"


def test_signing_in_writes_no_value_into_the_log(
    provider: Provider, browser: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="signet")
    code, state = provider.authorize(browser.leave("/services/cpd/2026/"))
    browser.come_back(code, state)
    browser.get(HOME)
    provider.mint = _changed(nonce="another")
    browser.sign_in(provider)
    assert "answered" in caplog.text
    assert "another attempt" in caplog.text, "why it was refused is there"
    for value in (code, state, browser.token, "ana@example.org", "s-1"):
        assert value not in caplog.text


# -- what other functions can write (threat 27)


def test_roles_are_the_administrators_rows_whatever_an_account_s_own_row_says(
    provider: Provider, browser: Browser, clock: Clock
) -> None:
    browser.sign_in(provider)
    id_ = principal_of(browser, clock).account
    row = AccountRow.get(store.account_key(id_), store.ACCOUNT)
    row.body = json.dumps(json.loads(row.body) | {"granted": ["administrator", "registrar"]})
    row.save()
    assert principal_of(browser, clock).roles == frozenset()
    assert [one.granted for one in store.accounts([id_])] == [frozenset()]
    AccountRow("role#registrar", store.account_key(id_)).save()
    assert principal_of(browser, clock).roles == {Role.REGISTRAR}


def test_a_session_that_signing_in_did_not_write_is_nobody_s(clock: Clock) -> None:
    token = "a" * 43
    row = SessionRow(f"session#{hashed(token)}", "session")
    # All that another function may write: that a session was used, and its end.
    row.update(actions=[SessionRow.seen.set(clock().isoformat())])
    assert actions.principal(token, clock()) is None


def test_an_address_that_is_led_to_another_s_waiting_account_is_not_given_it(
    provider: Provider, browser: Browser, clock: Clock
) -> None:
    waiting = actions.invite(
        "boss@example.org",
        by="office",
        now=clock(),
        operation_id=secrets.token_hex(16),
        random=secrets.token_bytes,
    )
    store.reached_at("person@example.org", waiting.id).row.save()
    store.promise("person@example.org", waiting.id).row.save()
    provider.user["email"] = "person@example.org"
    browser.sign_in(provider)
    assert principal_of(browser, clock).account != waiting.id


def test_who_was_promised_an_account_gets_it_at_the_first_sign_in_and_nobody_after(
    provider: Provider, browser: Browser, clock: Clock
) -> None:
    promised = actions.promise(
        "person@example.org",
        by="owner",
        now=clock(),
        operation_id=secrets.token_hex(16),
        random=secrets.token_bytes,
    )
    assert store.account(promised) is None
    again = actions.promise(
        " Person@example.org",
        by="other",
        now=clock(),
        operation_id=secrets.token_hex(16),
        random=secrets.token_bytes,
    )
    assert again == promised
    provider.user["email"] = "person@example.org"
    browser.sign_in(provider)
    assert principal_of(browser, clock).account == promised
    provider.user["sub"] = "s-2"
    other = Browser()
    other.sign_in(provider)
    assert principal_of(other, clock).account != promised


# -- what was typed before a session ended


LINK, TYPED = f"{HOME}link/", f"{HOME}typed/"


def typed_too_late(browser: Browser, clock: Clock, text: str = "100 00<1") -> dict[str, str]:
    """Somebody sends a form when their session is over; gives what the page carries along."""
    clock.pass_by(hours=1, minutes=1)
    refused = browser.post(LINK, {"number": text})
    assert refused.status == 401
    carrying = form_to(refused.text, TYPED)
    return {name: values[0] for name, values in carrying.values.items()}


def signed_in_after(browser: Browser, provider: Provider, carried: dict[str, str]) -> Answered:
    """They press the page's button and sign in; gives where that leads."""
    left = browser.post(TYPED, carried)
    assert left.location.startswith(f"{HOME}sign-in?return={TYPED}")
    began = browser.get(left.location)
    back = browser.come_back(*provider.authorize(began.location))
    assert back.location == TYPED
    return browser.get(TYPED)


def test_what_was_typed_is_in_the_form_again_after_signing_in(
    provider: Provider, browser: Browser, clock: Clock
) -> None:
    browser.sign_in(provider)
    asked = signed_in_after(browser, provider, typed_too_late(browser, clock))
    assert asked.status == 200
    assert "Show the form" in asked.text
    carried = form_to(asked.text, LINK).values
    again = browser.post(LINK, {name: values[0] for name, values in carried.items()})
    assert again.status == 200
    form = form_to(again.text, LINK)
    assert form.values["number"] == ["100 00<1"]
    assert form.values["act"] != carried["typed.field.act"]
    assert not [row for row in OutboxRow.scan() if row.template == "account_code"], (
        "nothing is done"
    )


def test_who_signs_in_with_another_account_doesnt_see_it(
    provider: Provider, browser: Browser, clock: Clock
) -> None:
    browser.sign_in(provider)
    carried = typed_too_late(browser, clock, "CANARY")
    provider.user |= {"sub": "s-2", "email": "other@example.org"}
    asked = signed_in_after(browser, provider, carried)
    assert asked.status == 403
    assert "CANARY" not in asked.text
    provider.user |= {"sub": "s-1", "email": "ana@example.org"}


def test_it_is_shown_for_half_an_hour_and_not_after_signing_out(
    provider: Provider, browser: Browser, clock: Clock
) -> None:
    browser.sign_in(provider)
    assert signed_in_after(browser, provider, typed_too_late(browser, clock)).status == 200
    kept = dict(browser.cookies)
    clock.pass_by(minutes=31)
    assert browser.get(TYPED).status == 404
    browser.sign_in(provider)
    assert signed_in_after(browser, provider, typed_too_late(browser, clock)).status == 200
    kept = dict(browser.cookies)
    browser.post(f"{HOME}sign-out")
    browser.sign_in(provider)
    browser.cookies["__Host-typed"] = kept["__Host-typed"]
    assert browser.get(TYPED).status == 404


def test_nobody_who_reads_the_rows_reads_what_was_typed(
    provider: Provider, browser: Browser, clock: Clock
) -> None:
    browser.sign_in(provider)
    signed_in_after(browser, provider, typed_too_late(browser, clock, "CANARY"))
    (row,) = [row for row in SessionRow.scan() if row.key.startswith("typed#")]
    assert b"CANARY" not in bytes(row.sealed)
    assert "CANARY" not in everything()
    name, _, key = browser.cookies["__Host-typed"].partition(".")
    for secret_ in (name, key, principal_of(browser, clock).account):
        assert secret_ not in repr(row.serialize())
    other = Browser()
    other.cookies = {**browser.cookies, "__Host-typed": f"{name}.{'A' * 43}"}
    assert other.get(TYPED).status in (404, 403)


def test_whose_it_is_when_nobody_can_tell_it_isnt_kept(
    provider: Provider, browser: Browser, clock: Clock
) -> None:
    stranger = Browser()
    refused = stranger.post(LINK, {"number": "CANARY"})
    carrying = form_to(refused.text, TYPED).values
    left = stranger.post(TYPED, {name: values[0] for name, values in carrying.items()})
    assert left.location == f"{HOME}sign-in?return={LINK}"
    assert not [row for row in SessionRow.scan() if row.key.startswith("typed#")]
