"""Applying, career profiles and requests: the people's pages and employers' (JOB-5)."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest

from lambdas.jobs.applicants import function as people_pages
from lambdas.jobs.applicants.applying import Applying
from lambdas.jobs.employers.members import Asking
from signet.jobs.applicants import applications, contact_requests, profiles
from signet.jobs.companies import companies
from signet.jobs.forms import AnswerDraft, CompanyDraft, CompanyEdit, ProfileDraft, ResumeDraft
from signet.jobs.postings import postings
from signet.jobs.tables import JobRow
from signet.register import reading as register
from signet.transactions import audit, mailer
from signet.transactions.outbox import QueuedMail
from signet.transactions.tables import OutboxRow
from signet.uploads import store as uploads
from signet.uploads.model import State
from tests.cpd_members import POLICY, enter, join
from tests.employing import (
    NOW,
    Firm,
    careers,
    client,
    employer_tables,
    firm,
    handler,
    live,
    of,
    poster,
    see,
    send,
)
from tests.events import Answered, ask, get
from tests.forms import assert_form_is, assert_page_holds_together
from tests.job_office import clean_file, mails, on_register, uses_of
from tests.people import Person, person, shell

__all__ = ["careers", "employer_tables", "shell"]
pytestmark = pytest.mark.usefixtures("careers")

APPLY, APPLICATIONS = "/services/jobs/apply/", "/services/jobs/applications/"
PROFILE, REQUESTS = "/services/jobs/profile/", "/services/jobs/requests/"
NUMBER = "100001"
SENT = {"name": "Ana Lee", "email": "ana@example.org", "message": "I can.", "consent": "yes"}
SURVEY = POLICY.disciplines[-1]
TOLD = {
    "headline": "Party chief of ten years",
    "about": "Machine control, drones.",
    "disciplines": [SURVEY, "Civil"],
    "years": "10",
    "places": ["calgary"],
    "level": "senior",
    "published": "yes",
}


def somebody() -> Person:
    """Somebody with an account who is no member."""
    return person(email="ana@example.org", now=NOW)


def member(number: str = NUMBER, email: str = "bo@example.org") -> Person:
    """Return a member on the register, with an account."""
    join(number, disciplines=[SURVEY])
    return person(member=number, email=email, now=NOW)


def resume(who: Person, **said: Any) -> str:
    """Return a résumé of somebody's that passed its checks."""
    return clean_file(f"account#{who.account}", **said)


def published(who: Person, **said: Any) -> str:
    """Publish a member's profile; gives its handle."""
    done = send(PROFILE, who, {**TOLD, **said})
    assert done.location == f"{PROFILE}?saved=published", done.text
    held = profiles.of(who.member or "")
    assert held is not None
    return held.handle


def asked(acme: Firm, handle: str) -> Answered:
    """Ask a member as a company, for the posting that it has."""
    number = next((one.number for one in postings.listed(acme.employer())), "none")
    form = {"message": "We need a party chief.", "posting": number}
    return send(f"{acme.base}members/{handle}/", acme.owner, form)


def letter(template: str) -> str:
    """Return the one mail of a kind, as it is sent."""
    (row,) = [row for row in OutboxRow.scan() if row.template == template]
    made = QueuedMail(row.id, row.recipient, row.template, json.loads(row.facts))
    return str(mailer.compose(made, "somebody@example.org", NOW).get_content())


# Applying -----------------------------------------------------------------------------------------


def test_a_visitor_is_led_to_sign_in_and_back_to_the_form() -> None:
    number = live(firm(granted=1))
    led = ask(handler, get(f"{APPLY}{number}/"))
    assert led.location == f"/services/account/sign-in?return={APPLY}{number}/"


