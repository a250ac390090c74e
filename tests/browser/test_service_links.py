"""Whoever works at a desk, or has an account, is shown no link that then refuses them (D7).

The whole running world is walked through, without a browser: what is asked is only which links a
page gives and how their pages answer.
"""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest

from infra.local.people import Person
from tests.service_world import World
from tests.web_client import Client

SERVICES = "/services/"
STAFF = (
    "CPD officer",
    "Complaints officer",
    "Career officer",
    "Registrar",
    "Register officer",
    "administrator",
)
OTHERS = ("employer", "recruiter for clients", "member", "stranger", "visitor")
OF_A_KIND = 2  # pages read of those whose addresses differ in their numbers and ids alone
AWAY = ("account/sign-in", "account/sign-out")  # these lead to the identity provider
ID = re.compile(r"[0-9a-f]{6,}|[A-Z]*-?\d+|[A-Za-z0-9_-]{20,}")


class Links(HTMLParser):
    """The links of a page, as absolute paths."""

    def __init__(self, path: str, html: str) -> None:
        super().__init__()
        self.path = path
        self.found: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        href = dict(attrs).get("href")
        if tag == "a" and href:
            self.found.append(urldefrag(urljoin(self.path, href)).url)


def walked(client: Client, start: str) -> Iterator[tuple[str, str, int]]:
    """Follow the links of the services' pages; yield page, link and status of each link."""
    waiting, known, of_a_kind = deque([("", start)]), {start}, Counter[str]()
    while waiting:
        page, link = waiting.popleft()
        answer = client.get(link)
        yield page, link, answer.status
        if "<main" not in answer.text:
            continue
        for onward in Links(link, answer.text).found:
            kind = ID.sub("*", onward)
            wanted = onward.startswith(SERVICES) and not any(part in onward for part in AWAY)
            if not wanted or onward in known or of_a_kind[kind] >= OF_A_KIND:
                continue
            of_a_kind[kind] += 1
            known.add(onward)
            waiting.append((link, onward))


def who(world: World, role: str) -> Person | None:
    """Return one who has a role; None for a visitor who hasn't signed in."""
    if role == "visitor":
        return None
    own = {"member": world.member, "stranger": world.stranger}
    return own[role]() if role in own else world.person(role)


@pytest.mark.parametrize("role", [*STAFF, *OTHERS])
def test_every_link_that_somebody_is_shown_opens_for_them(world: World, role: str) -> None:
    client = world.client(who(world, role))
    opened = list(walked(client, SERVICES))
    refused = [one for one in opened if one[2] >= 400]
    assert not refused
    assert {urlsplit(link).path for _, link, _ in opened} > {SERVICES}
