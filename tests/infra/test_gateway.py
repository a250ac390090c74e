"""The local web server, asked over real HTTP."""

from __future__ import annotations

import gzip
import http.client
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.infra.waiting import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ROOT = Path(__file__).resolve().parents[2]
LONG = "A register anyone can read. " * 100
FILES = {
    "index.html": LONG,
    "404.html": "<h1>Nothing is at this address</h1>" + LONG,
    "register/index.html": "the register",
    "register/members/1001/index.html": "a member",
    "register/members/1001/member.json": '{"number": "1001"}',
    "register/data/members.csv": "number,name\n1001,Łucja\n",
    "register/data/members.jsonl": "{}\n",
    "register/changes/changes.atom": "<feed/>",
    "register/lookup/manifest.json": "{}",
    "register/lookup/b-ma.fd533.json": "{}",
    "register/lookup/spelling/3f.json": "{}",
    "assets/site.0a1b2c3d.min.css": "a{}",
    "assets/plain.css": "a{}",
    "assets/face.woff2": "x" * 2000,
    "assets/mark.svg": "<svg/>",
    "assets/lookup.js": "1",
    "manifest.webmanifest": "{}",
    "sitemap.xml": "<urlset/>",
    "robots.txt": "",
    ".build.json": "the build's own notes",
    "empty/only.txt": "no page here",
}


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Gateway:
    site: Path
    port: int
    process: subprocess.Popen[str]

    def ask(self, path: str, method: str = "GET", **headers: str) -> Answer:
        """Send the path exactly as it stands: a client library might tidy it."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, path, headers=named)
            response = connection.getresponse()
            lowered = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, lowered, response.read())
        finally:
            connection.close()


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    folder = tmp_path_factory.mktemp("gateway")
    site = folder / "site"
    for name, text in FILES.items():
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_text(text, encoding="utf-8")
    (folder / "secret.txt").write_text("not for anyone")
    (folder / "site-other").mkdir()
    (folder / "site-other" / "secret.txt").write_text("not for anyone")
    (site / "way-out.txt").symlink_to(folder / "secret.txt")
    command = [sys.executable, "-m", "infra.local.gateway", str(site), "--port", "0"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        address = process.stdout.readline().strip()
        yield Gateway(site, int(address.rpartition(":")[2]), process)
        process.terminate()


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "text/html; charset=utf-8"),
        ("/register/members/1001/", "text/html; charset=utf-8"),
        ("/register/members/1001/member.json", "application/json"),
        ("/register/data/members.csv", "text/csv; charset=utf-8"),
        ("/register/data/members.jsonl", "application/jsonl"),
        ("/register/changes/changes.atom", "application/atom+xml"),
        ("/sitemap.xml", "application/xml"),
        ("/robots.txt", "text/plain; charset=utf-8"),
        ("/manifest.webmanifest", "application/manifest+json"),
        ("/assets/mark.svg", "image/svg+xml"),
        ("/assets/face.woff2", "font/woff2"),
        ("/assets/plain.css", "text/css; charset=utf-8"),
        ("/assets/lookup.js", "text/javascript; charset=utf-8"),
    ],
)
def test_each_kind_of_file_says_what_it_is(gateway: Gateway, path: str, kind: str) -> None:
    answer = gateway.ask(path)
    assert (answer.status, answer.headers["content-type"]) == (200, kind)
    file = path + "index.html" if path.endswith("/") else path
    assert answer.body.decode() == FILES[file.lstrip("/")]


def test_a_page_asked_for_without_its_slash_is_found_with_its_question(gateway: Gateway) -> None:
    answer = gateway.ask("/register?q=chen")
    assert answer.status in {301, 307, 308}
    assert answer.headers["location"].endswith(f":{gateway.port}/register/?q=chen")


@pytest.mark.parametrize(
    "path",
    [
        "/register/members/9999/",
        "/register/members/9999",
        "/empty/",
        "/empty",
        "/register/members/1001/member.json/",
        "/index.html/",
        "/.build.json",
        "/a" * 3000,
        "/%00",
        "/%ff",
    ],
)
def test_what_is_not_there_gets_the_sites_own_page(gateway: Gateway, path: str) -> None:
    answer = gateway.ask(path)
    assert answer.status == 404
    assert answer.body.decode() == FILES["404.html"]
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "max-age=0, must-revalidate"


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/register/../../secret.txt",
        "/..%5csecret.txt",
        "/../site-other/secret.txt",
        "//../secret.txt",
        "/way-out.txt",
        "//etc/passwd",
        "/%2fetc%2fpasswd",
    ],
)
def test_nothing_outside_the_site_can_be_read(gateway: Gateway, path: str) -> None:
    answer = gateway.ask(path)
    assert answer.status == 404
    assert b"not for anyone" not in answer.body
    assert b"root:" not in answer.body


@pytest.mark.parametrize(
    ("path", "caching"),
    [
        ("/", "max-age=0, must-revalidate"),
        ("/assets/plain.css", "max-age=0, must-revalidate"),
        ("/register/lookup/manifest.json", "max-age=0, must-revalidate"),
        ("/assets/site.0a1b2c3d.min.css", "max-age=31536000, immutable"),
        ("/register/lookup/b-ma.json", "max-age=0, must-revalidate"),
        ("/register/lookup/spelling/3f.json", "max-age=0, must-revalidate"),
        ("/assets/gone.0a1b2c3d.min.css", "max-age=0, must-revalidate"),
    ],
)
def test_only_names_that_change_with_their_content_are_kept_for_long(
    gateway: Gateway, path: str, caching: str
) -> None:
    assert gateway.ask(path).headers["cache-control"] == caching


def test_an_unchanged_page_is_not_sent_again_and_a_changed_one_is(gateway: Gateway) -> None:
    first = gateway.ask("/register/")
    again = gateway.ask("/register/", If_None_Match=first.headers["etag"])
    assert (again.status, again.body) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    assert again.headers["cache-control"] == "max-age=0, must-revalidate"

    page = gateway.site / "register" / "index.html"
    page.write_text("changed by a build")
    try:
        changed = gateway.ask("/register/", If_None_Match=first.headers["etag"])
        assert (changed.status, changed.body) == (200, b"changed by a build")
    finally:
        page.write_text(FILES["register/index.html"])


def test_head_tells_the_same_without_the_content(gateway: Gateway) -> None:
    whole, head = gateway.ask("/"), gateway.ask("/", "HEAD")
    assert (head.status, head.body) == (200, b"")
    for name in ("content-length", "content-type", "etag", "cache-control"):
        assert head.headers[name] == whole.headers[name]


def test_text_is_compressed_for_those_who_can_read_it_and_fonts_are_not(gateway: Gateway) -> None:
    small = gateway.ask("/", Accept_Encoding="gzip")
    assert small.headers["content-encoding"] == "gzip"
    assert small.headers["vary"] == "Accept-Encoding"
    assert len(small.body) < len(LONG) / 5
    assert gzip.decompress(small.body).decode() == LONG

    plain = gateway.ask("/")
    assert "content-encoding" not in plain.headers
    assert plain.headers["vary"] == "Accept-Encoding"
    assert (
        "content-encoding" not in gateway.ask("/assets/face.woff2", Accept_Encoding="gzip").headers
    )


@pytest.mark.parametrize("path", ["/", "/nowhere", "/register", "/assets/plain.css"])
def test_every_answer_carries_the_security_headers(gateway: Gateway, path: str) -> None:
    headers = gateway.ask(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["x-frame-options"] == "DENY"
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "geolocation=()" in headers["permissions-policy"]


@pytest.mark.parametrize(
    ("path", "shared"),
    [
        ("/register/data/members.csv", "*"),
        ("/register/data/members.jsonl", "*"),
        ("/register/members/1001/member.json", "*"),
        ("/register/changes/changes.atom", "*"),
        ("/register/members/1001/", None),
        ("/manifest.webmanifest", None),
        ("/", None),
    ],
)
def test_other_sites_may_read_the_open_data_and_only_that(
    gateway: Gateway, path: str, shared: str | None
) -> None:
    answer = gateway.ask(path, Origin="https://example.org")
    assert answer.headers.get("access-control-allow-origin") == shared


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_the_pages_can_only_be_read(gateway: Gateway, method: str) -> None:
    answer = gateway.ask("/", method)
    assert answer.status == 405
    assert answer.headers["allow"] == "GET, HEAD"


def test_part_of_a_download_can_be_fetched(gateway: Gateway) -> None:
    answer = gateway.ask("/assets/face.woff2", Range="bytes=0-9")
    assert (answer.status, answer.body) == (206, b"x" * 10)
    assert answer.headers["content-range"] == "bytes 0-9/2000"


def serve(folder: Path, port: int = 0) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "infra.local.gateway", str(folder), "--port", str(port)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_quietly_when_asked(tmp_path: Path, number: signal.Signals) -> None:
    process = serve(tmp_path)
    assert process.stdout
    assert process.stdout.readline().startswith("http://127.0.0.1:")
    process.send_signal(number)
    output, errors = process.communicate(timeout=PATIENCE)
    assert (process.returncode, output, errors) == (0, "", "")


def test_a_taken_port_is_an_error_in_one_line(gateway: Gateway) -> None:
    output, errors = serve(gateway.site, gateway.port).communicate(timeout=PATIENCE)
    assert output == ""
    assert errors == (
        f"error: port {gateway.port} is taken by another program; choose another with --port\n"
    )


def test_a_folder_that_is_not_there_is_an_error_in_one_line(tmp_path: Path) -> None:
    process = serve(tmp_path / "missing")
    _, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode == 1
    assert errors.startswith("error: ")
    assert "build the site first" in errors
