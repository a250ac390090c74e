"""Finding cases by a name, for who may see them, without a trace of what was searched for (E5)."""

from __future__ import annotations

import html
import logging
import re
import secrets
from dataclasses import replace
from datetime import timedelta

import pytest

from lambdas.complaints.desk.function import app, handler
from signet.accounts.model import Role
from signet.complaints.desk import respondents, search
from signet.complaints.desk.context import Officer
from signet.complaints.model import About, Case, Label
from signet.complaints.names import Holders, Named
from signet.complaints.tables import CaseRow, KeyRow
from signet.errors import Invalid, Unavailable
from signet.transactions import audit
from signet.transactions.tables import AuditRow
from tests.complaint_desk import desk, filed, first, noon, officer, seen, signed, standing, trail
from tests.complaint_office import TODAY, complaint_tables_made, file, office, shell
from tests.events import Answered, ask, get, post
from tests.forms import assert_page_holds_together, form_to
from tests.people import Person

__all__ = ["complaint_tables_made", "desk", "office", "shell"]
pytestmark = pytest.mark.usefixtures("desk")
DESK = "/services/complaints/desk/"
RORY = Named(About.MEMBER, "100026", "Rory O'Brien Campbell", "Olds")
ACME = Named(About.PERMIT, "P-1004", "Acme Survey Ltd.", "Olds")
SUBJECT = f"complaint-search#{TODAY.year}"


def about_rory(**fields: object) -> Case:
    """Return a complaint about a member, by number."""
    found = Holders({"100 026": RORY})
    return filed(**{"numbers": ("100 026",), "found": found, "name": "Zoë Lindqvist"} | fields)


def unsettled(described: str, **fields: object) -> Case:
    """Return a complaint about somebody of whom no number is given."""
    return filed(numbers=(), about="unsure", described=described, **fields)


def found(typed: str, by: Officer | None = None) -> dict[str, str]:
    """Return what a search finds: where, by case."""
    hits = search.search(by or officer(), typed).hits
    return {one.case.id: one.where for one in hits}


def test_whom_a_case_is_about_is_found_by_name_and_who_complains() -> None:
    case, other = about_rory(), filed(numbers=("100002",))
    described = unsettled("A Ms. Morag Lee, surveyor", name="Zoë Lindqvist")
    assert found("Campbell, Rory") == {case.id: search.REGISTERED}
    assert found("Morag Lee") == {described.id: search.TYPED}
    both = {case.id: search.COMPLAINED, described.id: search.COMPLAINED}
    assert found("Zoe Lindqvist") == both
    assert other.id


def test_a_case_put_right_is_found_by_whom_it_is_about_and_by_what_was_typed() -> None:
    case = unsettled("Morag Lee")
    label = Label(number="100026", name="Rory Campbell", city="Olds")
    respondents.identify(officer(), seen(case), About.MEMBER, label, "By telephone.")
    assert found("Rory Campbell") == {case.id: search.REGISTERED}
    assert found("Morag Lee") == {case.id: search.TYPED}


def test_each_linked_case_is_found_by_its_own_respondent() -> None:
    named = Holders({"100026": RORY, "P-1004": ACME})
    receipt = file(numbers=("100026", "P-1004"), found=named, name="Zoë Lindqvist")
    assert set(found("Campbell")) == {first(receipt).id}
    assert set(found("Survey")) == {first(receipt, 1).id}
    assert set(found("Lindqvist")) == {first(receipt).id, first(receipt, 1).id}


# Who may -----------------------------------------------------------------------------------------


def test_nobody_finds_a_case_that_they_may_not_open() -> None:
    """COM-6, T21: who is named, by number or in words, who is recused, who isn't the Registrar."""
    case, described = about_rory(), unsettled("Morag Lee")
    named = officer("named", member="100026")
    assert found("Campbell", named) == {}
    recused = officer("recused")
    CaseRow(case.id, "recused#recused", body="{}").save()
    assert found("Campbell", recused) == {}
    junior = officer("junior", Role.COMPLAINTS_OFFICER)
    assert found("Lee", junior) == {}
    morag = replace(officer("morag", Role.REGISTRAR), email="morag.lee@office.example")
    assert found("Lee", morag) == {}
    assert set(found("Lee")) == {described.id}
    for who in (named, recused, junior, morag):
        assert not [line for line in trail(case) + trail(described) if who.account in line]


def test_how_many_cases_were_searched_tells_nobody_of_one_that_names_them() -> None:
    about_rory()
    assert search.search(officer("named", member="100026"), "Campbell").searched == 0
    assert search.search(officer(), "Campbell").searched == 1


def test_an_erased_case_is_not_found() -> None:
    case = about_rory()
    standing(case, closed_on=TODAY, erased_on=TODAY)
    assert found("Campbell") == {}


def test_a_search_is_in_the_audit_log_without_its_words_and_each_case_found_too() -> None:
    case, other = about_rory(), filed(numbers=("100002",))
    found("Campbell", officer("me"))
    (line,) = audit.of_subject(SUBJECT)
    assert (line.what, line.by, dict(line.detail)) == ("cases-searched", "me", {"cases": 2})
    assert "case-listed" in trail(case)
    assert "case-listed" not in trail(other)
    assert "ampbell" not in repr([row.serialize() for row in AuditRow.scan()])


