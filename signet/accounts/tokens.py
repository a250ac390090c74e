"""Verifying ID tokens before any of their claims is trusted (threat 12)."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from signet.accounts.model import SignInFailed

if TYPE_CHECKING:
    from jwt import PyJWK

Keys = Mapping[str, "PyJWK"]

ALGORITHM = "RS256"
ID_TOKEN = "id"  # noqa: S105 - the claim's value, by which Cognito tells its tokens apart
NEEDED = ["exp", "iat", "iss", "aud", "sub", "nonce", "token_use"]
LEEWAY = timedelta(seconds=60)  # clock skew between two machines
LONGEST_SUBJECT = 255  # OpenID Connect Core, 2


class UnknownKey(SignInFailed):
    """The token names a key that the provider doesn't list."""


@dataclass(frozen=True, slots=True)
class Claims:
    """The person who signed in: the provider's subject, and their address or "" if not verified."""

    subject: str
    email: str


def keys(listed: Mapping[str, Any]) -> Keys:
    """Return the signature keys of a JWK set by id, leaving out keys of other kinds."""
    from jwt import PyJWK, PyJWKError

    by_id = {}
    for one in listed.get("keys", ()):
        if one.get("kty") != "RSA" or one.get("use", "sig") != "sig" or "kid" not in one:
            continue
        try:
            by_id[one["kid"]] = PyJWK(one, algorithm=ALGORITHM)
        except PyJWKError:
            continue
    return by_id


def verified(
    token: str, issuer: str, client: str, nonce: str, now: datetime, known: Keys
) -> Claims:
    """Return the claims of an ID token. Raises SignInFailed, UnknownKey.

    We choose the algorithm, never the token. It has to be an ID token of this issuer for this
    client, of this attempt, and currently valid.
    """
    import jwt  # cryptography takes longer to load than most requests to answer

    try:
        key = known.get(jwt.get_unverified_header(token).get("kid", ""))
        if key is None:
            raise UnknownKey("the key is unknown")
        body = jwt.decode(
            token,
            key,
            algorithms=[ALGORITHM],
            audience=client,
            issuer=issuer,
            # Times are compared below, with the request's own time.
            options={
                "require": NEEDED,
                "verify_exp": False,
                "verify_iat": False,
                "verify_nbf": False,
            },
        )
    except jwt.PyJWTError as error:
        raise SignInFailed(f"the token is refused: {type(error).__name__}") from None
    _check(body, client, nonce, now)
    return _claims(body)


def _check(said: Mapping[str, Any], client: str, nonce: str, now: datetime) -> None:
    moment = now.timestamp()
    slack = LEEWAY.total_seconds()
    if not moment < _time(said, "exp") + slack:
        raise SignInFailed("the token has expired")
    if _time(said, "iat") > moment + slack or _time(said, "nbf") > moment + slack:
        raise SignInFailed("the token is of the future")
    if said["aud"] not in (client, [client]) or said.get("azp", client) != client:
        raise SignInFailed("the token is for others too")
    if said["token_use"] != ID_TOKEN:
        raise SignInFailed("the token isn't an ID token")
    if not hmac.compare_digest(str(said["nonce"]).encode(), nonce.encode()):
        raise SignInFailed("the token is of another attempt")


def _time(said: Mapping[str, Any], name: str) -> float:
    value = said.get(name, 0)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise SignInFailed(f"{name} isn't a time")
    return float(value)


def _claims(said: Mapping[str, Any]) -> Claims:
    subject, email = said["sub"], said.get("email", "")
    if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_SUBJECT:
        raise SignInFailed("the subject isn't one")
    stated = said.get("email_verified")
    # Some providers send the string "true" instead of the boolean; a number is neither.
    good = stated is True or stated == "true"
    return Claims(subject, email if good and isinstance(email, str) else "")
