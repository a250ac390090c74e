"""Applications, profiles and requests: what an employer learns, and when (JOB-5)."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import timedelta

import pytest

from signet.errors import Conflict, NotFound, Refused
from signet.jobs.applicants import applications, contact_requests, profiles
from signet.jobs.applicants.applications import AppliedAlready
from signet.jobs.applicants.contact_requests import AskedAlready
from signet.jobs.applicants.profiles import NoLivePosting
from signet.jobs.companies import clients, companies
from signet.jobs.forms import (
    AnswerDraft,
    ClientDraft,
    CompanyDraft,
    CompanyEdit,
    ExtensionDraft,
    RequestDraft,
    SearchDraft,
    UserDraft,
)
from signet.jobs.model import UserRole
from signet.jobs.postings import figures, postings
from signet.jobs.tables import JobRow
from signet.register.model import MemberRecord
from tests.entries import entry
from tests.job_office import (
    JOBS,
    OWNER,
    TODAY,
    application,
    balance,
    careers,
    clean_file,
    company,
    employer,
    job_tables_made,
    live,
    mails,
    of,
    on_register,
    profile,
    seen,
    uses_of,
)
from tests.people import shell as shell

__all__ = ["careers", "job_tables_made", "shell"]
pytestmark = pytest.mark.usefixtures("careers")
MEMBER = "100001"
SURVEY = SearchDraft(discipline="Survey / Geomatics")


def test_somebody_applies_once_and_the_employer_is_told_without_what_it_says() -> None:
    firm = company(granted=1)
    number = live(firm)
    doing = of("ana")
    for _ in range(2):
        assert applications.apply(doing, number, application()) == number
    with pytest.raises(AppliedAlready):
        applications.apply(of("ana"), number, application())
    (sent,) = applications.to_posting(employer(firm), number)
    assert (sent.name, sent.message) == ("Ana Lee", "I can.")
    (mail,) = mails("jobs_application")
    assert "Ana" not in mail.facts
    assert "I can." not in mail.facts
    assert figures.totals(number) == (0, 1)
    assert [one.number for one in applications.of_applicant("ana")] == [number]


def test_nobody_applies_to_what_is_not_shown_or_takes_applications_elsewhere() -> None:
    firm = company(granted=2)
    paused, elsewhere = live(firm), live(firm, way="link", how_to="https://acme.example/jobs")
    postings.pause(employer(firm), seen(firm, paused))
    for number in (paused, elsewhere, "000000000"):
        with pytest.raises(NotFound):
            applications.apply(of("ana"), number, application())


def test_a_resume_has_to_be_the_applicants_own() -> None:
    firm = company(granted=1)
    number = live(firm)
    with pytest.raises(Conflict):
        applications.apply(of("ana"), number, application(resume="f" * 32))
    assert applications.of_applicant("ana") == []


def test_a_resume_is_kept_while_an_application_names_it() -> None:
    firm = company(granted=2)
    file = clean_file("account#ana")
    first, second = live(firm), live(firm)
    for number in (first, second):
        applications.apply(of("ana"), number, application(resume=file))
    assert uses_of("account#ana", file) == 2
    assert applications.find(employer(firm), first, "ana").resume == file
    applications.withdraw(of("ana"), first)
    assert uses_of("account#ana", file) == 1
    gone = TODAY + timedelta(days=30 + JOBS.application_days)
    while applications.erase(of("clock", today=gone)):
        continue
    assert uses_of("account#ana", file) == 0


def test_a_profiles_resume_is_open_to_whoever_was_told_yes() -> None:
    firm = company(granted=1)
    live(firm)
    file = clean_file("account#ana")
    handle = profiles.save(of("ana"), MEMBER, on_register(), profile(resume=file))
    assert profiles.find(employer(firm), handle).has_resume
    contact_requests.ask(employer(firm), handle, RequestDraft(message="A job for you"))
    answer = AnswerDraft(version=1, accepted=True, contact="x")
    contact_requests.answer(of("ana"), MEMBER, firm, answer)
    assert contact_requests.resume_of(employer(firm), handle) == ("account#ana", file)
    profiles.save(of("ana"), MEMBER, on_register(), profile())
    assert uses_of("account#ana", file) == 0
    with pytest.raises(NotFound):
        contact_requests.resume_of(employer(firm), handle)


def test_withdrawn_nothing_is_left_of_what_was_said() -> None:
    firm = company(granted=1)
    number = live(firm)
    applications.apply(of("ana"), number, application())
    applications.withdraw(of("ana"), number)
    assert applications.to_posting(employer(firm), number) == []
    with pytest.raises(NotFound):
        applications.find(employer(firm), number, "ana")
    assert not [row for row in JobRow.scan() if "ana@example.com" in (row.body or "")]
    assert applications.of_applicant("ana")[0].withdrawn
    with pytest.raises(NotFound):
        applications.withdraw(of("ana"), number)


def test_another_company_reads_no_application() -> None:
    firm, other = company(granted=1), company("rival", granted=1)
    number = live(firm)
    applications.apply(of("ana"), number, application())
    for read in (
        lambda: applications.to_posting(employer(other, "rival"), number),
        lambda: applications.find(employer(other, "rival"), number, "ana"),
    ):
        with pytest.raises(NotFound):
            read()


def test_an_application_is_erased_after_its_time_which_an_extension_puts_off() -> None:
    firm = company(granted=3)
    number = live(firm)
    applications.apply(of("ana"), number, application())
    ends_on = TODAY + timedelta(days=59)
    postings.extend(employer(firm), number, ExtensionDraft(version=2, ends_on=ends_on))
    kept = ends_on + timedelta(days=JOBS.application_days)
    at_first = TODAY + timedelta(days=29 + JOBS.application_days + 1)
    assert applications.erase(of("clock", today=at_first)) == 1  # put off
    assert applications.erase(of("clock", today=kept)) == 0
    assert len(applications.to_posting(employer(firm), number)) == 1
    assert applications.erase(of("clock", today=kept + timedelta(days=1))) == 1
    assert applications.erase(of("clock", today=kept + timedelta(days=1))) == 0
    assert applications.of_applicant("ana") == []
    assert applications.to_posting(employer(firm), number) == []


def test_a_profile_is_hidden_until_published_and_gone_when_hidden() -> None:
    firm = company(granted=1)
    live(firm)
    profiles.save(of("ana"), MEMBER, on_register(), profile(published=False))
    assert profiles.search(employer(firm), SURVEY).profiles == []
    handle = profiles.save(of("ana"), MEMBER, on_register(), profile())
    (found,) = profiles.search(employer(firm), SURVEY).profiles
    assert found.handle == handle
    assert MEMBER not in str(found)
    assert len(profiles.search(employer(firm), SearchDraft(discipline="Civil")).profiles) == 1
    profiles.save(of("ana"), MEMBER, on_register(), profile(disciplines=("Survey / Geomatics",)))
    assert profiles.search(employer(firm), SearchDraft(discipline="Civil")).profiles == []
    profiles.hide(of("ana"), MEMBER)
    assert profiles.search(employer(firm), SURVEY).profiles == []
    with pytest.raises(NotFound):
        profiles.find(employer(firm), handle)


def struck() -> MemberRecord:
    """Return the same member's record, suspended since."""
    later = entry("status_changed", "2040-01-01", number=MEMBER, status="suspended", reason="fees")
    return on_register(MEMBER, later)


