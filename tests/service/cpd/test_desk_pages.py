"""The desk's pages through their real handler and the real database."""

from __future__ import annotations

import hashlib
import html
import json
import re
import secrets
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from lambdas import files, home
from lambdas.cpd.desk import forms
from lambdas.cpd.desk import year as year_routes
from lambdas.cpd.desk.audit import STEPS
from lambdas.cpd.desk.cases import ACTS
from lambdas.cpd.desk.function import app, handler
from signet.accounts.model import Role
from signet.cpd import actions, draw, store, tables
from signet.cpd.desk import audit_draw, audits, overview
from signet.cpd.desk.year_model import DrawState
from signet.cpd.forms import AuditAnswerDraft
from signet.cpd.model import AuditCase, AuditState, Standing, Year
from signet.cpd.tables import FIGURE_SHARDS, CpdRow
from signet.register import contacts
from signet.transactions import audit
from tests.cpd_members import YEAR, clean_file, context, draft, enter, join, log_two
from tests.cpd_office import (
    DESK,
    MEMBERS,
    PAGE_CALLS,
    YEAR_CALLS,
    calls,
    drawn,
    fixed,
    held,
    join_all,
    noticed,
    pages,
    rolled,
    signed,
)
from tests.cpd_office import office as office
from tests.cpd_office import office_ground as office_ground
from tests.events import Answered, ask, get, post
from tests.pdf_text import pdf_pages
from tests.people import Person
from tests.people import shell as shell

NOW = datetime(YEAR, 11, 21, 19, tzinfo=UTC)
AT = f"{DESK}{YEAR}/"
CANARY = "canary-7b3e"
FILES = "/services/files/of/"


@pytest.fixture(autouse=True)
def _at_noon(office: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "clock", lambda: NOW)


@pytest.fixture
def ana() -> Person:
    return signed(Role.CPD_OFFICER, email="ana@office.example")


@pytest.fixture
def bo() -> Person:
    return signed(Role.CPD_OFFICER, email="bo@office.example")


def see(who: Person | None, path: str) -> Answered:
    return ask(handler, get(path, session=who.token if who else ""))


def send(who: Person, path: str, act: str = "", **fields: Any) -> Answered:
    named = act or secrets.token_hex(16)
    return ask(handler, post(path, fields, act=named, session=who.token))


def words(answer: Answered) -> str:
    """Return what a page says, without its tags."""
    main = answer.text.partition("<main")[2].partition("</main>")[0]
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", main.replace("<wbr>", ""))).split())


def names_on(answer: Answered) -> set[str]:
    """Return the names of the fields of the page's form."""
    form = answer.text.partition('<form class="form" method="post"')[2].partition("</form>")[0]
    return set(re.findall(r'name="([^"]+)"', form)) - {"act"}


def offered(answer: Answered, name: str) -> str:
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', answer.text)
    assert found is not None
    return html.unescape(found.group(1))


# The journey ----------------------------------------------------------------------------------


def test_figures_of_a_year_without_its_roll_are_said_to_be_incomplete(ana: Person) -> None:
    join_all()
    log_two("100001")
    assert "These figures are not complete" in words(see(ana, AT))
    rolled()
    assert "These figures are not complete" not in words(see(ana, AT))


def test_two_officers_go_from_the_roll_to_the_outcome_with_forms_alone(
    ana: Person, bo: Person
) -> None:
    """CPD-7, threat 19."""
    join_all()
    assert "No roll" in words(see(ana, f"{AT}roll/"))
    assert send(ana, f"{AT}roll/begin").location == f"{AT}roll/"
    assert "8 members" in words(see(ana, f"{AT}roll/"))
    rate = see(ana, f"{AT}audit/list/")
    assert offered(rate, "rate") == "5"
    assert send(ana, f"{AT}audit/list/", rate="25").status == 303
    seeds = []
    for who in (ana, bo):
        page = see(who, f"{AT}audit/seal/")
        seed = {name: offered(page, name) for name in ("words", "nonce")}
        seeds.append((who, seed))
        sealed = {"commitment": offered(page, "commitment"), "kept": "yes"}
        assert send(who, f"{AT}audit/seal/", **seed, **sealed).status == 303
        assert seed["words"] not in words(see(None, f"{DESK}published/{YEAR}/"))
    for who, seed in seeds:
        assert send(who, f"{AT}audit/open/", **seed).status == 303
    assert held().state is DrawState.DRAWN
    assert "2 members drawn" in words(see(ana, f"{AT}audit/"))
    assert send(ana, f"{AT}audits").status == 303
    assert len(overview.unserved(YEAR)) == 2
    published = words(see(None, f"{DESK}published/{YEAR}/"))
    assert all(seed["words"] in published for _, seed in seeds)


