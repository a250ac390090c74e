"""The demonstration's services as a whole: functions, pollers and mailbox at work together."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from tests.entries import POLICY
from tests.infra.waiting import eventually
from tests.service_world import HAVE_ONE

if TYPE_CHECKING:
    from tests.service_world import World

NOT_PERMITTED = "Not permitted to practise"


def today() -> str:
    return datetime.now(ZoneInfo(POLICY.regulator.time_zone)).date().isoformat()


def test_a_suspension_entered_in_the_office_is_on_the_public_page_within_seconds(
    world: World,
) -> None:
    member = world.member()
    path = f"/register/members/{member.member}/"
    assert NOT_PERMITTED not in world.client().get(path).text
    suspension = ("--reason", "discipline", "--effective-on", today(), "--authority", "Council 7")
    at_once = ("--alone", "A test")
    world.signet("enter", "member", member.member, "suspension", *suspension, *at_once)
    assert eventually(lambda: NOT_PERMITTED in world.client().get(path).text)


def test_a_member_signs_in_by_the_providers_own_page(world: World) -> None:
    member = world.member()
    page = world.client(member).get("/services/account/")
    assert page.status == 200
    assert member.email in page.text
    assert member.member in page.text


@pytest.mark.parametrize(
    "role", ["CPD officer", "Complaints officer", "Registrar", "administrator"]
)
def test_each_of_the_staff_signs_in_with_the_role_that_the_demonstration_tells(
    world: World, role: str
) -> None:
    page = world.client(world.person(role)).get("/services/account/")
    assert page.status == 200
    assert world.person(role).email in page.text


def test_a_wrong_password_lets_nobody_in(world: World) -> None:
    client = world.client()
    form = world.sign_in_form(client)
    wrong = {**form.hidden, "username": world.person("Registrar").email, "password": "Guess-1234"}
    answer = client.post(f"{form.origin}/login", wrong)
    assert not answer.url.startswith(world.address)
    assert HAVE_ONE in client.get("/services/account/").text


def test_a_receipt_is_mailed_to_whoever_gave_an_address_and_the_offices_key_opens_what_they_said(
    world: World, tmp_path: Path
) -> None:
    client, to = world.client(), "afraid@example.org"
    form = client.get("/services/complaints/").hidden
    said = {"about": "member", "numbers": "100001", "happened": "Something.", "email": to}
    checked = client.post("/services/complaints/check", {**form, **said})
    receipt = client.post("/services/complaints/send", checked.hidden)
    assert receipt.status == 200
    assert eventually(lambda: len(world.mails(to)) == 1)
    (mail,) = world.mails(to)
    (reference,) = re.findall(r"\bC-[0-9A-Z]{4}-[0-9A-Z]{4}", mail.text)
    assert reference in receipt.text
    table = tmp_path / "affected.csv"
    world.signet("complaints", "affected", "--open", "Trial", "--out", table)
    (line,) = (line for line in table.read_text().splitlines() if line.startswith(reference))
    assert to in line
