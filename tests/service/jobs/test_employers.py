"""The employers' pages, through the real functions on the real database (JOB-1 to JOB-4)."""

from __future__ import annotations

import re

import pytest

from signet.jobs import places, store
from signet.jobs.applicant_model import Mark
from signet.jobs.applicants import applications
from signet.jobs.companies import clients, companies
from signet.jobs.forms import MarkDraft
from signet.jobs.model import PostingState
from signet.jobs.postings import figures
from signet.transactions.tables import OutboxRow
from tests.employing import (
    JOB,
    NOW,
    TODAY,
    Firm,
    applied,
    bought,
    career_officer,
    careers,
    client,
    drafted,
    employer_tables,
    firm,
    live,
    of,
    poster,
    see,
    send,
)
from tests.forms import assert_form_is
from tests.people import person, shell

__all__ = ["careers", "employer_tables", "shell"]
pytestmark = pytest.mark.usefixtures("careers")


def number_in(location: str) -> str:
    return location.partition("/postings/")[2].partition("/")[0]


def mails() -> list[str]:
    return [row.template for row in OutboxRow.scan()]


# A company ----------------------------------------------------------------------------------------


def test_whoever_is_signed_in_registers_a_company_free_and_owns_it() -> None:
    """JOB-1."""
    who = person(email="ana@acme.example", now=NOW)
    assert "Register your company" in see("/services/jobs/", who)
    assert 'value="ana@acme.example"' in see("/services/jobs/register/", who)
    form = {"name": "Acme Geomatics", "email": "office@acme.example"}
    done = send("/services/jobs/register/", who, form)
    assert done.status == 303
    (made,) = companies.of_account(who.account)
    assert done.location == f"/services/jobs/{made.id}/?saved=registered"
    assert "Acme Geomatics" in see(done.location, who)


def test_a_company_with_faults_comes_back_as_it_was_typed() -> None:
    who = person(email="ana@acme.example", now=NOW)
    form = {"name": "Acme", "email": "none", "website": "javascript:alert(1)"}
    again = send("/services/jobs/register/", who, form)
    assert again.status == 422
    assert "There is a problem" in again.text
    assert 'href="#field-email"' in again.text
    assert 'href="#field-website"' in again.text
    assert 'value="javascript:alert(1)"' in again.text  # in its field, and nowhere as a link
    assert 'href="javascript' not in again.text


def test_a_profile_is_changed_and_the_second_of_two_editors_is_told() -> None:
    acme = firm()
    base = {"name": "Acme Ltd.", "email": "office@acme.example", "version": "1"}
    assert send(f"{acme.base}profile/", acme.owner, base).status == 303
    late = send(f"{acme.base}profile/", acme.owner, base | {"name": "Acme Inc."})
    assert late.status == 409
    assert "changed since you opened it" in late.text
    assert 'value="Acme Inc."' in late.text
    assert companies.profile(acme.id).name == "Acme Ltd."


def test_a_permit_that_the_register_does_not_have_is_said_to_be_none() -> None:
    acme = firm(permit="P-1")
    assert "The register has no permit of this number" in see(f"{acme.base}profile/", acme.owner)


def test_people_are_added_with_a_role_told_by_mail_and_removed() -> None:
    acme = firm(granted=1)
    form = {"email": "bo@acme.example", "role": "poster"}
    assert send(f"{acme.base}people/", acme.owner, form).status == 303
    assert "bo@acme.example" in see(f"{acme.base}people/", acme.owner)
    assert "jobs_user_added" in mails()
    (bo,) = [one for one in companies.users(acme.employer()) if one.email == "bo@acme.example"]
    assert send(f"{acme.base}people/{bo.account}/remove", acme.owner).status == 303
    assert "bo@acme.example" not in see(f"{acme.base}people/", acme.owner)


def test_a_company_keeps_an_owner() -> None:
    acme = firm()
    poster(acme)
    done = send(f"{acme.base}people/{acme.owner.account}/remove", acme.owner)
    assert done.status == 409