def test_the_form_says_which_job_it_is_and_knows_who_is_signed_in() -> None:
    agency = firm("Northern Recruiting", third_party=True, granted=1)
    number = live(agency, client=client(agency, "Bow River Surveys"))
    page = see(f"{APPLY}{number}/", member())
    assert "Apply: <bdi>Survey Technologist</bdi>" in page
    assert "<bdi>Bow River Surveys</bdi></strong>, through <bdi>Northern Recruiting" in page
    assert_form_is(page, Applying, f"{APPLY}{number}/")
    assert 'value="Ana Lee"' in page
    assert 'value="bo@example.org"' in page


def test_the_resume_that_was_sent_last_is_chosen_already() -> None:
    number, who = live(firm(granted=1)), member()
    file = resume(who)
    chosen = f'<option value="{file}" selected>'
    assert chosen in see(f"{APPLY}{number}/", who)
    assert chosen in see(PROFILE, who)


def test_the_pages_say_how_long_an_application_is_kept_and_how_long_a_resume() -> None:
    number, who = live(firm(granted=1)), member()
    days, jobs = POLICY.uploads["resume"].unused_days, POLICY.jobs
    assert jobs is not None
    page = see(f"{APPLY}{number}/", who)
    assert f"the application for {jobs.application_days} days after the posting ends" in page
    for shown in (page, see(PROFILE, who)):
        assert f"We erase a file {days} days after it was sent or last used" in shown


def test_whoever_has_an_account_applies_with_a_resume_and_the_employer_reads_it() -> None:
    acme, who = firm(granted=1), somebody()
    number, file = live(acme), resume(who)
    assert_form_is(see(f"{APPLY}{number}/", who), Applying, f"{APPLY}{number}/")
    done = send(f"{APPLY}{number}/", who, SENT | {"resume": file})
    assert done.location == f"{APPLICATIONS}{number}/?saved=sent", done.text
    page = see(done.location, who)
    assert "Your application is sent" in page
    assert f'href="/services/files/{file}"' in page
    (theirs,) = applications.to_posting(acme.employer(), number)
    assert (theirs.message, theirs.resume) == ("I can.", file)
    assert f"/services/jobs/{acme.id}/postings/{number}/applications/" in letter("jobs_application")
    assert uses_of(f"account#{who.account}", file) == 1


def test_a_wrong_resume_is_replaced_until_the_employer_has_opened_the_application() -> None:
    acme, who = firm(granted=1), somebody()
    number, wrong, right = live(acme), resume(who), resume(who)
    send(f"{APPLY}{number}/", who, SENT | {"resume": wrong})
    at, form = f"{APPLICATIONS}{number}/resume/", {"resume": right, "version": "1"}
    assert_form_is(see(at, who), ResumeDraft, at)
    assert see(f"{APPLICATIONS}{number}/", who).count(at) == 1
    assert send(at, who, {**form, "resume": resume(member())}).status == 422
    assert send(at, who, form).location == f"{APPLICATIONS}{number}/?saved=replaced"
    owner = f"account#{who.account}"
    assert (uses_of(owner, wrong), uses_of(owner, right)) == (0, 1)
    theirs = f"{acme.base}postings/{number}/applications/{who.account}/"
    assert "changed by the applicant on" in see(theirs, acme.owner)
    late = send(at, who, {"resume": wrong, "version": "2"})
    assert late.status == 409
    assert "has opened your application" in late.text
    assert at not in see(f"{APPLICATIONS}{number}/", who)
    (held,) = applications.to_posting(acme.employer(), number)
    assert (held.resume, held.read_on) == (right, NOW.date())
    see(theirs, acme.owner)
    assert applications.to_posting(acme.employer(), number) == [held], "only the first time"


def test_the_pages_say_which_files_are_taken_and_how_to_save_one() -> None:
    who = somebody()
    page = see(f"{APPLY}{live(firm(granted=1))}/", who)
    for words in ("PDF files only", ".docx", "Save As, PDF"):
        assert words in page


def test_the_same_form_sent_twice_applies_once() -> None:
    number, who = live(firm(granted=1)), somebody()
    both = [send(f"{APPLY}{number}/", who, SENT, act="ab" * 16) for _ in range(2)]
    assert [one.location for one in both] == [f"{APPLICATIONS}{number}/?saved=sent"] * 2
    assert len(applications.of_applicant(who.account)) == 1


