"""The client of the identity provider: its settings, requests and answers (OpenID Connect Core).

Every URL is a setting of its own. The issuer named in tokens needn't be a URL at which anything is
reached, so that another provider takes other settings and no other code.
"""

from __future__ import annotations

import json
import os
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from hashlib import sha256
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from signet.accounts import tokens
from signet.accounts.model import HOME, SignInFailed
from signet.accounts.tokens import Claims
from signet.errors import Unavailable

if TYPE_CHECKING:
    import urllib3

PREFIX = "SIGNET_OIDC_"
SCOPE = "openid email"
LOOPBACK = {"127.0.0.1", "localhost", "::1"}
SECONDS = 5.0
KEYS_KEPT = 3600  # seconds: how long a key that the provider withdrew may still be trusted
LARGEST_ANSWER = 100_000  # bytes; tokens and keys take a few thousand


class ProviderUnavailable(Unavailable):
    """The identity provider can't be reached, or isn't set up."""

    code = "provider-unavailable"
    usual = "Signing in isn't possible right now. Please try again in a few minutes."


@dataclass(frozen=True, slots=True)
class Settings:
    """One client at one provider. `secret` is "" for a client without one."""

    issuer: str
    client: str
    authorize_url: str
    token_url: str
    jwks_url: str
    logout_url: str
    secret: str
    site: str

    @property
    def callback(self) -> str:
        """The URL that the provider sends browsers back to."""
        return f"{self.site}{HOME}callback"

    @property
    def signed_out(self) -> str:
        """The URL that the provider sends browsers to after signing them out."""
        return f"{self.site}{HOME}signed-out"


def settings() -> Settings:
    """Return the settings in force. Raises ProviderUnavailable when one is missing or unsafe."""
    settings_of = Settings(
        issuer=_needed("ISSUER"),
        client=_needed("CLIENT_ID"),
        authorize_url=_address("AUTHORIZE_URL"),
        token_url=_address("TOKEN_URL"),
        jwks_url=_address("JWKS_URL"),
        logout_url=_address("LOGOUT_URL"),
        secret=os.environ.get(f"{PREFIX}CLIENT_SECRET", ""),
        site=os.environ.get("SIGNET_SITE_URL", "").rstrip("/"),
    )
    if not settings_of.site:
        raise ProviderUnavailable
    return settings_of


def _needed(name: str) -> str:
    value = os.environ.get(f"{PREFIX}{name}", "")
    if not value:
        raise ProviderUnavailable
    return value


def _address(name: str) -> str:
    """Return a URL that can't be read or changed in transit: https, or on this machine."""
    value = _needed(name)
    parts = urlsplit(value)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        raise ProviderUnavailable
    return value


def authorize_url(to: Settings, *, state: str, nonce: str, verifier: str) -> str:
    """Return the URL of the provider's sign-in page for one attempt (PKCE with S256)."""
    challenge = urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    asked = {
        "response_type": "code",
        "client_id": to.client,
        "redirect_uri": to.callback,
        "scope": SCOPE,
        "state": state,
        "nonce": nonce,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    return _with(to.authorize_url, asked)


def logout_url(to: Settings) -> str:
    """Return the URL that ends the provider's own session and leads back to us.

    It passes the return URL in Cognito's parameter and in that of OpenID Connect RP-Initiated
    Logout.
    """
    asked = {
        "client_id": to.client,
        "logout_uri": to.signed_out,
        "post_logout_redirect_uri": to.signed_out,
    }
    return _with(to.logout_url, asked)


def _with(address: str, parameters: Mapping[str, str]) -> str:
    joint = "&" if urlsplit(address).query else "?"
    return f"{address}{joint}{urlencode(parameters)}"


def exchange(to: Settings, *, code: str, verifier: str) -> str:
    """Exchange a code for an ID token. Raises SignInFailed when the provider refuses it."""
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": to.callback,
        "client_id": to.client,
        "code_verifier": verifier,
    }
    status, answer = _request("POST", to.token_url, form, to)
    if HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR:
        raise SignInFailed("the provider refused the code")
    if status != HTTPStatus.OK:
        raise ProviderUnavailable
    token = answer.get("id_token")
    if not isinstance(token, str):
        raise SignInFailed("the provider gave no ID token")
    return token


def verified(to: Settings, token: str, nonce: str, now: datetime) -> Claims:
    """Return the claims of an ID token after verifying it. Raises SignInFailed.

    If the key is unknown, the keys are fetched once more, since providers rotate them.
    """
    hour = int(now.timestamp()) // KEYS_KEPT
    try:
        known = _keys(to.jwks_url, hour)
        return tokens.verified(token, to.issuer, to.client, nonce, now, known)
    except tokens.UnknownKey:
        _keys.cache_clear()
        known = _keys(to.jwks_url, hour)
        return tokens.verified(token, to.issuer, to.client, nonce, now, known)


@lru_cache(maxsize=4)
def _keys(address: str, _hour: int) -> tokens.Keys:
    status, answer = _request("GET", address)
    if status != HTTPStatus.OK:
        raise ProviderUnavailable
    return tokens.keys(answer)


def _request(
    method: str, address: str, form: Mapping[str, str] | None = None, to: Settings | None = None
) -> tuple[int, dict[str, Any]]:
    import urllib3  # only the end of a sign-in needs it

    headers = {"Accept": "application/json"}
    if to is not None and to.secret:
        headers |= urllib3.make_headers(basic_auth=f"{to.client}:{to.secret}")
    if form is not None:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    try:
        response = _pool().request(
            method,
            address,
            body=urlencode(form) if form else None,
            headers=headers,
            redirect=False,
            retries=False,
            timeout=SECONDS,
            preload_content=False,
        )
        with response:
            content = response.read(LARGEST_ANSWER)
    except urllib3.exceptions.HTTPError as error:
        raise ProviderUnavailable from error
    return response.status, _object(content)


def _object(content: bytes) -> dict[str, Any]:
    try:
        body = json.loads(content)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


@cache
def _pool() -> urllib3.PoolManager:
    import urllib3

    return urllib3.PoolManager()