def test_a_recruiter_names_clients_and_posts_for_them() -> None:
    """JOB-3."""
    agency = firm("Northern Recruiting", third_party=True, granted=1)
    done = send(f"{agency.base}clients/", agency.owner, {"name": "Bow River Surveys"})
    assert done.status == 303
    (hires,) = clients.listed(agency.employer())
    form = {**JOB, "client": hires.id, "do": "publish"}
    posted = send(f"{agency.base}postings/new/", agency.owner, form)
    page = see(posted.location, agency.owner)
    assert "<dt>Employer</dt><dd><bdi>Bow River Surveys</bdi>" in page
    assert "<dt>Posted by</dt><dd><bdi>Northern Recruiting</bdi>" in page


def test_a_client_s_name_is_put_right_and_its_postings_say_so() -> None:
    """JOB-3."""
    agency = firm("Northern Recruiting", third_party=True, granted=1)
    hires = client(agency, "Bow River Surveis")
    number = live(agency, client=hires)
    at = f"{agency.base}clients/{hires}/"
    assert 'value="Bow River Surveis"' in see(at, agency.owner)
    right = {"name": "Bow River Surveys", "website": "https://bow.example", "version": "1"}
    assert send(at, agency.owner, right).status == 303
    assert "Bow River Surveys" in see(f"{agency.base}postings/{number}/", agency.owner)
    assert send(at, agency.owner, right).status == 409  # seen before it was put right
    wrong = {"name": "Bow", "website": "bow", "version": "2"}
    assert "Give a whole link" in send(at, agency.owner, wrong).text
    see(at, poster(agency, hires), 403)
    see(at, firm().owner, 404)


def test_who_posts_for_one_client_neither_sees_nor_changes_the_postings_of_another() -> None:
    """JOB-3."""
    agency = firm("Northern Recruiting", third_party=True, granted=2)
    bow, peace = client(agency, "Bow River Surveys"), client(agency, "Peace Country Energy")
    number = live(agency, client=bow)
    account = applied(number)
    other = poster(agency, peace)
    assert "Survey Technologist" not in see(agency.base, other)
    at = f"{agency.base}postings/{number}/"
    for page in ("", "edit/", "extend/", "close/", "figures/", "applications/"):
        assert see(f"{at}{page}", other, 404)
    assert see(f"{at}applications/{account}/", other, 404)
    for act in ("edit/", "publish", "turn/pause", "turn/close", "copy", "remove", "extend/"):
        assert send(f"{at}{act}", other, {"version": "2"}).status == 404, act
    assert agency.posting(number).state is PostingState.LIVE
    form = {**JOB, "client": bow, "do": "draft"}
    assert send(f"{agency.base}postings/new/", other, form).status == 422
    assert see(f"/services/jobs/files/{agency.id}/resume/{number}/{account}", other, 404)


def test_a_draft_for_a_client_or_place_that_is_gone_says_so_and_spends_nothing() -> None:
    """JOB-3, JOB-9."""
    agency = firm("Northern Recruiting", third_party=True, granted=1)
    bow = client(agency, "Bow River Surveys")
    for_client, there = drafted(agency, client=bow), drafted(agency)
    clients.set_active(agency.employer(), bow, active=False)
    places.set_active(of("staff"), JOB["place"], active=False)
    for number in (for_client, there):
        refused = send(f"{agency.base}postings/{number}/publish", agency.owner, {"version": "1"})
        assert refused.status == 422
        assert "This place is off the list" in refused.text
    places.set_active(of("staff"), JOB["place"], active=True)
    copied = send(f"{agency.base}postings/{for_client}/copy", agency.owner).location
    for number in (for_client, number_in(copied)):
        refused = send(f"{agency.base}postings/{number}/publish", agency.owner, {"version": "1"})
        assert "This client is no longer active" in refused.text
    assert agency.balance == 1
    clients.set_active(agency.employer(), bow, active=True)
    at = f"{agency.base}postings/{for_client}/"
    assert send(f"{at}publish", agency.owner, {"version": "1"}).location == f"{at}?saved=live"