def test_who_has_applied_is_shown_what_they_sent() -> None:
    number, who = live(firm(granted=1)), somebody()
    send(f"{APPLY}{number}/", who, SENT)
    again = send(f"{APPLY}{number}/", who, SENT | {"message": "Once more"})
    assert again.location == f"{APPLICATIONS}{number}/?saved=already"
    assert ask(handler, get(f"{APPLY}{number}/", session=who.token)).location == again.location
    page = see(again.location, who)
    assert "You have applied for this job already" in page
    assert "I can." in page


def test_faults_come_back_beside_what_was_typed() -> None:
    number, who = live(firm(granted=1)), somebody()
    told = {"name": "", "email": "nowhere", "message": "I <b>can</b>"}
    again = send(f"{APPLY}{number}/", who, told)
    assert again.status == 422
    assert "Tick the box: without your consent nothing can be sent" in again.text
    assert 'href="#field-name"' in again.text
    assert "I &lt;b&gt;can&lt;/b&gt;" in again.text
    assert_page_holds_together(again.text)
    wrong = send(f"{APPLY}{number}/", who, SENT | {"email": "nowhere"})
    assert 'href="#field-email"' in wrong.text
    assert applications.of_applicant(who.account) == []


@pytest.mark.parametrize("whose", ["another's", "unchecked", "missing"])
def test_only_ones_own_checked_resume_can_be_sent(whose: str) -> None:
    number, who = live(firm(granted=1)), somebody()
    file = {
        "another's": lambda: resume(person(email="x@example.org", now=NOW)),
        "unchecked": lambda: unchecked(who),
        "missing": lambda: "0" * 32,
    }[whose]()
    again = send(f"{APPLY}{number}/", who, SENT | {"resume": file})
    assert again.status == 422
    assert "Choose one of your résumés that were checked" in again.text
    assert applications.of_applicant(who.account) == []


def unchecked(who: Person) -> str:
    """Return a résumé that arrived and waits for its check."""
    file = resume(who)
    held = uploads.get(f"account#{who.account}", file)
    _, change = uploads.changed(held, state=State.CHECKING)
    uploads.write(change)
    return file


def test_a_resume_that_waits_for_its_check_is_shown_and_cannot_be_chosen_yet() -> None:
    number, who = live(firm(granted=1)), somebody()
    file = unchecked(who)
    page = see(f"{APPLY}{number}/", who)
    assert "Waiting to be checked" in page
    assert f"/services/files/{file}/state" in page
    assert f'<option value="{file}"' not in page


def test_a_job_that_is_over_elsewhere_or_unknown_takes_no_application() -> None:
    acme, who = firm(granted=2), somebody()
    paused, elsewhere = live(acme), live(acme, way="link", how_to="https://acme.example/jobs")
    held = acme.posting(paused)
    postings.pause(acme.employer(), postings.PostingVersion(paused, held.version))
    for number in (paused, elsewhere, "999999999"):
        assert "This job is over" in see(f"{APPLY}{number}/", who, 404)
        done = send(f"{APPLY}{number}/", who, SENT)
        assert done.status == 404
        assert "Nothing was sent" in done.text
    see(f"{APPLY}nonsense/", who, 404)


def test_an_application_is_listed_and_withdrawn_and_nothing_of_it_is_left() -> None:
    acme, who = firm("Acme Geomatics", granted=1), somebody()
    number, file = live(acme), resume(who)
    send(f"{APPLY}{number}/", who, SENT | {"resume": file})
    listed = see(APPLICATIONS, who)
    assert "Acme Geomatics" in listed
    assert f"{APPLICATIONS}{number}/" in listed
    assert "You can’t apply for this job again" in see(f"{APPLICATIONS}{number}/withdraw/", who)
    for _ in range(2):  # the second of two windows finds it done
        done = send(f"{APPLICATIONS}{number}/withdraw/", who)
        assert done.location == f"{APPLICATIONS}{number}/?saved=withdrawn"
    page = see(done.location, who)
    assert "Nothing of what you sent is left" in page
    assert "I can." not in page
    assert "<strong>withdrawn</strong>" in see(APPLICATIONS, who)
    assert applications.to_posting(acme.employer(), number) == []
    assert uses_of(f"account#{who.account}", file) == 0