def test_an_officer_who_has_not_copied_the_seed_is_shown_the_same_one_again(ana: Person) -> None:
    join_all()
    rolled()
    fixed()
    page = see(ana, f"{AT}audit/seal/")
    given = {name: offered(page, name) for name in ("words", "nonce", "commitment")}
    again = send(ana, f"{AT}audit/seal/", **given)
    assert again.status == 422
    assert {name: offered(again, name) for name in given} == given
    assert held().seals == ()


def test_a_seed_made_elsewhere_can_be_sealed_without_the_page_s(ana: Person) -> None:
    join_all()
    rolled()
    fixed()
    sealed = hashlib.sha256(b"made elsewhere").hexdigest()
    assert send(ana, f"{AT}audit/seal/", commitment=sealed, kept="yes").status == 303
    assert held().seals[0].commitment == sealed


def test_what_is_published_holds_neither_the_list_nor_who_was_drawn_nor_who_did_it(
    ana: Person,
) -> None:
    join_all()
    done = drawn("25")
    page, data = (
        see(None, f"{DESK}published/{YEAR}/"),
        see(None, f"{DESK}published/{YEAR}/draw.json"),
    )
    listed = audit_draw.the_list(done)
    private = [line.number for line in listed.lines] + [line.token for line in listed.lines]
    private += ["officer-a", "officer-b", ana.account]
    for shown in (page.text, data.text):
        assert not [one for one in private if one in shown]
    said = data.json()
    assert (said["list_sha256"], said["size"], said["members"]) == (done.list_hash, 2, 8)
    first, second = (draw.Seed(one["nonce"], one["words"]) for one in said["seeds"])
    again = draw.drawn(draw.key(done.terms, first, second), listed.lines, said["size"])
    assert again[-1].digest == said["limit"]


@pytest.mark.parametrize(
    ("path", "what"),
    [
        (f"{AT}members/?standing=short", "members"),
        (f"{AT}cases/?state=asked", "audits"),
        (f"{DESK}due/", "due"),
        (f"{DESK}not-practising/", "declarations"),
        (f"{AT}letters/", "letters"),
    ],
)
def test_whoever_looks_at_a_list_of_members_is_in_the_trail(
    ana: Person, path: str, what: str
) -> None:
    join_all()
    noticed("25")
    assert see(ana, path).status == 200
    lines = [(line.what, line.by) for line in audit.of_subject(f"cpd-desk#{YEAR}")]
    assert (f"cpd.desk.{what}.seen", ana.account) in lines


def test_the_figures_say_how_many_are_under_audit(ana: Person) -> None:
    join_all()
    noticed("25")
    assert "Under audit , whatever their standing 2 25.0 %" in words(see(ana, AT))


def test_the_list_is_for_the_registrar_who_gives_it_to_the_board(ana: Person) -> None:
    join_all()
    done = drawn()
    registrar = signed(Role.REGISTRAR)
    assert see(ana, f"{AT}audit/list.txt").status == 403
    given = see(registrar, f"{AT}audit/list.txt")
    assert hashlib.sha256(given.content).hexdigest() == done.list_hash
    assert given.headers["content-disposition"].startswith("attachment")
    assert "cpd.desk.list.taken" in {one.what for one in audit.of_subject(f"cpd-desk#{YEAR}")}


def test_a_member_sees_their_own_line_only() -> None:
    join_all()
    done = drawn("25")
    chosen = {number for number, _ in audit_draw.drawn_of(done)}
    for number in MEMBERS:
        page = see(signed(member=number), f"{DESK}published/{YEAR}/mine/")
        lines = {line.number: line.token for line in audit_draw.the_list(done).lines}
        assert lines[number] in page.text.replace("<wbr>", "")
        others = [token for one, token in lines.items() if one != number]
        assert not [token for token in others if token in page.text.replace("<wbr>", "")]
        assert ("You were drawn" in words(page)) is (number in chosen)