def test_who_posts_for_one_client_sees_no_ledger_and_no_receipt() -> None:
    """JOB-3."""
    agency = firm("Northern Recruiting", third_party=True, granted=2)
    number = live(agency, client=client(agency, "Bow River Surveys"))
    session = bought(agency)
    other = poster(agency, client(agency, "Peace Country Energy"))
    page = see(f"{agency.base}credits/", other)
    for words in ("Ledger", number, session, "1,044.75"):
        assert words not in page
    for path in (f"receipts/{session}/", f"receipts/{session}/receipt.pdf"):
        see(f"{agency.base}{path}", other, 403)
    unlimited = poster(agency)
    assert number in see(f"{agency.base}credits/", unlimited)
    assert "1,044.75" in see(f"{agency.base}receipts/{session}/", unlimited)


def test_who_posts_may_not_touch_what_is_the_owners() -> None:
    acme = firm()
    bo = poster(acme)
    for page in ("profile/", "people/", "clients/"):
        see(f"{acme.base}{page}", bo, 403)
    for act in ("profile/", "people/", "clients/", "credits/buy", "credits/carried"):
        assert send(f"{acme.base}{act}", bo).status == 403, act
    assert "An owner of the company can buy credits" in see(f"{acme.base}credits/", bo)


# A posting ----------------------------------------------------------------------------------------


def test_a_job_is_written_and_published_from_one_page_for_one_credit() -> None:
    """JOB-1."""
    acme = firm(granted=2)
    page = see(f"{acme.base}postings/new/", acme.owner)
    assert "Publish for 1 credit" in page
    assert '<option value="full-time" selected>' in page
    done = send(f"{acme.base}postings/new/", acme.owner, {**JOB, "do": "publish"})
    assert done.location.endswith("?saved=live")
    assert acme.balance == 1
    held = acme.posting(number_in(done.location))
    assert held.state is PostingState.LIVE
    assert (held.ends_on - TODAY).days == 29 if held.ends_on else False
    shown = see(done.location, acme.owner)
    assert "on the public list within a minute" in shown
    assert "<strong>field crews</strong>" in shown


def test_the_same_form_sent_twice_posts_once_and_spends_once() -> None:
    acme = firm(granted=2)
    form = {**JOB, "do": "publish"}
    first, second = (
        send(f"{acme.base}postings/new/", acme.owner, form, act="ab" * 16) for _ in range(2)
    )
    assert first.location == second.location
    assert len(store.postings(acme.id)) == 1
    assert acme.balance == 1


def test_a_preview_keeps_nothing_and_lets_no_script_through() -> None:
    acme = firm(granted=1)
    text = "<script>alert(1)</script> **bold** [x](javascript:alert(1))"
    form = {**JOB, "description": text, "title": "<b>Crew</b> chief", "do": "preview"}
    page = send(f"{acme.base}postings/new/", acme.owner, form)
    assert page.status == 200
    assert "<strong>bold</strong>" in page.text
    assert "<script>alert" not in page.text
    assert "&lt;b&gt;Crew&lt;/b&gt; chief" in page.text
    assert 'href="javascript' not in page.text
    assert not store.postings(acme.id)
    assert acme.balance == 1


def test_without_a_credit_the_posting_waits_as_a_draft_and_the_page_says_how_to_go_on() -> None:
    acme = firm()
    done = send(f"{acme.base}postings/new/", acme.owner, {**JOB, "do": "publish"})
    page = see(done.location, acme.owner)
    assert "There is no credit to publish it with" in page
    assert acme.posting(number_in(done.location)).state is PostingState.DRAFT


def test_faults_of_a_posting_lead_to_their_fields() -> None:
    acme = firm()
    form = {**JOB, "pay_most": "1", "way": "link", "how_to": "nowhere", "place": "", "do": "draft"}
    again = send(f"{acme.base}postings/new/", acme.owner, form)
    assert again.status == 422
    for name in ("pay_most", "how_to", "place"):
        assert f'href="#field-{name}"' in again.text
    assert not store.postings(acme.id)