# The profile --------------------------------------------------------------------------------------


def test_a_profile_begins_with_what_the_register_knows_and_is_hidden() -> None:
    who = member()
    page = see(PROFILE, who)
    assert_form_is(page, ProfileDraft, PROFILE)
    assert "You have no career profile" in page
    assert re.search(f'value="{SURVEY}" checked', page)
    assert not re.search('name="published"[^>]*checked', page)
    done = send(PROFILE, who, {k: v for k, v in TOLD.items() if k != "published"})
    assert done.location == f"{PROFILE}?saved=saved", done.text
    held = profiles.of(NUMBER)
    assert held is not None
    assert not held.published
    assert "Your profile is hidden" in see(PROFILE, who)


def test_a_published_profile_says_what_employers_see_and_hides_at_once() -> None:
    who = member()
    published(who)
    page = see(PROFILE, who)
    assert "Your profile is published" in page
    assert "They don’t see your name" in page
    assert_form_is(page, ProfileDraft, PROFILE)
    assert send(f"{PROFILE}hide", who).location == f"{PROFILE}?saved=hidden"
    assert "Your profile is hidden" in see(PROFILE, who)


def test_a_member_who_is_not_in_good_standing_is_told_why_nobody_finds_the_profile() -> None:
    """STA-2."""
    acme, who = firm(granted=1), member()
    live(acme)
    handle = published(who)
    enter(NUMBER, "status_changed", "2040-11-01", status="suspended", reason="fees")
    profiles.refresh(of("register"), NUMBER, register.member(NUMBER, NOW.date()))
    page = see(PROFILE, who)
    assert "No employer finds your profile now" in page
    assert f"on the register is “{POLICY.statuses['suspended'].name}”" in page
    assert "can find it" not in page
    assert_page_holds_together(page)
    see(f"{acme.base}members/{handle}/", acme.owner, 404)
    assert asked(acme, handle).status == 404
    done = send(PROFILE, who, TOLD)
    assert done.location == f"{PROFILE}?saved=waiting"
    assert "Saved. Employers can find it once you are in good standing" in see(done.location, who)


def test_a_member_sees_whom_a_line_meets_but_no_private_address() -> None:
    """T26."""
    firm("Acme Geomatics", website="https://acmegeo.example/jobs")  # receipts at acme.example
    who = member()
    published(who, hidden_from="acmegeo.example\nThe Acme-Geomatics Ltd.\nacme.example")
    page = see(PROFILE, who)
    for line in ("acmegeo.example", "The Acme-Geomatics Ltd."):
        assert f"<li>“{line}”: meets <bdi>Acme Geomatics</bdi></li>" in page
    assert "“acme.example”: meets no company here now" in page


def test_a_member_names_companies_that_are_not_to_find_the_profile() -> None:
    acme, who = firm("Acme Geomatics", granted=1), member()
    live(acme)
    handle = published(who, hidden_from="acme geomatics\nBow River Surveys")
    page = see(PROFILE, who)
    assert "acme geomatics\nBow River Surveys</textarea>" in page
    assert "<li>“acme geomatics”: meets <bdi>Acme Geomatics</bdi></li>" in page
    assert "“Bow River Surveys”: meets no company" in page
    see(f"{acme.base}members/{handle}/", acme.owner, 404)
    again = send(PROFILE, who, {**TOLD, "hidden_from": "\n".join("abcdef")})
    assert again.status == 422
    assert 'href="#field-hidden_from"' in again.text
    assert_page_holds_together(again.text)


