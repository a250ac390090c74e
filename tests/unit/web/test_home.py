"""The index of the services: what somebody finds there, and what is at no other address."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from infra.local.functions import ROUTES
from lambdas.home import app, groups
from lambdas.index import SERVICES
from lambdas.index.model import amount
from signet.accounts.model import Principal, Role
from tests.events import ask, get
from tests.example_service import environment


@pytest.fixture(scope="module", autouse=True)
def _settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with environment(tmp_path_factory.mktemp("services")):
        yield


def somebody(*roles: Role) -> Principal:
    return Principal("a", "ada@example.ca", None, frozenset(roles), "s")


def paths(me: Principal | None) -> set[str]:
    return {one.address for _, services in groups(me) for one in services}


def test_a_visitor_sees_what_members_have_and_how_to_sign_in() -> None:
    answer = ask(app, get("/services/"))
    assert answer.status == 200
    assert 'href="/services/cpd/"' in answer.text
    assert 'class="button" href="/services/account/sign-in?return=/services/"' in answer.text
    assert "/services/admin" not in answer.text


def test_who_has_no_record_is_told_how_to_join_it_and_shown_no_page_of_members(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Finding D7, its kind: links that refuse whoever is shown them."""
    me = somebody(Role.CPD_OFFICER)
    assert not {"/services/cpd/", "/services/requests/", "/services/jobs/profile/"} & paths(me)
    monkeypatch.setattr(app, "principal_of", lambda _token, _now: me)
    text = ask(app, get("/services/", session="any")).text
    assert "Join this account to your member record" in text
    assert 'href="/services/cpd/"' not in text


def test_the_public_finds_where_to_complain() -> None:
    assert {"/services/complaints/", "/services/complaints/followup/"} <= paths(None)


def test_each_service_is_under_one_heading_and_the_staff_s_come_first() -> None:
    found = groups(somebody(*Role))
    listed = [one.address for _, services in found for one in services]
    assert len(listed) == len({*listed})
    assert [audience.value for audience, _ in found] == [
        "For the staff",
        "For members",
        "For applicants and employers",
        "For the public",
        "For everybody with an account",
    ]


def test_every_service_is_at_an_address_that_a_function_serves() -> None:
    served = tuple(f"{prefix}/" for prefix in ROUTES if prefix != "/services")
    assert all(f"{one.address}/".startswith(served) for one in SERVICES)


def test_what_waits_is_told_up_to_twenty() -> None:
    assert amount(1, "waiting") == "1 waiting"
    assert amount(20, "waiting") == "20 waiting"
    assert amount(21, "waiting") == "more than 20 waiting"


def test_staff_find_their_own_services_and_no_others() -> None:
    assert "/services/cpd/desk/" not in paths(somebody(Role.MEMBER))
    assert "/services/cpd/desk/" in paths(somebody(Role.CPD_OFFICER))
    assert "/services/admin/roles" not in paths(somebody(Role.CPD_OFFICER))
    assert "/services/admin/roles" in paths(somebody(Role.ADMINISTRATOR))


def test_the_career_centre_is_found_from_both_sides() -> None:
    for path in ("profile/", "applications/", "digest/", ""):
        assert f"/services/jobs/{path}" in paths(somebody(Role.MEMBER)), path
    assert "/services/jobs/applications/" in paths(somebody())
    assert "/services/jobs/desk/" in paths(somebody(Role.CAREER_OFFICER))
    assert "/services/jobs/desk/" not in paths(somebody(Role.EMPLOYER))


def test_an_address_that_no_function_serves_is_told_on_a_page_of_the_site() -> None:
    answer = ask(app, get("/services/nothing/like/it"))
    assert answer.status == 404
    assert "There is nothing here" in answer.text
    assert 'href="/services/"' in answer.text


def test_a_page_of_the_services_loads_nothing_that_wasn_t_built_with_it() -> None:
    """Threat 7: what is loaded from our own address has a hash too."""
    text = ask(app, get("/services/")).text
    loaded = re.findall(r'<(?:link rel="stylesheet"|script)[^>]*>', text)
    assert len(loaded) > 2
    assert all("integrity=" in tag for tag in loaded), loaded


def test_a_visitor_is_asked_to_sign_in_in_the_header_and_finds_the_office_in_the_footer() -> None:
    text = ask(app, get("/services/")).text
    header, footer = text[: text.index("</header>")], text[text.index("<footer") :]
    assert ">Sign in</a>" in header
    assert 'href="tel:' in footer