def test_an_edit_of_a_live_posting_is_kept_as_history() -> None:
    acme = firm(granted=1)
    number = live(acme)
    at = f"{acme.base}postings/{number}/"
    assert 'value="Survey Technologist"' in see(f"{at}edit/", acme.owner)
    form = {**JOB, "title": "Senior Survey Technologist", "version": "2", "do": "save"}
    assert send(f"{at}edit/", acme.owner, form).location == f"{at}?saved=changed"
    page = see(at, acme.owner)
    assert "What it said before each change" in page
    assert "<dt>Title of the job</dt><dd>Survey Technologist</dd>" in page
    late = send(f"{at}edit/", acme.owner, form | {"title": "Other"})
    assert late.status == 409
    assert "changed since you opened it" in late.text
    assert acme.posting(number).terms.title == "Senior Survey Technologist"


def test_a_posting_is_paused_resumed_extended_copied_and_closed() -> None:
    acme = firm(granted=2)
    number = live(acme)
    at = f"{acme.base}postings/{number}/"
    for version, turned, state in (("2", "pause", "paused"), ("3", "resume", "live")):
        done = send(f"{at}turn/{turned}", acme.owner, {"version": version})
        assert done.location == f"{at}?saved={turned}", done.text
        assert acme.posting(number).state == state
    assert 'value="2041-01-24"' in see(f"{at}extend/", acme.owner)
    done = send(f"{at}extend/", acme.owner, {"version": "4", "ends_on": "2041-01-24"})
    assert done.status == 303, done.text
    assert acme.balance == 0
    copied = send(f"{at}copy", acme.owner)
    assert acme.posting(number_in(copied.location)).state is PostingState.DRAFT
    assert "Close it for good" in see(f"{at}close/", acme.owner)
    assert send(f"{at}turn/close", acme.owner, {"version": "5"}).status == 303
    assert acme.posting(number).state is PostingState.CLOSED
    assert send(f"{at}turn/resume", acme.owner, {"version": "6"}).status == 409


def value_of(name: str, page: str) -> str:
    return page.partition(f'name="{name}" value="')[2].partition('"')[0]


def test_extending_says_what_it_takes_and_asks_before_more_than_that_is_spent() -> None:
    """JOB-1."""
    acme = firm(granted=7)
    number = live(acme)
    at = f"{acme.base}postings/{number}/"
    page = see(f"{at}extend/", acme.owner)
    for credits_, day in enumerate(("24 January", "23 February", "25 March", "24 April"), 1):
        row = page.partition(f"{day} 2041</")[2].partition('class="job-number">')[2]
        assert row.startswith(f"{credits_}</td>"), day
    assert "6 credits to use" in page
    form = {"version": "2", "most": value_of("most", page), "ends_on": "2041-04-01"}
    asked = send(f"{at}extend/", acme.owner, form)
    assert asked.status == 409
    assert "This takes 4 credits" in asked.text
    assert 'value="2041-04-01"' in asked.text
    assert acme.balance == 6
    agreed = form | {"most": value_of("most", asked.text)}
    later = send(f"{at}extend/", acme.owner, agreed | {"ends_on": "2041-05-20"})
    assert "This takes 5 credits" in later.text
    assert acme.balance == 6
    assert send(f"{at}extend/", acme.owner, agreed).location == f"{at}?saved=extended"
    assert acme.balance == 2


def test_extending_without_the_credits_leads_to_buying_some_and_keeps_the_day() -> None:
    acme = firm(granted=2)
    number = live(acme)
    at = f"{acme.base}postings/{number}/extend/"
    form = {"version": "2", "most": "1", "ends_on": "2041-04-01"}
    page = send(at, acme.owner, form)
    assert page.status == 409
    assert "This uses 4 credits, and you have 1." in page.text
    assert f'href="{acme.base}credits/#buy"' in page.text
    assert 'value="2041-04-01"' in page.text
    assert "An owner of the company can buy credits" in send(at, poster(acme), form).text
    assert acme.balance == 1


