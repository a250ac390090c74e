"""A visitor of the deployed site, who comes by CloudFront as it was deployed.

The emulator serves what CloudFront takes from the bucket. To the APIs it passes nothing on, their
names being Amazon's own; so that is done here, by the deployed distribution's own settings.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from infra.local.identity import User
from tests.aws.rehearsal.waiting import Failed
from tests.web_client import Answer, Client

# Where each visitor is, as CloudFront says it where it was asked to: with the port.
VIEWER = {"CloudFront-Viewer-Address": "198.51.100.7:50123"}


@dataclass(frozen=True)
class Deployed:
    """What the stacks said, and where the emulator is."""

    endpoint: str
    address: str
    sign_in_pages: str
    distribution: Mapping[str, Any]
    # Where forms send files, and the distribution that stands there.
    uploads_address: str
    uploads: Mapping[str, Any]
    # By the ids of policies: the only headers that a policy names to be sent on, in lower case.
    sent_on: Mapping[str, frozenset[str]]

    def _behavior(self, path: str) -> Mapping[str, Any]:
        return _first_that_fits(self.distribution, path)

    def bucket_behind(self, path: str) -> str:
        """Return the bucket that files are passed on to which are sent to a path."""
        behavior = _first_that_fits(self.uploads, path)
        origins = {one["Id"]: one for one in self.uploads["Origins"]["Items"]}
        host: str = origins[behavior["TargetOriginId"]]["DomainName"]
        return host.partition(".s3.")[0]

    def page_instead_of(self, status: int) -> str:
        """Return the path of the page that is shown instead of what the store answers."""
        for one in self.uploads["CustomErrorResponses"]["Items"]:
            if one["ErrorCode"] == status:
                found: str = one["ResponsePagePath"]
                return found
        raise Failed(f"the store's own answer {status} would be shown")

    def let_through(self, path: str, headers: Mapping[str, str]) -> dict[str, str]:
        """Of a browser's headers those that CloudFront sends on, with what it says itself."""
        policy = self._behavior(path).get("OriginRequestPolicyId", "")
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if policy not in self.sent_on:
            return named
        said = {**named, **VIEWER}
        return {name: said[name] for name in said if name.lower() in self.sent_on[policy]}

    def passed_on(self, path: str) -> dict[str, str]:
        """Return the headers that CloudFront adds to a request: its host and its secret."""
        origins = {one["Id"]: one for one in self.distribution["Origins"]["Items"]}
        origin = origins[self._behavior(path)["TargetOriginId"]]
        if "CustomOriginConfig" not in origin:
            return {"Host": urlsplit(self.address).netloc, "X-Forwarded-Proto": "https"}
        secrets = origin["CustomHeaders"]["Items"]
        return {one["HeaderName"]: one["HeaderValue"] for one in secrets} | {
            "Host": self.inside(origin["DomainName"])
        }

    def inside(self, host: str) -> str:
        """Return an API's host, as the emulator knows it: by its id."""
        return f"{host.partition('.')[0]}.execute-api.{urlsplit(self.endpoint).hostname}"


def _first_that_fits(distribution: Mapping[str, Any], path: str) -> Mapping[str, Any]:
    """Return what a distribution does with a path: the first that fits, as CloudFront takes it."""
    for behavior in distribution["CacheBehaviors"]["Items"]:
        if re.fullmatch(re.escape(behavior["PathPattern"]).replace("\\*", ".*"), path):
            found: Mapping[str, Any] = behavior
            return found
    default: Mapping[str, Any] = distribution["DefaultCacheBehavior"]
    return default


class Visitor(Client):
    """Asks the deployed site and its sign-in pages, keeping cookies and following redirects."""

    def __init__(self, deployed: Deployed) -> None:
        super().__init__(deployed.address)
        self.deployed = deployed

    def ask(
        self, method: str, url: str, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Send one request to where CloudFront or the sign-in pages would answer it."""
        parts = urlsplit(url)
        more = dict(headers or {})
        if parts.netloc == urlsplit(self.address).netloc:
            more = self.deployed.let_through(parts.path, more)
            more |= self.deployed.passed_on(parts.path)
        elif parts.netloc != urlsplit(self.deployed.sign_in_pages).netloc:
            raise ValueError(f"the site leads to a place that isn't its own: {url}")
        inside = f"{self.deployed.endpoint}{parts.path}" + (parts.query and f"?{parts.query}")
        return replace(super().ask(method, inside, body, more), url=url)

    def send(self, url: str, body: bytes, kind: str) -> Answer:
        """Send a form with a file, by CloudFront as it was deployed before the store."""
        where = url.removeprefix(self.deployed.uploads_address)
        if where == url:
            raise Failed(f"a form leads past CloudFront, straight to the store: {url}")
        inside = f"{self.deployed.endpoint}/{self.deployed.bucket_behind(where)}"
        got = super().ask("POST", inside, body, {"Content-Type": kind})
        if got.status < HTTPStatus.BAD_REQUEST:
            return got
        page = self.deployed.page_instead_of(got.status)
        return replace(self.get(page), status=got.status)

    def raw(self, path: str, headers: Mapping[str, str]) -> Answer:
        """Ask the emulator itself, with no headers but these."""
        named = {name: value for name, value in headers.items() if value}
        return super().ask("GET", f"{self.deployed.endpoint}{path}", headers=named)

    def sign_in(self, user: User) -> Answer:
        """Sign in by the code flow, as a browser does; gives the page one ends at."""
        form = self.get("/services/account/sign-in?return=/services/")
        fields = {**form.hidden, "username": user.email, "password": user.password}
        return self.post(f"{form.origin}/login", fields)