def test_who_is_not_in_good_standing_is_found_by_nobody_until_they_are_again() -> None:
    """STA-2: the register's word, whatever the member wants."""
    firm = company(granted=1)
    live(firm)
    handle = profiles.save(of("ana"), MEMBER, on_register(), profile())
    profiles.refresh(of("register"), MEMBER, struck())
    for act in (
        lambda: profiles.find(employer(firm), handle),
        lambda: contact_requests.ask(employer(firm), handle, RequestDraft(message="A job for you")),
    ):
        with pytest.raises(NotFound):
            act()
    assert profiles.search(employer(firm), SURVEY).profiles == []
    assert not [row for row in JobRow.scan() if (row.listed or "").startswith("profiles#")]
    profiles.save(of("ana"), MEMBER, struck(), profile(headline="Survey manager"))
    assert profiles.search(employer(firm), SURVEY).profiles == []
    profiles.refresh(of("register"), MEMBER, on_register())
    assert [one.headline for one in profiles.search(employer(firm), SURVEY).profiles] == [
        "Survey manager"
    ]
    profiles.refresh(of("register"), MEMBER, None)
    assert profiles.search(employer(firm), SURVEY).profiles == []


@pytest.mark.parametrize(
    ("said", "named", "found"),
    [
        ("Acme Geomatics", "", False),
        ("Rival\n\n\n\n\n  ACME  Geomatics, Inc. ", "", False),
        ("Bow River Surveys Ltd.", "Bow River Surveys", False),
        ("Acme Mining", "", True),
        ("Ltd.\n", "Bow River Surveys", True),
    ],
    ids=["its name", "its name in other words", "whom it recruits for", "another", "no name"],
)
def test_a_company_that_a_member_hides_from_neither_finds_nor_asks_nor_opens(
    said: str, named: str, found: bool
) -> None:
    firm = company(granted=1, third_party=True)
    if named:
        clients.add(employer(firm), ClientDraft(name=named))
    live(firm)
    file = clean_file("account#ana")
    handle = profiles.save(of("ana"), MEMBER, on_register(), profile(resume=file))
    contact_requests.ask(employer(firm), handle, RequestDraft(message="A job for you"))
    answer = AnswerDraft(version=1, accepted=True, contact="x")
    contact_requests.answer(of("ana"), MEMBER, firm, answer)
    draft = profile(resume=file, hidden_from=said)
    profiles.save(of("ana"), MEMBER, on_register(), draft)
    assert [one.handle for one in profiles.search(employer(firm), SURVEY).profiles] == (
        [handle] if found else []
    )
    assert profiles.headlines(employer(firm), [handle]).keys() == ({handle} if found else set())
    for act in (
        lambda: profiles.find(employer(firm), handle),
        lambda: contact_requests.resume_of(employer(firm), handle),
    ):
        with nullcontext() if found else pytest.raises(NotFound):
            act()
    with pytest.raises(AskedAlready if found else NotFound):
        contact_requests.ask(employer(firm), handle, RequestDraft(message="A job for you"))