def test_nothing_is_opened_where_the_search_cannot_be_written_down(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    about_rory()

    def refuse(*_: object) -> None:
        raise Unavailable

    monkeypatch.setattr(audit, "note", refuse)
    monkeypatch.setattr(search, "texts_of", pytest.fail)
    with pytest.raises(Unavailable):
        found("Campbell")


# How much ----------------------------------------------------------------------------------------


def test_a_search_goes_on_where_it_stopped_and_comes_to_every_case_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Also with closed cases, with cases one may not see, and with a portion that ends a stage."""
    monkeypatch.setattr(search, "CASES_AT_ONCE", 2)
    monkeypatch.setattr(search, "READ_AT_ONCE", 1)
    cases = [about_rory() for _ in range(5)]
    standing(cases[0], stage="dismissed" if "dismissed" in officer().rules.stages else "closed")
    standing(cases[1], due=TODAY - timedelta(days=9))
    hidden = filed(numbers=("100099",))
    by, after, seen_ids = officer("me", member="100099"), "", []
    for _ in range(9):
        portion = search.search(by, "Campbell", after)
        assert portion.searched <= 2
        seen_ids += [one.case.id for one in portion.hits]
        after = portion.after
        if not after:
            break
    assert sorted(seen_ids) == sorted(one.id for one in cases)
    assert hidden.id not in seen_ids
    with pytest.raises(Invalid):
        search.search(by, "Campbell", "bm9wZQ")


def test_more_than_a_page_is_said_to_be_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "HITS_MOST", 1)
    for _ in range(2):
        about_rory()
    result = search.search(officer(), "Campbell")
    assert (len(result.hits), result.many) == (1, True)


def test_a_case_whose_words_cannot_be_opened_is_counted_not_passed_over() -> None:
    case = about_rory()
    KeyRow.get(case.id, "case").delete()
    result = search.search(officer(), "Lindqvist")
    assert (result.hits, result.unopened) == ((), 1)
    # Whom it is about is sealed apart.
    assert found("Campbell") == {case.id: search.REGISTERED}


# The page ----------------------------------------------------------------------------------------


@pytest.fixture
def ana(monkeypatch: pytest.MonkeyPatch) -> Person:
    monkeypatch.setattr(app, "clock", noon)
    return signed(Role.COMPLAINTS_OFFICER, Role.REGISTRAR, email="ana@office.example")


def send(who: Person, **form: str) -> Answered:
    act = secrets.token_hex(16)
    return ask(handler, post(f"{DESK}find", form, act=act, session=who.token))


def words(answer: Answered) -> str:
    main = answer.text.partition("<main")[2].partition("</main>")[0]
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", main)).split())


def test_the_desk_s_form_finds_by_reference_number_and_name(ana: Person) -> None:
    case = about_rory()
    queue = ask(handler, get(DESK, session=ana.token))
    assert set(form_to(queue.text, f"{DESK}find").names) == {"act", "wanted"}
    assert send(ana, wanted=case.reference.lower()).location == f"{DESK}cases/{case.id}/"
    for typed in ("100026", "No. 100 026", "rory campbell"):
        answer = send(ana, wanted=typed)
        assert answer.status == 200
        assert_page_holds_together(answer.text)
        assert "1 case for" in words(answer)
        assert f"{DESK}cases/{case.id}/" in answer.text
    assert "the complainant" in words(send(ana, wanted="Lindqvist"))
    # Looks like a reference, and is a name.
    assert "1 case for “Campbell”" in words(send(ana, wanted="Campbell"))


def test_nothing_found_says_what_was_looked_at_and_a_wrong_form_comes_back(ana: Person) -> None:
    about_rory()
    nothing = send(ana, wanted="Nemo")
    assert "0 cases for “Nemo”" in words(nothing)
    assert "No case that you can see matches" in words(nothing)
    wrong = send(ana, wanted="R.")
    assert wrong.status == 422
    assert 'href="#field-wanted"' in wrong.text
    assert 'value="R."' in wrong.text


def test_the_others_are_searched_from_the_page(
    ana: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "CASES_AT_ONCE", 1)
    cases = [about_rory(), about_rory()]
    listed = set()
    page = send(ana, wanted="Campbell")
    assert "Not all cases have been searched" in words(page)
    for answer in (page, send(ana, wanted="Campbell", after=cursor(page))):
        listed |= set(re.findall(rf"{DESK}cases/([0-9a-f]+)/", answer.text))
    assert listed == {one.id for one in cases}


def cursor(page: Answered) -> str:
    (found,) = re.findall(r'name="after" value="([^"]+)"', page.text)
    return html.unescape(found)


def test_what_is_searched_for_is_in_no_address_title_or_log_line(
    ana: Person, caplog: pytest.LogCaptureFixture
) -> None:
    about_rory()
    caplog.set_level(logging.DEBUG, "signet")
    answer = send(ana, wanted="Campbell")
    assert "Campbell" not in "".join(re.findall(r'(?:href|action)="[^"]*"', answer.text))
    assert "Campbell" not in answer.text.partition("<title>")[2].partition("</title>")[0]
    lines = [line.getMessage() for line in caplog.records if line.name.startswith("signet")]
    assert lines
    assert "ampbell" not in " ".join(lines)
