"""An identity provider of real keys over real HTTP, which can be told to do what none should.

It knows the code flow with PKCE (S256). What signs in, and how the ID token is made, is the test's.
"""

from __future__ import annotations

import json
import threading
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key

ISSUER = "https://identity.example/pool"  # unlike the address of anything: settings are apart
CLIENT = "signet-client"
KEY_ID = "key-1"
TOKEN_SECONDS = 300
POLL_SECONDS = 0.01

Claims = dict[str, Any]
Mint = Callable[[Claims], str]


@cache
def key(name: str = KEY_ID) -> RSAPrivateKey:
    """Return a private key; the same for the same name."""
    del name
    return generate_private_key(public_exponent=65537, key_size=2048)


def signed(claims: Claims, *, by: str = KEY_ID, kid: str = KEY_ID) -> str:
    """Return an ID token as it should be."""
    return jwt.encode(claims, key(by), algorithm="RS256", headers={"kid": kid})


@dataclass
class Provider:
    """What it was asked, whom it signs in, and how it makes tokens."""

    clock: Callable[[], datetime]
    address: str = ""
    user: Claims = field(
        default_factory=lambda: {"sub": "s-1", "email": "ana@example.org", "email_verified": True}
    )
    mint: Mint = signed
    codes: dict[str, Mapping[str, str]] = field(default_factory=dict)
    listed: list[str] = field(default_factory=lambda: [KEY_ID])
    asked: list[dict[str, str]] = field(default_factory=list)
    down: bool = False

    def settings(self) -> dict[str, str]:
        """Return the variables by which it is found."""
        return {
            "SIGNET_OIDC_ISSUER": ISSUER,
            "SIGNET_OIDC_CLIENT_ID": CLIENT,
            "SIGNET_OIDC_AUTHORIZE_URL": f"{self.address}/authorize",
            "SIGNET_OIDC_TOKEN_URL": f"{self.address}/token",
            "SIGNET_OIDC_JWKS_URL": f"{self.address}/keys",
            "SIGNET_OIDC_LOGOUT_URL": f"{self.address}/logout",
        }

    def authorize(self, url: str) -> tuple[str, str]:
        """Return what its page does when the person has signed in; gives the code and the state."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        code = f"code-{len(self.codes)}-{time.monotonic_ns()}"
        self.codes[code] = asked
        return code, asked["state"]

    def token(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        """Return the answer to a code: once, to the client that asked, with the verifier."""
        self.asked.append(form)
        asked = self.codes.pop(form.get("code", ""), None)
        verifier = form.get("code_verifier", "").encode()
        challenge = urlsafe_b64encode(sha256(verifier).digest()).rstrip(b"=").decode()
        if (
            asked is None
            or asked["code_challenge"] != challenge
            or asked["redirect_uri"] != form.get("redirect_uri")
            or form.get("client_id") != asked["client_id"]
        ):
            return 400, {"error": "invalid_grant"}
        return 200, {"id_token": self.mint(self.claims(asked["nonce"])), "token_type": "Bearer"}

    def claims(self, nonce: str) -> Claims:
        """Return what its ID tokens say."""
        moment = int(self.clock().timestamp())
        return {
            "iss": ISSUER,
            "aud": CLIENT,
            "token_use": "id",
            "iat": moment,
            "exp": moment + TOKEN_SECONDS,
            "nonce": nonce,
            **self.user,
        }

    def keys(self) -> dict[str, Any]:
        """Its public keys."""
        algorithm = jwt.algorithms.RSAAlgorithm
        listed = [
            json.loads(algorithm.to_jwk(key(name).public_key()))
            | {"kid": name, "use": "sig", "alg": "RS256"}
            for name in self.listed
        ]
        return {"keys": listed}


@contextmanager
def running(clock: Callable[[], datetime]) -> Iterator[Provider]:
    """Run a provider on a free port until the block ends."""
    provider = Provider(clock)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(*((503, {}) if provider.down else (200, provider.keys())))

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            form = {name: values[0] for name, values in parse_qs(body).items()}
            self._answer(*((503, {}) if provider.down else provider.token(form)))

        def _answer(self, status: int, content: Mapping[str, Any]) -> None:
            text = json.dumps(content).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its name there
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(POLL_SECONDS,), daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
