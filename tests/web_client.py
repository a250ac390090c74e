"""A browser without a screen or scripts: an HTTP client that keeps cookies and reads forms."""

from __future__ import annotations

import http.client
from collections.abc import Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urlencode, urljoin, urlsplit

from tests.infra.waiting import PATIENCE

REDIRECTS = {301, 302, 303, 307, 308}
MOST_REDIRECTS = 10


@dataclass(frozen=True)
class Answer:
    """What came back in the end, and from which address."""

    url: str
    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def origin(self) -> str:
        """The scheme, host and port of the address."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def hidden(self) -> dict[str, str]:
        """The hidden fields of the page's forms."""
        reader = _Hidden()
        reader.feed(self.text)
        return reader.found


class _Hidden(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "input" and given.get("type") == "hidden":
            self.found[given.get("name") or ""] = given.get("value") or ""


class Client:
    """Asks as a browser would, following redirects. Cookies go to every port, as theirs do.

    `address` is the site's, without a final slash: paths are taken to be there.
    """

    def __init__(self, address: str) -> None:
        self.address = address
        self.cookies: dict[str, str] = {}

    def get(self, path: str, **headers: str) -> Answer:
        """Follow a link."""
        return self._follow("GET", path, b"", headers)

    def post(self, path: str, fields: Mapping[str, str] | None = None, **headers: str) -> Answer:
        """Send a form of the site's own."""
        said = {"Content-Type": "application/x-www-form-urlencoded"}
        own = {"Sec_Fetch_Site": "same-origin", "Origin": self.address}
        return self._follow("POST", path, urlencode(fields or {}).encode(), own | headers | said)

    def _follow(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        url = urljoin(f"{self.address}/", path)
        answer = self.ask(method, url, body, headers)
        for _ in range(MOST_REDIRECTS):
            if answer.status not in REDIRECTS:
                break
            answer = self.ask("GET", urljoin(answer.url, answer.headers["location"]))
        return answer

    def ask(
        self, method: str, url: str, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Send one request; a redirect is an answer."""
        parts = urlsplit(url)
        connection = http.client.HTTPConnection(parts.netloc, timeout=PATIENCE)
        named = {name.replace("_", "-"): value for name, value in (headers or {}).items()}
        if self.cookies:
            named["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        try:
            target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
            connection.request(method, target, body or None, named)
            response = connection.getresponse()
            self._keep(response)
            lowered = {name.lower(): value for name, value in response.getheaders()}
            text = response.read().decode("utf-8", errors="replace")
            return Answer(url, response.status, lowered, text)
        finally:
            connection.close()

    def _keep(self, response: http.client.HTTPResponse) -> None:
        for line in response.headers.get_all("set-cookie", []):
            pair, *attributes = (part.strip() for part in line.split(";"))
            name, _, value = pair.partition("=")
            gone = any(part.lower() == "max-age=0" for part in attributes)
            if gone:
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = value
