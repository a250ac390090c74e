"""A canary in every field of a complaint: whatever is done with it, nothing shows one of them.

Threats 6 and 8. One complaint goes all the way through the real functions, then everything that
they left behind is searched. What the other tests of complaints hold of one part, this holds of
the whole.
"""

from __future__ import annotations

import base64
import html
import json
import logging
import re
import secrets
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote, quote_plus

import pikepdf
import pytest
from aiosmtpd.controller import Controller
from fpdf import FPDF

from infra.local import mailbox as mailboxes
from infra.local import ports
from infra.local.mailbox import Mailbox
from lambdas import outbox
from lambdas.admin import function as admin
from lambdas.complaints import files as complaint_files
from lambdas.complaints import intake
from lambdas.complaints.desk import function as complaints_desk
from lambdas.complaints.followup import function as followup
from lambdas.complaints.followup import respondents
from lambdas.publishing import nightly
from signet import keyring
from signet.accounts.model import Role
from signet.complaints.files.checking import Means
from signet.complaints.forms import ComplaintDraft
from signet.complaints.model import Copy, FileState
from signet.complaints.receipt_codes import Filing
from signet.jobs.tables import MODELS as JOB_MODELS
from signet.keyring import Purpose
from signet.publish.tables import MODELS as PUBLISH_MODELS
from signet.transactions.outbox import AT_ONCE, DEAD, TRIES
from signet.transactions.tables import OutboxRow
from tests.built_site import made_shell
from tests.canaries import Place, files, found, lines, mails, objects, rows
from tests.complaint_desk import desk, join, noon, signed
from tests.complaint_evidence import evidence, known, post, quarantined, read_copy
from tests.complaint_office import MAIL, MODELS, calls, office, read, shell
from tests.events import Answered, ask, get
from tests.events import post as sent
from tests.forms import form_to
from tests.function_ground import Ground
from tests.people import Person
from tests.uploaded import GIF_SCRIPT, with_segment
from tests.wrapping import kms, new_key, set_pairs

__all__ = ["calls", "desk", "evidence", "kms", "office", "shell"]

ALL = (*MODELS, *JOB_MODELS, *PUBLISH_MODELS)
TICK = {"source": "aws.events", "detail-type": "Scheduled Event"}
CODE = re.compile(r"<span>([0-9A-Z]{4})</span>")
# What is chosen from a list, and the hidden field; everything else on the form is in own words.
CHOSEN = {"about": "member", "grounds": ["ethics"]}
FIELDS = tuple(name for name in ComplaintDraft.model_fields if name not in {*CHOSEN, "submission"})
LATER = ("added", "question", "answer", "note", "filename", "identified", "message", "told")
# What a respondent is called, is sent and sends; who complains may read none of it.
THEIRS = ("respondent", "notice", "asked", "response", "replied")
IN_FILES = ("filetext", "filetitle", "exif", "refused")


ONE_LINE = ("name", "phone", "respondent")  # what a form takes on a line alone


def canary(name: str) -> str:
    """Return the canary of a field: letters and digits, which no way of escaping changes."""
    return f"zebra{name.replace('_', '')}7731"


def said(name: str) -> str:
    """Return what is written in a field: its canary, with whatever gets escaped on the way."""
    narrow = {"numbers": canary(name), "email": f"{canary(name)}@example.org"}
    end = " é <b>" if name in ONE_LINE else "\né <b>"
    return narrow.get(name, f"“{canary(name)}” &{end}")


CANARIES = {name: canary(name) for name in (*FIELDS, *LATER, *THEIRS, *IN_FILES)}
OF_FILES = {canary(name) for name in IN_FILES}


def shown(places: Iterable[Place]) -> set[str]:
    """Which canaries of any field are where."""
    return found(places, CANARIES.values())


def names(*places: Place) -> set[str]:
    """Which canaries are in any of some places."""
    return {one.partition(" in ")[0] for one in shown(places)}


# ---- The way of a complaint ------------------------------------------------------------------


