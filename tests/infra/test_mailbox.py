"""The mailbox of the demonstration: taking mail by SMTP, and showing it."""

from __future__ import annotations

import re
import smtplib
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from infra.local import gateway, mailbox
from infra.local.mailbox import Mailbox, Pages
from tests.infra.serving import served
from tests.infra.waiting import PATIENCE
from tests.web_client import Client


@pytest.fixture
def box(tmp_path: Path) -> Mailbox:
    return Mailbox(tmp_path / "mail")


@pytest.fixture
def client(box: Mailbox, tmp_path: Path) -> Iterator[Client]:
    with served(gateway.application(tmp_path, Pages(box).routes())) as port:
        yield Client(f"http://127.0.0.1:{port}")


def send(box: Mailbox, subject: str, text: str, to: str = "a@example.org") -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "register@example.org", to, subject
    mail.set_content(text)
    with mailbox.catching(box) as place:
        host, _, port = place.partition(":")
        with smtplib.SMTP(host, int(port), timeout=PATIENCE) as server:
            server.send_message(mail)


def test_mail_is_kept_as_it_came_for_later_runs_too(box: Mailbox) -> None:
    send(box, "Votre déclaration", "Ça va?\n.\nA line of one dot came before.\n")
    (kept,) = Mailbox(box.folder).mails()
    assert kept.message["Subject"] == "Votre déclaration"
    assert kept.text == "Ça va?\n.\nA line of one dot came before.\n"


def test_the_newest_mail_comes_first_and_one_persons_can_be_asked_for(box: Mailbox) -> None:
    for number in range(3):
        send(box, f"Mail {number}", "text", f"{number}@example.org")
    assert [mail.message["Subject"] for mail in box.mails()] == ["Mail 2", "Mail 1", "Mail 0"]
    assert [mail.message["Subject"] for mail in box.mails("1@example.org")] == ["Mail 1"]


def test_the_page_lists_mail_and_leads_to_each(box: Mailbox, client: Client) -> None:
    assert "No mail has been sent yet" in client.get("/mailbox/").text
    send(box, "Your code", "Enter it at http://127.0.0.1:8000/services/account/link/ soon.\n")
    page = client.get("/mailbox/")
    assert "Your code" in page.text
    assert re.search(r"<td>20\d\d-\d\d-\d\d \d\d:\d\d</td>", page.text)
    assert page.headers["cache-control"] == "no-store"
    (mail,) = box.mails()
    shown = client.get(f"/mailbox/{mail.name}").text
    assert '<a href="http://127.0.0.1:8000/services/account/link/">' in shown


def test_nothing_in_a_mail_becomes_part_of_the_page(box: Mailbox, client: Client) -> None:
    send(box, "<script>1</script>", '<img src=x> javascript:1 http://x/"onclick="1\n')
    (mail,) = box.mails()
    for path in ("/mailbox/", f"/mailbox/{mail.name}"):
        page = client.get(path)
        assert "<script" not in page.text
        assert "<img" not in page.text
        assert '"onclick' not in page.text
        assert "script-src 'self'" in page.headers["content-security-policy"]
        assert "<style" not in page.text, "the policy allows no inline style"


@pytest.mark.parametrize("name", ["nothing", "..%2f..%2fsecret", "*"])
def test_a_mail_that_is_not_there_is_not_found(box: Mailbox, client: Client, name: str) -> None:
    send(box, "One", "text")
    assert client.get(f"/mailbox/{name}").status == 404