def test_who_has_no_line_is_offered_none(ana: Person) -> None:
    """Finding D7, its kind: links that refuse whoever is shown them."""
    join_all()
    drawn("25")
    published, own = f"{DESK}published/{YEAR}/", "Your own line"
    assert own not in see(ana, published).text
    assert own in see(signed(member=MEMBERS[0]), published).text
    assert own in see(None, published).text  # who may be a member, and is asked to sign in


def test_a_notice_is_printed_posted_and_then_due(ana: Person) -> None:
    join_all()
    numbers = noticed("25")
    contacts.put({"number": n, "address": f"12 Elm Street {CANARY}, Olds, AB"} for n in numbers)
    page = see(ana, f"{AT}letters/")
    assert words(page).count(CANARY) == 2
    pdf = see(ana, f"{AT}letters.pdf")
    assert pdf.headers["content-type"] == "application/pdf"
    letters = pdf_pages(pdf.content)
    assert len(letters) == len(numbers) == 2
    for number in numbers:
        assert any(f"CPD {YEAR}-{number}-1" in one and CANARY in one for one in letters)
    said = {"on": "2026-11-21", "where": "within"}
    shown = re.findall(r'name="shown" value="([^"]+)"', page.text)
    assert send(ana, f"{AT}posted", which="some", shown=shown, **said).status == 422
    sent = send(ana, f"{AT}posted", which="all", shown=shown, **said)
    assert sent.status == 303
    assert "No notices are waiting" in words(see(ana, f"{AT}letters/"))
    assert "to answer by 28 December 2026" in words(see(ana, f"{AT}cases/?state=asked"))
    assert "Nothing is due" in words(see(ana, f"{DESK}due/"))
    assert see(ana, f"{AT}cases/{numbers[0]}/letter.pdf").content.startswith(b"%PDF-")


def test_an_officer_is_told_what_a_notice_can_t_print(ana: Person) -> None:
    join_all()
    (number,) = noticed("10")
    contacts.put([{"number": number, "address": "1 \U00013000 Street, Olds, AB"}])
    assert "Printed as codes: \U00013000 (U+13000)" in words(see(ana, f"{AT}letters/"))
    (letter,) = pdf_pages(see(ana, f"{AT}letters.pdf").content)
    assert "1 U+13000 Street" in letter