def test_faults_of_a_profile_lead_to_their_fields_and_keep_what_was_typed() -> None:
    who = member()
    wrong = {"level": "", "disciplines": [], "places": ["nowhere"], "years": "ten"}
    again = send(PROFILE, who, {**TOLD, **wrong})
    assert again.status == 422
    for name in ("level", "disciplines", "years"):
        assert f'href="#field-{name}"' in again.text, name
    assert 'value="Party chief of ten years"' in again.text
    assert_page_holds_together(again.text)
    assert send(PROFILE, who, {**TOLD, "resume": "0" * 32}).status == 422
    assert profiles.of(NUMBER) is None


def test_the_resume_of_an_earlier_account_stays_until_it_is_taken_off() -> None:
    before, who = member(), person(member=NUMBER, email="bo@example.net", now=NOW)
    file = resume(before)
    published(before, resume=file)
    assert "The résumé that is there" in see(PROFILE, who)
    published(who, resume=file, headline="Survey manager")
    assert uses_of(f"account#{before.account}", file) == 1
    published(who)
    assert uses_of(f"account#{before.account}", file) == 0


# Looking for members ------------------------------------------------------------------------------


def test_without_a_live_posting_no_profile_is_shown_and_the_page_says_what_it_takes() -> None:
    """JOB-5."""
    handle = published(member())
    acme = firm()
    page = see(f"{acme.base}members/", acme.owner)
    assert "This takes a live posting" in page
    assert "Party chief" not in see(f"{acme.base}members/?discipline=Civil", acme.owner)
    for shut in (see(f"{acme.base}members/{handle}/", acme.owner, 409), asked(acme, handle).text):
        assert "This takes a live posting" in shut
        assert "Party chief" not in shut
    assert contact_requests.to_member(NUMBER) == []


def test_members_are_found_by_criteria_and_never_by_who_they_are() -> None:
    """JOB-5."""
    acme, who = firm(granted=1), member()
    live(acme)
    handle = published(who, resume=resume(who))
    assert_page_holds_together(see(f"{acme.base}members/", acme.owner))
    query = "discipline=Civil&level=senior&place=calgary&years=10&designation="
    page = see(f"{acme.base}members/?{query}", acme.owner)
    assert "1 profile" in page
    assert f"members/{handle}/" in page
    assert '<option value="senior" selected>' in page
    one = see(f"{acme.base}members/{handle}/", acme.owner)
    assert_form_is(one, Asking, f"{acme.base}members/{handle}/")
    assert "Machine control, drones." in one
    for private in (NUMBER, "Lee", "bo@example.org", who.account):
        assert private not in page
        assert private not in one
    none = see(f"{acme.base}members/?discipline=Civil&years=11", acme.owner)
    assert "No profile matches" in none
    wrong = see(f"{acme.base}members/?level=senior&years=x", acme.owner, 422)
    assert 'href="#field-discipline"' in wrong
    see(f"{acme.base}members/{'0' * 20}/", acme.owner, 404)
    send(f"{PROFILE}hide", who)
    see(f"{acme.base}members/{handle}/", acme.owner, 404)


def test_a_long_list_is_looked_through_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(profiles, "PAGE", 2)
    acme = firm(granted=1)
    live(acme)
    for at in range(5):
        draft = ProfileDraft.model_validate({**TOLD, "headline": f"Surveyor {at}"})
        profiles.save(of("somebody"), f"10000{at}", on_register(), draft)
    found, page = set[str](), f"{acme.base}members/?discipline=Civil"
    for _ in range(5):
        seen = see(page, acme.owner)
        found |= set(re.findall(r"Surveyor \d", seen))
        onward = re.search(r'href="([^"]*after=[^"]*)"', seen)
        if onward is None:
            break
        page = onward[1].replace("&amp;", "&")
    assert len(found) == 5


# Asking and answering -----------------------------------------------------------------------------