def test_a_company_that_changes_all_its_marks_and_people_stays_hidden_from() -> None:
    firm = company(granted=1, permit="P-1001", website="https://acme-geomatics.example")
    live(firm)
    handles = []
    for member, line in ((MEMBER, "acme.example"), ("100002", "P-1001"), ("100003", "big.example")):
        held = profile(hidden_from=line)
        handles.append(profiles.save(of(f"a{member}"), member, on_register(member), held))
    other = UserDraft(email="hr@big.example", role=UserRole.OWNER)
    companies.set_user(employer(firm), "hr", other)
    assert profiles.search(employer(firm), SURVEY).profiles == []
    companies.remove_user(employer(firm), "hr")
    now = companies.profile(firm)
    new = CompanyDraft(name="Nobody You Know", email="me@mail.example")
    edit = CompanyEdit(**new.model_dump(), version=now.version)
    companies.edit(employer(firm), edit)
    me = UserDraft(email="me@mail.example", role=UserRole.OWNER)
    companies.set_user(employer(firm), "me", me)
    companies.remove_user(employer(firm, "me"), OWNER)
    assert profiles.search(employer(firm, "me"), SURVEY).profiles == []
    assert profiles.headlines(employer(firm, "me"), handles) == {}


def test_others_find_a_profile_that_is_hidden_from_somebody_and_not_from_whom() -> None:
    rival = company(granted=1, name="Rival")
    live(rival)
    handle = profiles.save(of("ana"), MEMBER, on_register(), profile(hidden_from="Acme Geomatics"))
    seen_by_others = profiles.find(employer(rival), handle)
    assert "Acme" not in str(seen_by_others)


def test_a_hidden_profile_stays_hidden_whatever_the_register_says() -> None:
    firm = company(granted=1)
    live(firm)
    profiles.save(of("ana"), MEMBER, struck(), profile(published=False))
    profiles.refresh(of("register"), MEMBER, on_register())
    assert profiles.search(employer(firm), SURVEY).profiles == []