def test_each_button_of_a_posting_carries_an_act_of_its_own() -> None:
    acme = firm(granted=1)
    for number in (drafted(acme), live(acme)):
        page = see(f"{acme.base}postings/{number}/", acme.owner)
        acts = re.findall(r'name="act" value="([^"]*)"', page)
        assert len(acts) == len(set(acts)) >= 2
        assert all(re.fullmatch(r"[0-9a-f]{32}", act) for act in acts)


def test_a_draft_is_removed() -> None:
    acme = firm()
    number = drafted(acme)
    done = send(f"{acme.base}postings/{number}/remove", acme.owner, {"version": "1"})
    assert done.location == f"{acme.base}?saved=removed"
    assert not store.postings(acme.id)


def test_figures_show_each_day_in_a_chart_and_in_a_table() -> None:
    """JOB-4."""
    acme = firm(granted=1)
    number = live(acme)
    for _ in range(3):
        figures.view(acme.posting(number), TODAY)
    applied(number)
    page = see(f"{acme.base}postings/{number}/figures/", acme.owner)
    assert '<rect x="1" y="0.0" width="8" height="100.0"/>' in page
    assert '<td class="job-number">3</td><td class="job-number">1</td>' in page
    assert "run no scripts are not counted" in page
    glance = see(acme.base, acme.owner)
    assert '<td class="job-number" data-label="Views">3</td>' in glance


def test_applications_are_read_by_the_company_and_gone_once_withdrawn() -> None:
    acme = firm(granted=1)
    number = live(acme)
    account = applied(number, message="Dear all,\nI know GNSS.")
    at = f"{acme.base}postings/{number}/applications/"
    assert "Ana Lee" in see(at, acme.owner)
    assert "Dear all,<br>I know GNSS." in see(f"{at}{account}/", acme.owner)
    see(f"{at}{'0' * 32}/", acme.owner, 404)


def test_an_application_is_marked_for_the_company_alone_and_stays_withdrawable() -> None:
    acme, rival = firm(granted=1), firm("Rival")
    number = live(acme)
    account = applied(number)
    at = f"{acme.base}postings/{number}/applications/"
    page = see(f"{at}{account}/", acme.owner)
    assert_form_is(page, MarkDraft, f"{at}{account}/")
    assert ">New</td>" in see(at, acme.owner)
    for mark, shown in (("again", "Review again"), ("out", "Not proceeding"), ("new", "New")):
        assert send(f"{at}{account}/", acme.owner, {"mark": mark}).location == f"{at}?saved=marked"
        assert f">{shown}</td>" in see(at, acme.owner)
    send(f"{at}{account}/", acme.owner, {"mark": "out"})
    assert send(f"{at}{account}/", acme.owner, {"mark": "hired"}).status == 422
    elsewhere = f"{rival.base}postings/{number}/applications/{account}/"
    assert send(elsewhere, rival.owner, {"mark": "again"}).status == 404
    assert "out" not in str(applications.of_applicant(account))
    applications.withdraw(of(account), number)
    held = applications.of_account(number, account)
    assert held is not None
    assert held.mark is Mark.NEW, "nothing of what was thought of it is left either"
    assert send(f"{at}{account}/", acme.owner, {"mark": "again"}).status == 404


@pytest.mark.parametrize("where", ["", "credits/", "postings/new/"])
def test_another_company_is_as_if_it_were_not_there(where: str) -> None:
    acme, other = firm(), firm("Other")
    see(f"{acme.base}{where}", other.owner, 404)
    see(f"{acme.base}{where}", career_officer(), 404)


def test_pages_of_no_company_and_no_posting_are_not_found(acme: Firm) -> None:
    for path in ("x/", f"{'0' * 32}/", f"{acme.id}/postings/1/", f"{acme.id}/postings/123456789/"):
        see(f"/services/jobs/{path}", acme.owner, 404)


@pytest.fixture
def acme(careers: None) -> Firm:
    return firm()