def test_a_member_is_asked_says_yes_and_the_company_learns_how_to_reach_them() -> None:
    """JOB-5."""
    acme, who = firm("Acme Geomatics", granted=1), member()
    live(acme)
    handle, at = published(who), f"{REQUESTS}{acme.id}/"
    done = asked(acme, handle)
    assert done.location == f"{acme.base}requests/?saved=asked"
    assert "No answer yet" in see(done.location, acme.owner)
    assert f"{REQUESTS}\n" in letter("jobs_contact_asked")
    assert "1 company" in see(PROFILE, who)
    assert "Acme Geomatics" in see(REQUESTS, who)
    page = see(at, who)
    assert_form_is(page, AnswerDraft, at)
    assert "We need a party chief." in page
    assert 'value="bo@example.org"' in page
    said = {"accepted": "yes", "contact": "bo@example.org, 403 555 0100", "version": "1"}
    assert send(at, who, said).location == f"{at}?saved=yes"
    assert f"{acme.base}requests/" in letter("jobs_contact_answered")
    assert "403 555 0100" in see(f"{acme.base}requests/", acme.owner)
    assert "403 555 0100" in see(at, who)
    again = asked(acme, handle)
    assert again.status == 409
    assert "The answer: yes" in again.text
    assert "Withdraw your consent" in see(f"{at}take-back/", who)
    for _ in range(2):
        assert send(f"{at}take-back/", who).location == f"{at}?saved=taken-back"
    assert "403 555 0100" not in see(f"{acme.base}requests/", acme.owner)


def test_a_member_is_told_which_posting_it_is_for() -> None:
    acme, who = firm(granted=2), member()
    live(acme)
    bridge, handle = live(acme, title="Bridge Inspector"), published(who)
    at = f"{acme.base}members/{handle}/"
    for wrong in ({}, {"posting": "999999999"}):
        again = send(at, acme.owner, {"message": "We need you.", **wrong})
        assert again.status == 422
        assert 'href="#field-posting"' in again.text
    send(at, acme.owner, {"message": "We need you.", "posting": bridge})
    page = see(f"{REQUESTS}{acme.id}/", who)
    assert f'<a href="/jobs/{bridge}/"><bdi>Bridge Inspector</bdi></a>' in page
    assert "Bridge Inspector" in see(f"{acme.base}requests/", acme.owner)


@pytest.mark.parametrize("left", ["", "left the company", "before that was kept"])
def test_whoever_asked_is_told_of_the_answer_and_once_they_left_their_company(left: str) -> None:
    acme, who = firm(granted=1), member()
    by = poster(acme)
    number, handle = live(acme), published(who)
    form = {"message": "We need a party chief.", "posting": number}
    assert send(f"{acme.base}members/{handle}/", by, form).status == 303
    if left == "left the company":
        companies.remove_user(acme.employer(), by.account)
    if left == "before that was kept":
        row = JobRow.get(f"member#{NUMBER}", f"request#{acme.id}")
        row.body = json.dumps({k: v for k, v in json.loads(row.body).items() if k != "asked_by"})
        row.save()
    send(f"{REQUESTS}{acme.id}/", who, {"accepted": "yes", "contact": "x", "version": "1"})
    (told,) = mails("jobs_contact_answered")
    assert told.recipient == (companies.profile(acme.id).email if left else by.email)


def test_what_a_company_says_of_itself_is_read_as_on_its_public_pages() -> None:
    acme, who = firm(granted=1), member()
    live(acme)
    asked(acme, published(who))
    about = "# Us\n\nWe **survey**. <script>x()</script>\n\n- [Work](https://acme.example/)"
    told = companies.profile(acme.id).model_dump(include=set(CompanyDraft.model_fields))
    edit = CompanyEdit(**told | {"about": about}, version=1)
    companies.edit(acme.employer(), edit)
    page = see(f"{REQUESTS}{acme.id}/", who)
    assert "<strong>survey</strong>" in page
    assert '<a href="https://acme.example/" rel="nofollow noopener ugc">Work</a>' in page
    assert "<script>x" not in page
    assert_page_holds_together(page)