def test_a_resume_is_closed_to_whoever_was_told_yes_while_its_member_is_not_in_good_standing() -> (
    None
):
    firm = company(granted=1)
    live(firm)
    file = clean_file("account#ana")
    handle = profiles.save(of("ana"), MEMBER, on_register(), profile(resume=file))
    contact_requests.ask(employer(firm), handle, RequestDraft(message="A job for you"))
    answer = AnswerDraft(version=1, accepted=True, contact="x")
    contact_requests.answer(of("ana"), MEMBER, firm, answer)
    profiles.refresh(of("register"), MEMBER, struck())
    with pytest.raises(NotFound):
        contact_requests.resume_of(employer(firm), handle)


@pytest.mark.parametrize(
    ("criteria", "count"),
    [
        ({}, 1),
        ({"years": 10, "level": "senior", "place": "calgary"}, 1),
        ({"years": 11}, 0),
        ({"level": "entry"}, 0),
        ({"place": "edmonton"}, 0),
        ({"designation": "C.E.T."}, 0),
    ],
)
def test_all_criteria_have_to_be_met(criteria: dict[str, object], count: int) -> None:
    firm = company(granted=1)
    live(firm)
    profiles.save(of("ana"), MEMBER, on_register(), profile())
    asked = SearchDraft.model_validate({"discipline": "Survey / Geomatics", **criteria})
    assert len(profiles.search(employer(firm), asked).profiles) == count


def test_profiles_are_for_employers_with_a_live_posting() -> None:
    firm = company()
    handle = profiles.save(of("ana"), MEMBER, on_register(), profile())
    for act in (
        lambda: profiles.search(employer(firm), SURVEY),
        lambda: profiles.find(employer(firm), handle),
        lambda: contact_requests.ask(employer(firm), handle, RequestDraft(message="A job for you")),
    ):
        with pytest.raises(NoLivePosting):
            act()


def test_contact_details_come_with_a_yes_alone_and_go_when_it_is_taken_back() -> None:
    firm = company(granted=1)
    live(firm)
    handle = profiles.save(of("ana"), MEMBER, on_register(), profile())
    contact_requests.ask(employer(firm), handle, RequestDraft(message="A job for you"))
    assert [row.recipient for row in mails("jobs_contact_asked")] == [f"member#{MEMBER}"]
    (asked,) = contact_requests.by_company(employer(firm))
    assert (asked.contact, asked.member) == ("", "")
    with pytest.raises(AskedAlready):
        contact_requests.ask(employer(firm), handle, RequestDraft(message="A job for you"))
    with pytest.raises(NotFound):
        contact_requests.resume_of(employer(firm), handle)
    (theirs,) = contact_requests.to_member(MEMBER)
    yes = AnswerDraft(version=theirs.version, accepted=True, contact="403 555 0100")
    contact_requests.answer(of("ana"), MEMBER, firm, yes)
    (answered,) = contact_requests.by_company(employer(firm))
    assert (answered.contact, answered.member) == ("403 555 0100", "")
    contact_requests.withdraw_consent(of("ana"), MEMBER, firm)
    assert contact_requests.by_company(employer(firm))[0].contact == ""
    assert balance(firm) == 0


def test_a_no_stays_a_no() -> None:
    firm = company(granted=1)
    live(firm)
    handle = profiles.save(of("ana"), MEMBER, on_register(), profile())
    contact_requests.ask(employer(firm), handle, RequestDraft(message="A job for you"))
    answer = AnswerDraft(version=1, accepted=False, contact="x")
    contact_requests.answer(of("ana"), MEMBER, firm, answer)
    assert contact_requests.by_company(employer(firm))[0].contact == ""
    later = AnswerDraft(version=2, accepted=True, contact="x")
    with pytest.raises(Refused):
        contact_requests.answer(of("ana"), MEMBER, firm, later)
    with pytest.raises(AskedAlready):
        contact_requests.ask(employer(firm), handle, RequestDraft(message="Please"))