@pytest.fixture(scope="session")
def complaint_tables_made(dynamodb: str) -> Ground:
    """Every table that complaints, the desk and the nightly build have to do with."""
    return Ground.made(dynamodb, ALL)


@pytest.fixture
def box(desk: None, kms: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailbox]:
    """Yield a mailbox that catches what is sent by the function that has the mail's key."""
    set_pairs(monkeypatch, Purpose.MAIL, keyring.wrapped(MAIL, Purpose.MAIL, new_key(kms)))
    kept = Mailbox(tmp_path / "mailbox")
    with mailboxes.catching(kept) as place:
        monkeypatch.setenv("SIGNET_SMTP", place)
        yield kept


@pytest.fixture
def site(desk: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the nightly build puts the public site; all clocks stand at noon of the tests' day."""
    for function in (intake, followup, complaints_desk):
        monkeypatch.setattr(function.app, "clock", noon)
    monkeypatch.setattr("lambdas.publishing.shared.datetime", _Clock)
    monkeypatch.setattr("lambdas.publishing.shared._bind", lambda: None)
    monkeypatch.setattr("lambdas.publishing.shared._shell", made_shell)
    monkeypatch.delenv("SIGNET_SITE_BUCKET", raising=False)
    monkeypatch.setenv("SIGNET_SITE_FOLDER", str(tmp_path / "site"))
    return tmp_path / "site"


class _Clock:
    now = staticmethod(lambda _zone: noon())


class _Refusing:
    """A mail server that knows nobody, and says the address again in saying so."""

    async def handle_RCPT(self, *asked: Any) -> str:  # noqa: N802 - the library's name
        return f"550 there is no mailbox {asked[3]}"


@contextmanager
def refusing() -> Iterator[str]:
    """Refuse all mail on a free port while the block runs; gives host:port."""
    port = ports.free_port()
    server = Controller(_Refusing(), hostname=ports.LOOPBACK, port=port)
    server.start()
    try:
        yield f"{ports.LOOPBACK}:{port}"
    finally:
        server.stop()


class Filed(NamedTuple):
    """A complaint that was filed: the form's hidden field, and what its code leads to."""

    submission: str
    filing: Filing
    answering: str = ""  # the respondent's code


def file() -> Filed:
    """Send the form with a canary in every field, as the form itself has them."""
    form = form_to(ask(intake.handler, get(intake.BASE)).text, f"{intake.BASE}check")
    (submission,) = form.values["submission"]
    given = {"submission": submission, **CHOSEN, **{name: said(name) for name in FIELDS}}
    page = ask(intake.handler, sent(f"{intake.BASE}send", given, act=""))
    assert page.status == 200, page.text
    return Filed(submission, Filing("-".join(CODE.findall(page.text))))


def come_back(filing: Filing, to: str = "", **fields: str) -> Answered:
    """Send a form of the follow-up's."""
    given = {"receipt": filing.code, **fields}
    page = ask(followup.handler, sent(f"{followup.BASE}{to}", given, act=secrets.token_hex(16)))
    assert page.status == 200, page.text
    assert names(("page", page.content)) <= {canary("question"), canary("message")}
    return page


def answer_as_respondent(code: str, to: str = "", **fields: str) -> Answered:
    """Send a form of the respondents' page, which shows what they were sent and nothing else."""
    given = {"receipt": code, **fields}
    event = sent(f"{respondents.BASE}{to}", given, act=secrets.token_hex(16))
    page = ask(followup.handler, event)
    assert page.status == 200, page.text
    assert names(("page", page.content)) <= {canary("notice"), canary("asked")}
    return page


def let_answer(who: Person, filing: Filing) -> str:
    """Take the case up, give its respondent access, and ask them; gives their code."""
    path = f"/services/complaints/desk/cases/{filing.case(0)}/"
    fill_in(who, f"{path}move/", to="within", words="It is ours.")
    page = fill_in(who, f"{path}access/", name=said("respondent"), text=said("notice"))
    code = str(next(iter(re.findall(r"\b[0-9A-Z]{4}(?:-[0-9A-Z]{4}){4}\b", page.text))))
    (asking,) = set(re.findall(r"access/[0-9a-f]{32}/ask/", see(who, path).text))
    fill_in(who, f"{path}{asking}", text=said("asked"))
    return code


def see(who: Person, path: str) -> Answered:
    """Return a page of the desk's."""
    return ask(complaints_desk.handler, get(path, session=who.token))


def fill_in(who: Person, path: str, **fields: str) -> Answered:
    """Send a form of the desk's with what it holds already, and what is given."""
    form = form_to(see(who, path).text, path)
    given = {name: values[0] for name, values in form.values.items() if values} | fields
    event = sent(path, given, act=secrets.token_hex(16), session=who.token)
    page = ask(complaints_desk.handler, event)
    assert page.status in (200, 303), page.text
    return page


def respond(code: str) -> None:
    """Answer as the respondent what they are asked, and say more."""
    page = form_to(answer_as_respondent(code).text, f"{respondents.BASE}say")
    (asked,) = {one for one in page.names if one.startswith("text-")} - {"text-add"}
    for field, text in ((asked, said("replied")), ("text-add", said("response"))):
        which = field.removeprefix("text-")
        answer_as_respondent(code, "say", send=which, **{field: text})


def do(who: Person, filing: Filing, what: str, text: str) -> None:
    """Do something at the desk by the form of its page."""
    path = f"/services/complaints/desk/cases/{filing.case(0)}/{what}/"
    form = form_to(ask(complaints_desk.handler, get(path, session=who.token)).text, path)
    given = {"version": form.values["version"], "text": text}
    event = sent(path, given, act=secrets.token_hex(16), session=who.token)
    assert ask(complaints_desk.handler, event).status == 303


def identify(who: Person, filing: Filing) -> None:
    """Say at the desk whom on the register it is about."""
    path = f"/services/complaints/desk/cases/{filing.case(0)}/identify/"
    version = form_to(ask(complaints_desk.handler, get(path, session=who.token)).text, path).values
    given = {"version": version["version"], "about": "member", "number": "No. 0100001"}
    given |= {"words": said("identified"), "confirmed": "100001"}
    event = sent(path, given, act=secrets.token_hex(16), session=who.token)
    assert ask(complaints_desk.handler, event).status == 303


def tell_respondent(who: Person, filing: Filing) -> None:
    """Record at the desk that the respondent was told."""
    path = f"/services/complaints/desk/cases/{filing.case(0)}/told/"
    version = form_to(ask(complaints_desk.handler, get(path, session=who.token)).text, path).values
    given = {"version": version["version"], "on": noon().date().isoformat(), "words": said("told")}
    event = sent(path, given, act=secrets.token_hex(16), session=who.token)
    assert ask(complaints_desk.handler, event).status == 303


def document() -> bytes:
    """Return a PDF document with a canary in its text and one in what it says of itself."""
    made = FPDF()
    made.set_compression(False)
    made.set_title(canary("filetitle"))
    made.add_page()
    made.set_font("helvetica")
    made.cell(text=canary("filetext"))
    return bytes(made.output())


def page_of(content: bytes) -> bytes:
    """Return what a document's first page draws, unpacked."""
    with pikepdf.open(BytesIO(content)) as opened:
        opened.pages[0].contents_coalesce()
        return opened.pages[0].Contents.read_bytes() + bytes(repr(opened.docinfo), "utf-8")


def seal_files(how: Means, filing: Filing) -> None:
    """Send two files that are taken and one that isn't, and let the worker deal with them."""
    photograph = with_segment(0xE1, b"Exif\0\0" + canary("exif").encode())
    contents = (document(), photograph, GIF_SCRIPT + canary("refused").encode())
    for at, content in enumerate(contents):
        assert post(how, filing.file(at), content, f"{canary('filename')}.pdf") == 303
    assert names(*objects(how)) == {canary("filename"), *OF_FILES}
    told = [{"s3": {"object": {"key": key}}} for key in quarantined(how)]
    assert complaint_files.handler({"Records": told}, None) == {"taken": 3}
    states = [known(filing.file(at)).state for at in range(3)]
    assert states == [FileState.SEALED, FileState.SEALED, FileState.REFUSED]


def give_up_mail(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the mail that waits be refused until it is given up."""
    (waiting,) = [row for row in OutboxRow.scan() if row.queue]
    with refusing() as place, monkeypatch.context() as patch:
        patch.setenv("SIGNET_SMTP", place)
        for _ in range(TRIES):
            OutboxRow(waiting.id).update(actions=[OutboxRow.due.set(AT_ONCE)])
            assert outbox.handler(TICK, None) == {"sent": 0}
    assert OutboxRow.get(waiting.id).queue == DEAD


def go_all_the_way(how: Means, box: Mailbox, monkeypatch: pytest.MonkeyPatch) -> Filed:
    """File, send files, be asked, answer, add; mail is sent and given up; the night comes."""
    join("100001")
    filed = file()
    filing = filed.filing
    assert outbox.handler(TICK, None) == {"sent": 1}
    seal_files(how, filing)
    # The number isn't one of the register's, so until it is settled who that is only she sees it.
    ana = signed(Role.REGISTRAR, email="ana@office.example")
    identify(ana, filing)
    do(ana, filing, "note", said("note"))
    tell_respondent(ana, filing)
    do(ana, filing, "ask", said("question"))
    give_up_mail(monkeypatch)
    page = form_to(come_back(filing).text, f"{followup.BASE}say")
    (asked,) = {one.removeprefix("text-") for one in page.names if one.startswith("text-")} - {
        "add"
    }
    for which, text in ((asked, said("answer")), ("add", said("added"))):
        come_back(filing, "say", send=which, **{f"text-{which}": text})
    do(ana, filing, "message", said("message"))
    code = let_answer(ana, filing)
    respond(code)
    come_back(filing)
    _read_by_the_desk(how, ana, filing)
    assert nightly.handler({}, None)["members"] == 1
    assert filing.code in box.mails()[0].text
    return filed._replace(answering=code)


def _read_by_the_desk(how: Means, who: Person, filing: Filing) -> None:
    """Whoever may read it does: so each canary is there to be found, but that of what's refused."""
    path = f"/services/complaints/desk/cases/{filing.case(0)}/"
    page = ask(complaints_desk.handler, get(path, session=who.token))
    assert names(("page", page.content)) == {*CANARIES.values()} - OF_FILES
    held = read(filing.case(0)).model_dump_json()
    assert names(("case", held.encode())) == {canary(name) for name in FIELDS}
    path += f"files/{filing.file(0)}/clean"
    saved = ask(complaints_desk.handler, get(path, session=who.token))
    # The clean copy has the page, and nothing of what the document said of itself.
    assert names(("file", page_of(saved.content))) == {canary("filetext")}
    original = read_copy(how, filing, filing.file(1), Copy.ORIGINAL)
    assert names(("original", original)) == {canary("exif")}


def test_nothing_that_a_complaint_leaves_behind_shows_any_of_it(
    evidence: Means,
    box: Mailbox,
    site: Path,
    calls: list[str],
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    caplog.set_level(logging.DEBUG)
    submission, filing, answering = go_all_the_way(evidence, box, monkeypatch)
    boss = signed(Role.ADMINISTRATOR, email="boss@office.example")
    given_up = ask(admin.handler, get("/services/admin/mail/", session=boss.token))
    assert "complaint question" in given_up.text
    written = [*lines(caplog, capfd)]
    everywhere = {
        "logs": written,
        "rows": [*rows()],
        "objects": [*objects(evidence)],
        "site": [*files(site)],
        "given up": [("page", given_up.content)],
    }
    private = {*CANARIES.values(), submission[:32]}
    private |= {one for code in (filing.code, answering) for one in (code, code.replace("-", ""))}
    for name, places in everywhere.items():
        assert len(places) > 0, name
        assert found(places, private) == set(), name
    assert shown(mails(box)) == set()
    assert {f"table signet-{name}" for name in ("complaints", "followups", "outbox", "audit")} <= {
        place for place, _ in everywhere["rows"]
    }
    # No metric is made of it: neither by a line in the embedded format nor by a call.
    assert not [place for place, content in written if b"CloudWatchMetrics" in content]
    assert not [call for call in calls if "Metric" in call]


# ---- That it would be found ------------------------------------------------------------------


WRITTEN: dict[str, Callable[[str], bytes]] = {
    "plain": str.encode,
    "capitals": lambda text: text.upper().encode(),
    "JSON": lambda text: json.dumps({"a": text}).encode(),
    "JSON in JSON": lambda text: json.dumps(json.dumps({"a": text})).encode(),
    "an address": lambda text: quote(text, safe="").encode(),
    "a form": lambda text: quote_plus(text).encode(),
    "HTML": lambda text: html.escape(text).encode(),
    "Python": lambda text: repr(text.encode()).encode(),
    "hexadecimal": lambda text: text.encode().hex().encode(),
    "base64": lambda text: base64.b64encode(text.encode()),
    "base64 of an address": lambda text: base64.urlsafe_b64encode(quote(text).encode()),
    "base64 of JSON": lambda text: base64.b64encode(json.dumps({"some": text}).encode()),
    "base64 of capitals": lambda text: base64.b64encode(text.upper().encode()),
}


@pytest.mark.parametrize("form", WRITTEN)
def test_a_canary_is_found_in_whatever_form_it_is_written(form: str) -> None:
    for name in CANARIES:
        places = [(str(at), b"x" * at + WRITTEN[form]("y" * at + said(name))) for at in range(3)]
        assert shown(places) == {f"{canary(name)} in {at}" for at in range(3)}
    assert shown([("nothing", WRITTEN[form]("They sealed it unread."))]) == set()


@pytest.mark.parametrize(
    "about", [{"Key": canary("name")}, {"Metadata": {"x": canary("name")}}, {"Body": said("name")}]
)
def test_a_canary_is_found_in_whatever_of_an_object_it_is_left(
    evidence: Means, about: dict[str, Any]
) -> None:
    for bucket in (evidence.objects.quarantine, evidence.objects.evidence):
        evidence.objects.client.put_object(**{"Bucket": bucket, "Key": "a", **about})
    assert shown(objects(evidence)) == {
        f"{canary('name')} in bucket {bucket}"
        for bucket in (evidence.objects.quarantine, evidence.objects.evidence)
    }


def test_a_canary_is_found_in_a_key_of_a_row_and_in_bytes(office: None) -> None:
    OutboxRow(canary("name"), recipient="", template="x", facts="{}").save()
    sealed = said("where").encode()
    OutboxRow("b", recipient="", template="x", facts="{}", sealed=sealed).save()
    assert shown(rows()) == {f"{canary(one)} in table signet-outbox" for one in ("name", "where")}


def test_a_canary_is_found_in_a_line_an_error_or_what_is_printed(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    try:
        raise ValueError(said("name"))
    except ValueError:
        logging.getLogger("signet.web").exception("%s", {"a": said("where")})
    logging.getLogger("a.library").warning("it happened", extra={"about": said("when")})
    print(said("phone"))
    print(said("email"), file=sys.stderr)
    assert {
        f"{canary('name')} in log signet.web",
        f"{canary('where')} in log signet.web",
        f"{canary('when')} in log a.library",
        f"{canary('phone')} in stdout",
        f"{canary('email')} in stderr",
    } <= shown(lines(caplog, capfd))


def test_a_canary_is_found_in_a_mail_but_for_whom_it_is_to_and_in_a_page(tmp_path: Path) -> None:
    box = Mailbox(tmp_path / "mailbox")
    box.take(f"To: {said('email')}\r\nSubject: {canary('name')}\r\n\r\nx".encode())
    encoded = base64.b64encode(said("where").encode()).decode()
    box.take(f"Content-Transfer-Encoding: base64\r\n\r\n{encoded}\r\n".encode())
    assert shown(mails(box)) == {f"{canary(one)} in mail" for one in ("name", "where")}
    site = tmp_path / "site"
    site.mkdir()
    (site / "page.html").write_text(said("hoped"), encoding="utf-8")
    assert shown(files(site)) == {f"{canary('hoped')} in site page.html"}