def test_a_no_gives_nothing_and_is_for_good() -> None:
    acme, who = firm(granted=1), member()
    live(acme)
    handle, at = published(who), f"{REQUESTS}{acme.id}/"
    asked(acme, handle)
    said = {"accepted": "no", "contact": "bo@example.org", "version": "1"}
    assert send(at, who, said).location == f"{at}?saved=no"
    assert "bo@example.org" not in see(f"{acme.base}requests/", acme.owner)
    assert asked(acme, handle).status == 409
    other = send(at, who, said | {"accepted": "yes"})  # from a second window
    assert other.location == f"{at}?saved=before"
    assert "This is the current state" in see(other.location, who)


def test_a_yes_needs_a_way_to_be_reached() -> None:
    acme, who = firm(granted=1), member()
    live(acme)
    asked(acme, published(who))
    at = f"{REQUESTS}{acme.id}/"
    again = send(at, who, {"accepted": "yes", "contact": " ", "version": "1"})
    assert again.status == 422
    assert 'href="#field-contact"' in again.text
    assert 'href="#field-accepted"' in send(at, who, {"version": "1"}).text


def test_a_request_of_long_ago_cannot_be_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    acme = firm(granted=1)
    live(acme)
    asked(acme, published(member()))
    jobs = POLICY.jobs
    assert jobs is not None
    for late in (jobs.contact_days, jobs.contact_days + 1):
        then = NOW + timedelta(days=late)
        monkeypatch.setattr(people_pages.app, "clock", lambda then=then: then)
        page = see(f"{REQUESTS}{acme.id}/", person(member=NUMBER, now=then))
        assert ("The time to answer is over" in page) == (late > jobs.contact_days)


def test_another_member_and_another_company_see_nothing_of_a_request() -> None:
    acme, rival, who = firm(granted=1), firm("Rival", granted=1), member()
    other = member("100002", "cy@example.org")
    live(acme)
    handle = published(who)
    asked(acme, handle)
    at = f"{REQUESTS}{acme.id}/"
    see(at, other, 404)
    for act in (at, f"{at}take-back/"):
        assert send(act, other, {"accepted": "yes", "contact": "x", "version": "1"}).status == 404
    assert "party chief" not in see(f"{rival.base}requests/", rival.owner)


def test_the_resume_of_a_profile_opens_after_a_yes_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for kind in ("EVIDENCE", "QUARANTINE"):
        monkeypatch.setenv(f"SIGNET_{kind}_BUCKET", kind.lower())
    acme, who = firm(granted=1), member()
    live(acme)
    file = resume(who)
    handle, at = published(who, resume=file), f"{REQUESTS}{acme.id}/"
    opening = f"/services/jobs/files/{acme.id}/member/{handle}"
    see(opening, acme.owner, 404)
    asked(acme, handle)
    see(opening, acme.owner, 404)
    send(at, who, {"accepted": "yes", "contact": "x", "version": "1"})
    assert opening in see(f"{acme.base}requests/", acme.owner)
    led = ask(handler, get(opening, session=acme.owner.token))
    assert file in led.location
    assert [line.what for line in audit.of_subject(f"files#account#{who.account}")] == [
        "file-opened"
    ]
    send(f"{at}take-back/", who)
    see(opening, acme.owner, 404)
    assert opening not in see(f"{acme.base}requests/", acme.owner)


def test_who_posts_for_one_client_sees_no_request_of_another_s() -> None:
    """JOB-3."""
    agency = firm("Northern Recruiting", third_party=True, granted=1)
    bow, peace = client(agency, "Bow River Surveys"), client(agency, "Peace Country Energy")
    live(agency, client=bow)
    asked(agency, published(member()))
    other = poster(agency, peace)
    assert "party chief" not in see(f"{agency.base}requests/", other)
    assert "This takes a live posting" in see(f"{agency.base}members/", other)