def test_what_is_due_today_is_on_its_page(ana: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    join_all()
    (number,) = noticed("10")
    fields = {"version": "1", "way": "personal", "on": "2026-11-21"}
    assert send(ana, f"{AT}cases/{number}/service/", **fields).status == 303
    monkeypatch.setattr(app, "clock", lambda: NOW + timedelta(days=30))
    late = signed(Role.CPD_OFFICER)
    page = see(late, f"{DESK}due/")
    assert f"/services/cpd/desk/{YEAR}/cases/{number}/" in page.text
    assert "21 December 2026" in words(page)


def test_posting_without_saying_where_the_address_is_is_asked_again(ana: Person) -> None:
    join_all()
    (number,) = noticed("10")
    fields = {"version": "1", "way": "mail", "on": "2026-11-21"}
    answer = send(ana, f"{AT}cases/{number}/service/", **fields)
    assert answer.status == 422
    assert 'href="#field-where"' in answer.text
    assert audits.case_of(YEAR, number).notices[-1].service is None


def test_the_second_of_two_officers_is_told_that_the_audit_changed(ana: Person, bo: Person) -> None:
    join_all()
    (number,) = noticed("10")
    fields = {"version": "1", "way": "personal", "on": "2026-11-21"}
    assert send(ana, f"{AT}cases/{number}/service/", **fields).status == 303
    answer = send(bo, f"{AT}cases/{number}/service/", **{**fields, "on": "2026-11-20"})
    assert answer.status == 409
    assert "What you typed is still here" in words(answer)
    assert offered(answer, "on") == "2026-11-20"
    assert offered(answer, "version") == "2"


def test_a_member_is_found_by_number_and_a_wrong_one_is_told(ana: Person) -> None:
    join("100001", given="Zoë", family="Łuk")
    assert see(ana, f"{AT}find?number=+100001+").location == f"{AT}members/100001/"
    assert "Zoë Łuk" in words(see(ana, f"{AT}members/100001/"))
    for typed in ("", "1%2F2", "no such"):
        assert see(ana, f"{AT}find?number={typed}").status == 404
    assert see(ana, f"{AT}members/424242/").status == 404


def test_the_page_of_a_member_says_who_is_subject_and_why(ana: Person) -> None:
    """CPD-1, CPD-5."""
    join("100001")
    enter("100001", "status_changed", "2026-02-01", status="retired", reason="own_request")
    told = words(see(ana, f"{AT}members/100001/"))
    assert "Subject No." in told
    assert "retired" in told


# Every form and every address -------------------------------------------------------------------


@pytest.mark.parametrize("step", STEPS)
def test_the_fields_of_the_draw_s_forms_are_those_of_their_models(step: str, ana: Person) -> None:
    join_all()
    rolled()
    fixed()
    page = see(ana, f"{AT}audit/{step}/")
    assert page.status == 200
    assert names_on(page) == set(STEPS[step].form.model_fields)


@pytest.mark.parametrize("what", ACTS)
def test_the_fields_of_an_audit_s_forms_are_those_of_their_models(what: str, ana: Person) -> None:
    join_all()
    (number,) = noticed("10")
    page = see(ana, f"{AT}cases/{number}/{what}/")
    assert page.status == 200
    assert names_on(page) == set(ACTS[what].form.model_fields)


def test_the_fields_of_the_posting_form_are_those_of_its_model(ana: Person) -> None:
    join_all()
    noticed("10")
    assert names_on(see(ana, f"{AT}letters/")) == set(forms.Posted.model_fields)


@pytest.mark.parametrize("field", ["state", "members", "by", "account"])
def test_no_form_takes_a_field_that_it_does_not_ask_for(field: str, ana: Person) -> None:
    """Threat 11."""
    join_all()
    (number,) = noticed("10")
    for what in ACTS:
        assert send(ana, f"{AT}cases/{number}/{what}/", version="1", **{field: "x"}).status == 422
    assert audits.case_of(YEAR, number).version == 1


@pytest.mark.parametrize(
    "path",
    [
        f"{DESK}26/", f"{DESK}abcd/", f"{AT}audit/other/", f"{AT}cases/100001/other/",
        f"{AT}cases/?state=other", f"{AT}members/?standing=other", f"{AT}cases/999999/",
        f"{AT}letters.pdf",
    ],
)  # fmt: skip
def test_what_is_not_there_is_said_to_be_not_there(path: str, ana: Person) -> None:
    assert see(ana, path).status == 404


def test_a_cursor_of_another_list_is_refused(ana: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(overview, "A_PAGE", 3)
    join_all()
    rolled()
    page = see(ana, f"{AT}members/?standing=short")
    found = re.search(r"after=([\w=-]+)", page.text)
    assert found is not None
    assert see(ana, f"{AT}members/?standing=short&after={found.group(1)}").status == 200
    assert see(ana, f"{AT}members/?standing=declared&after={found.group(1)}").status == 422


def test_nobody_but_officers_sees_the_desk() -> None:
    member = signed(member="100001")
    for path in (AT, f"{AT}members/", f"{AT}audit/", f"{DESK}due/", f"{AT}letters/"):
        assert see(None, path).status == 303
        assert see(member, path).status == 403
    assert send(member, f"{AT}roll/begin").status == 403


# The number of reads ----------------------------------------------------------------------------


def reads(who: Person, monkeypatch: pytest.MonkeyPatch) -> dict[str, Counter[str]]:
    made = {}
    for name, path in pages("100001").items():
        with calls(monkeypatch) as asked:
            assert see(who, path).status == 200
        made[name] = Counter(asked)
    return made


def fill(numbers: list[str]) -> None:
    """Write summaries, audits and figures as the desk keeps them, in batches."""
    with CpdRow.batch_write() as batch:
        for number in numbers:
            summary = Year(year=YEAR, standing=Standing.SHORT, under_audit=True, version=1)
            case = AuditCase(
                year=YEAR, member=number, state=AuditState.ASKED, selected_on=NOW.date(), place=1
            )
            for change in (store.put_year(number, summary, None)[0], store.put_audit(case, None)):
                batch.save(change.row)
        for shard in range(FIGURE_SHARDS):
            row = CpdRow(tables.desk(YEAR), tables.figures_key(shard))
            row.short = row.under_audit = len(numbers) // FIGURE_SHARDS
            batch.save(row)


def test_every_page_asks_the_database_equally_often_however_many_members_there_are(
    ana: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    join_all()
    noticed("100")
    few = reads(ana, monkeypatch)
    fill([str(number) for number in range(200_000, 201_600)])
    many = reads(ana, monkeypatch)
    assert many == few
    assert not [name for name, asked in many.items() if asked["Scan"]]
    most = {name: sum(asked.values()) for name, asked in many.items()}
    assert max(most.values()) <= PAGE_CALLS
    assert most["year"] == YEAR_CALLS
    assert most["published"] == 4


# What must not leave ------------------------------------------------------------------------------


def test_no_log_line_holds_what_anybody_typed_or_an_address(
    ana: Person, caplog: pytest.LogCaptureFixture
) -> None:
    join_all()
    (number,) = noticed("10")
    contacts.put([{"number": number, "address": f"1 {CANARY} Street, Olds, AB"}])
    caplog.set_level("DEBUG")
    see(ana, f"{AT}letters/")
    see(ana, f"{AT}letters.pdf")
    for what in ACTS:
        said = {"words": CANARY, "on": CANARY, "to": CANARY, "way": CANARY, "outcome": CANARY}
        send(ana, f"{AT}cases/{number}/{what}/", version="1", **said)
    fields = {"words": f"{CANARY} {CANARY} words", "nonce": CANARY}
    send(ana, f"{AT}audit/open/", **fields)
    ours = [r for r in caplog.records if r.name.startswith(("signet", "lambdas"))]
    assert ours
    assert CANARY not in "".join(json.dumps(vars(r), default=str) for r in ours)


def test_every_page_with_a_form_carries_its_own_act(ana: Person) -> None:
    join_all()
    rolled()
    pages = [see(ana, f"{AT}roll/") for _ in range(2)]
    acts = {offered(page, "act") for page in pages}
    assert len(acts) == 2


def test_the_words_of_standings_are_all_there() -> None:
    assert set(year_routes.STANDINGS) == set(Standing)


# What a reviewer sees, and who may look -----------------------------------------------------------


def reviewed(number: str) -> str:
    """Fill a log with a reflection and a file, in an answered audit; return the file."""
    file = clean_file(number)
    said = draft(reflection="Gusts load the hook twice", hours=3)
    id_ = actions.add_activity(context(number), YEAR, said)
    actions.attach(context(number), YEAR, id_, 1, [file])
    actions.answer_audit(context(number), YEAR, AuditAnswerDraft(remarks="See it", files=(file,)))
    return file


def test_a_reviewer_sees_reflections_answers_and_files_by_their_names(ana: Person) -> None:
    join_all()
    (number,) = noticed("10")
    file = reviewed(number)
    for path in (f"cases/{number}/", f"members/{number}/"):
        page = see(ana, AT + path)
        assert "Gusts load the hook twice" in words(page)
        assert "Better practitioner? Yes" in words(page)
        assert "certificate.pdf" in words(page)
        assert f'href="/services/files/of/{number}/{file}"' in page.text
        assert "File 1" not in words(page)


def test_the_officer_who_decided_is_named_and_the_audit_can_be_reopened_by_another(
    ana: Person, bo: Person
) -> None:
    join_all()
    (number,) = noticed("10")
    reviewed(number)
    said = {"version": "2", "outcome": "satisfied", "words": "The certificate came on paper."}
    short = send(ana, f"{AT}cases/{number}/review/", **said)
    assert short.status == 422
    assert "The log is incomplete" in words(short)
    assert send(ana, f"{AT}cases/{number}/review/", **said, ground="other_record").status == 303
    page = words(see(bo, f"{AT}cases/{number}/"))
    assert "Satisfied, decided by ana@office.example" in page
    assert "The record was produced another way".lower() in page.lower()
    registrar = signed(Role.REGISTRAR, email="registrar@office.example")
    for who, answers in ((ana, 403), (registrar, 303)):
        again = send(who, f"{AT}cases/{number}/reopen/", version="3", words="It is another's.")
        assert again.status == answers
    assert "By registrar@office.example" in words(see(bo, f"{AT}cases/{number}/"))


def test_an_officer_finds_their_own_record_and_a_declared_conflict_s_closed(bo: Person) -> None:
    join_all()
    (number,) = noticed("10")
    file = reviewed(number)
    own = signed(Role.CPD_OFFICER, member=number)
    said = {"number": number, "account": bo.account, "reason": "We share an office"}
    assert send(bo, f"{DESK}conflicts/", **said).status == 303
    assert "We share an office" in words(see(bo, f"{DESK}conflicts/"))
    for who in (own, bo):
        for path in (
            f"members/{number}/",
            f"cases/{number}/",
            f"cases/{number}/review/",
            f"cases/{number}/letter.pdf",
        ):
            assert see(who, AT + path).status == 403, path
        assert ask(files.handler, get(f"{FILES}{number}/{file}", session=who.token)).status == 403
        assert "You have a conflict of interest" in words(see(who, f"{AT}cases/?state=answered"))
        assert f"cases/{number}/" not in see(who, f"{AT}cases/?state=open").text


def test_the_registrar_finds_the_desk_and_every_link_on_it_opens(ana: Person) -> None:
    join_all()
    (number,) = noticed("10")
    registrar = signed(Role.REGISTRAR)
    assert (
        "/services/cpd/desk/" in ask(home.handler, get("/services/", session=registrar.token)).text
    )
    for path in (AT, f"{AT}cases/{number}/", f"{AT}members/{number}/", f"{AT}roll/", f"{AT}audit/"):
        main = see(registrar, path).text.partition("<main")[2].partition("</main>")[0]
        links = map(html.unescape, re.findall(r'href="(/services/cpd/desk/[^"#]*)"', main))
        for link in links:
            assert see(registrar, link).status in (200, 303), link


def test_under_audit_leads_to_all_audits_that_go_on(
    ana: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(overview, "A_PAGE", 3)
    join_all()
    numbers = noticed("100")
    actions.answer_audit(context(numbers[0]), YEAR, AuditAnswerDraft(remarks="Here it is"))
    assert f'href="{AT}cases/?state=open"' in see(ana, AT).text
    path, found = f"{AT}cases/?state=open", list[str]()
    while path:
        page = see(ana, path)
        found += re.findall(rf'href="{AT}cases/(\d+)/"', page.text)
        more = re.search(r'href="([^"]+after=[^"]+)"', page.text)
        path = html.unescape(more.group(1)) if more else ""
    assert sorted(found) == sorted(numbers)


def test_a_second_notice_is_warned_of_and_the_first_can_still_be_printed(ana: Person) -> None:
    join_all()
    (number,) = noticed("10")
    first = audits.case_of(YEAR, number).notices[0].id
    assert "made and not served yet" in words(see(ana, f"{AT}cases/{number}/notice/"))
    assert send(ana, f"{AT}cases/{number}/notice/", version="1").status == 303
    case = see(ana, f"{AT}cases/{number}/")
    assert case.text.count("letter.pdf?notice=") == 2
    letter = see(ana, f"{AT}cases/{number}/letter.pdf?notice={first}")
    assert letter.content.startswith(b"%PDF-")
    assert see(ana, f"{AT}cases/{number}/letter.pdf?notice=0").status == 404
    form = see(ana, f"{AT}cases/{number}/service/")
    assert "Notice 1, made 21 November 2026" in words(form)


def test_the_second_of_two_reviewers_keeps_what_they_wrote(ana: Person, bo: Person) -> None:
    join_all()
    (number,) = noticed("10")
    reviewed(number)
    said = {"version": "2", "outcome": "more_asked", "words": "Please add the dates."}
    assert send(ana, f"{AT}cases/{number}/review/", **said).status == 303
    second = {**said, "outcome": "satisfied", "words": "Long reasons that took an hour."}
    told = send(bo, f"{AT}cases/{number}/review/", **second)
    assert told.status == 409
    assert "Long reasons that took an hour." in told.text
    assert 'value="satisfied" checked' in told.text


def test_letters_are_listed_with_names_and_chosen_all_at_once_or_one_by_one(ana: Person) -> None:
    join_all()
    noticed("25")
    page = see(ana, f"{AT}letters/")
    assert words(page).count("Ana Lee") == 2
    assert "All 2 on this page" in words(page)
    values = re.findall(r'name="posted" value="([^"]+)"', page.text)
    said = {"on": "2026-11-21", "where": "within"}
    assert send(ana, f"{AT}posted", which="some", posted=values[:1], **said).status == 303
    assert len(overview.unserved(YEAR)) == 1
