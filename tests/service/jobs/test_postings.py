"""Postings: their states, days and costs; who may act on them (JOB-1, JOB-3, JOB-4, JOB-9)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from signet.errors import Conflict, Invalid, NotAllowed, NotFound, Refused
from signet.jobs import places, published, store
from signet.jobs.companies import clients, companies
from signet.jobs.credits.ledger import NoCredit
from signet.jobs.forms import (
    ClientDraft,
    ExtensionDraft,
    PlaceDraft,
    PostingEdit,
    RefusalDraft,
    UserDraft,
)
from signet.jobs.model import PostingState, UserRole
from signet.jobs.postings import figures, moderation, postings, public
from signet.jobs.postings.postings import PostingVersion, WrongState
from signet.jobs.postings.public import PublicState
from tests.entries import POLICY
from tests.job_office import (
    JOBS,
    OWNER,
    TODAY,
    added,
    balance,
    careers,
    company,
    draft,
    employer,
    held,
    job_tables_made,
    live,
    mails,
    of,
    seen,
)
from tests.people import shell as shell

__all__ = ["careers", "job_tables_made", "shell"]
pytestmark = pytest.mark.usefixtures("careers")


def edited(version: int, **said: Any) -> PostingEdit:
    return PostingEdit(version=version, **draft(**said).model_dump())


def test_publishing_takes_one_credit_and_thirty_days() -> None:
    firm = company(granted=2)
    number = live(firm)
    posting = held(firm, number)
    assert posting.state is PostingState.LIVE
    assert posting.starts_on == TODAY
    assert posting.ends_on == TODAY + timedelta(days=29)
    assert balance(firm) == 1
    assert [one.number for one in published.live(TODAY)] == [number]
    assert len(number) == 9


def test_a_form_sent_twice_publishes_once_and_is_answered_alike() -> None:
    firm = company(granted=2)
    who, asked = employer(firm), added(firm)
    assert {postings.publish(who, asked) for _ in range(2)} == {PostingState.LIVE}
    assert balance(firm) == 1


def test_nothing_is_published_without_a_credit() -> None:
    firm = company()
    asked = added(firm)
    with pytest.raises(NoCredit):
        postings.publish(employer(firm), asked)
    assert held(firm, asked.number).state is PostingState.DRAFT


def test_a_first_day_ahead_is_kept_and_the_posting_shown_from_then_on() -> None:
    firm = company(granted=1)
    first = TODAY + timedelta(days=5)
    number = live(firm, starts_on=first)
    assert published.live(TODAY) == []
    assert [one.number for one in published.live(first)] == [number]
    assert held(firm, number).ends_on == first + timedelta(days=29)


@pytest.mark.parametrize(("days", "cost"), [(1, 1), (30, 1), (31, 2), (60, 2), (61, 3)])
def test_each_started_thirty_days_of_an_extension_cost_one_credit(days: int, cost: int) -> None:
    firm = company(granted=9)
    number = live(firm)
    ends_on = TODAY + timedelta(days=29 + days)
    extension = ExtensionDraft(version=2, ends_on=ends_on)
    assert postings.extend(employer(firm), number, extension) == cost
    assert held(firm, number).ends_on == ends_on
    assert balance(firm) == 8 - cost


def test_an_extension_needs_credits_and_a_later_day() -> None:
    firm = company(granted=1)
    number = live(firm)
    later = ExtensionDraft(version=2, ends_on=TODAY + timedelta(days=40))
    with pytest.raises(NoCredit):
        postings.extend(employer(firm), number, later)
    for day in (TODAY + timedelta(days=29), TODAY + timedelta(days=JOBS.longest_days + 1)):
        with pytest.raises(Invalid):
            postings.extend(employer(firm), number, ExtensionDraft(version=2, ends_on=day))
    assert held(firm, number).version == 2


def test_what_has_ended_is_live_again_when_extended() -> None:
    firm = company(granted=2)
    number = live(firm)
    after = TODAY + timedelta(days=40)
    assert moderation.end(of("clock", today=after)) == 1
    assert moderation.end(of("clock", today=after)) == 0
    assert held(firm, number).state is PostingState.ENDED
    assert [one.number for one in published.over(after, JOBS)] == [number]
    assert published.over(TODAY + timedelta(days=60), JOBS) == []
    extension = ExtensionDraft(version=3, ends_on=after + timedelta(days=29))
    assert postings.extend(employer(firm, today=after), number, extension) == 1
    assert [one.number for one in published.live(after)] == [number]


def test_a_posting_past_its_last_day_is_over_before_the_clock_comes_by() -> None:
    firm = company(granted=1)
    number = live(firm)
    after = TODAY + timedelta(days=30)
    assert published.live(after) == []
    assert [one.number for one in published.over(after, JOBS)] == [number]
    with pytest.raises(WrongState):
        postings.pause(employer(firm, today=after), seen(firm, number))


def test_an_edit_of_a_live_posting_keeps_what_was_shown_and_one_of_a_draft_nothing() -> None:
    firm = company(granted=1)
    asked = added(firm)
    postings.edit(employer(firm), asked.number, edited(1, title="Survey Technician"))
    postings.publish(employer(firm), seen(firm, asked.number))
    postings.edit(employer(firm), asked.number, edited(3, title="Senior Survey Technician"))
    (past,) = postings.history(employer(firm), asked.number)
    assert past.terms.title == "Survey Technician"
    assert held(firm, asked.number).terms.title == "Senior Survey Technician"
    with pytest.raises(Conflict):
        postings.edit(employer(firm), asked.number, edited(3, title="Another"))


def test_pause_resume_and_close() -> None:
    firm = company(granted=1)
    number = live(firm)
    postings.pause(employer(firm), seen(firm, number))
    assert published.live(TODAY) == []
    postings.resume(employer(firm), seen(firm, number))
    assert [one.number for one in published.live(TODAY)] == [number]
    postings.close(employer(firm), seen(firm, number))
    assert [one.number for one in published.over(TODAY, JOBS)] == [number]
    for act in (postings.pause, postings.resume, postings.close, postings.publish):
        with pytest.raises(WrongState):
            act(employer(firm), seen(firm, number))
    copied = postings.copy(employer(firm), number)
    assert held(firm, copied).terms == held(firm, number).terms
    postings.remove(employer(firm), seen(firm, copied))
    with pytest.raises(NotFound):
        postings.find(employer(firm), copied)


def test_where_staff_approve_the_days_begin_with_their_yes() -> None:
    firm = company(granted=1)
    asked = added(firm)
    assert postings.publish(employer(firm, approval=True), asked) is PostingState.AWAITING
    assert balance(firm) == 0
    assert [one.number for one in moderation.awaiting()] == [asked.number]
    later = TODAY + timedelta(days=3)
    moderation.approve(of("staff", today=later), seen(firm, asked.number))
    assert held(firm, asked.number).starts_on == later
    assert held(firm, asked.number).ends_on == later + timedelta(days=29)
    assert [row.recipient for row in mails("jobs_posting_approved")] == [f"{OWNER}@acme.example"]


def test_a_refused_posting_is_a_draft_again_and_its_credit_is_back() -> None:
    firm = company(granted=1)
    asked = added(firm)
    postings.publish(employer(firm, approval=True), asked)
    refusal = RefusalDraft(version=2, words="Say what it pays.")
    doing = of("staff")
    for _ in range(2):
        moderation.refuse(doing, asked.number, refusal)
    assert balance(firm) == 1
    posting = held(firm, asked.number)
    assert (posting.state, posting.words, posting.spent) == (
        PostingState.DRAFT,
        "Say what it pays.",
        0,
    )
    postings.publish(employer(firm), seen(firm, asked.number))


def test_where_staff_approve_a_change_of_what_runs_waits_for_them_and_costs_nothing() -> None:
    firm = company(granted=1)
    asked = added(firm)
    postings.publish(employer(firm, approval=True), asked)
    moderation.approve(of("staff"), seen(firm, asked.number))
    was = held(firm, asked.number)
    postings.edit(
        employer(firm, approval=True), asked.number, edited(was.version)
    )  # nothing new is said
    assert held(firm, asked.number).state is PostingState.LIVE
    postings.edit(
        employer(firm, approval=True), asked.number, edited(was.version + 1, title="Easy money")
    )
    assert [one.number for one in moderation.awaiting()] == [asked.number]
    assert published.live(TODAY) == published.over(TODAY, JOBS) == []
    refusal = RefusalDraft(version=was.version + 2, words="It is another job.")
    moderation.refuse(of("staff"), asked.number, refusal)
    assert balance(firm) == 0
    with pytest.raises(WrongState):
        postings.remove(employer(firm, approval=True), seen(firm, asked.number))
    postings.edit(
        employer(firm, approval=True), asked.number, edited(was.version + 3, title="Surveyor")
    )
    postings.publish(employer(firm, approval=True), seen(firm, asked.number))
    moderation.approve(of("staff", today=TODAY + timedelta(days=5)), seen(firm, asked.number))
    now = held(firm, asked.number)
    assert (now.state, now.terms.title) == (PostingState.LIVE, "Surveyor")
    assert (now.starts_on, now.ends_on, now.spent) == (was.starts_on, was.ends_on, 1)


def test_a_change_that_waits_past_the_last_day_gives_no_day_for_nothing() -> None:
    firm = company(granted=2)
    asked = added(firm)
    postings.publish(employer(firm, approval=True), asked)
    moderation.approve(of("staff"), seen(firm, asked.number))
    version = held(firm, asked.number).version
    postings.edit(employer(firm, approval=True), asked.number, edited(version, title="Surveyor"))
    after = TODAY + timedelta(days=40)
    postings.take_in(employer(firm, today=after), seen(firm, asked.number))
    assert balance(firm) == 1
    postings.publish(employer(firm, today=after), seen(firm, asked.number))
    assert balance(firm) == 0
    assert held(firm, asked.number).ends_on == after + timedelta(days=29)
    assert [one.number for one in published.live(after)] == [asked.number]


def test_what_waits_for_staff_can_be_taken_back_with_its_credit() -> None:
    firm = company(granted=1)
    asked = added(firm)
    postings.publish(employer(firm, approval=True), asked)
    with pytest.raises(WrongState):
        postings.edit(employer(firm), asked.number, edited(2))
    postings.take_in(employer(firm), seen(firm, asked.number))
    posting = held(firm, asked.number)
    assert (posting.state, posting.spent, balance(firm)) == (PostingState.DRAFT, 0, 1)
    assert moderation.awaiting() == []
    postings.publish(employer(firm), seen(firm, asked.number))


def test_staff_take_a_posting_down_with_words() -> None:
    firm = company(granted=1)
    number = live(firm)
    moderation.take_down(of("staff"), number, RefusalDraft(version=2, words="It is no job."))
    assert held(firm, number).state is PostingState.CLOSED
    assert len(mails("jobs_posting_taken_down")) == 1
    assert published.over(TODAY, JOBS) == [], "its page goes, and doesn't say what it was"
    again = RefusalDraft(version=3, words="It is no job.")
    with pytest.raises(WrongState):
        moderation.take_down(of("staff"), number, again)


def test_staff_take_down_what_has_ended_and_still_has_a_page() -> None:
    firm = company(granted=1)
    number = live(firm)
    after = TODAY + timedelta(days=31)
    moderation.end(of("clock", today=after))
    assert [one.number for one in published.over(after, JOBS)] == [number]
    words = RefusalDraft(version=3, words="It asks applicants for money.")
    moderation.take_down(of("staff", today=after), number, words)
    assert published.over(after, JOBS) == []
    later = ExtensionDraft(version=4, ends_on=after + timedelta(days=10))
    with pytest.raises(Refused):
        postings.extend(employer(firm, today=after), number, later)


@pytest.mark.parametrize("close", [True, False], ids=["closed", "ended"])
def test_what_was_paused_when_it_ended_doesnt_come_back_to_say_so(*, close: bool) -> None:
    firm = company(granted=2)
    number = live(firm)
    postings.pause(employer(firm), seen(firm, number))
    after = TODAY + timedelta(days=30)
    if close:
        postings.close(employer(firm), seen(firm, number))
    else:
        assert published.over(after, JOBS) == []
        assert moderation.end(of("clock", today=after)) == 1
    assert published.over(after, JOBS) == []
    if not close:
        more = ExtensionDraft(version=4, ends_on=after + timedelta(days=20))
        postings.extend(employer(firm, today=after), number, more)
        assert [one.number for one in published.live(after)] == [number]
        assert not held(firm, number).hidden


def test_another_companys_posting_is_not_there() -> None:
    firm = company(granted=1)
    other = company("rival")
    number = live(firm)
    for read in (postings.find, postings.history):
        with pytest.raises(NotFound):
            read(employer(other, "rival"), number)
    for act in (postings.publish, postings.pause, postings.close, postings.remove):
        with pytest.raises(NotFound):
            act(employer(other, "rival"), PostingVersion(number, 2))


def test_a_recruiter_for_one_client_sees_nothing_of_another() -> None:
    firm = company(third_party=True, granted=2)
    one, two = (clients.add(employer(firm), ClientDraft(name=name)) for name in ("Pipe", "Road"))
    poster = UserDraft(email="p@acme.example", role=UserRole.POSTER, clients=(one,))
    companies.set_user(employer(firm), "poster", poster)
    number = live(firm, client=two)
    with pytest.raises(NotFound):
        postings.find(employer(firm, "poster"), number)
    assert postings.listed(employer(firm, "poster")) == []
    for client in ("", two, "unknown"):
        with pytest.raises(Invalid):
            postings.add(employer(firm, "poster"), draft(client=client))
    own = added(firm, "poster", client=one)
    postings.publish(employer(firm, "poster"), own)
    (job,) = published.public_jobs(
        [held(firm, own.number)], POLICY, TODAY, permit_of=lambda number: number
    )
    assert (job.employer, job.posted_by) == ("Pipe", "Acme Geomatics")


def test_a_user_who_was_removed_meanwhile_writes_nothing() -> None:
    firm = company(granted=1)
    poster = UserDraft(email="p@acme.example", role=UserRole.POSTER)
    companies.set_user(employer(firm), "poster", poster)
    who, asked = employer(firm, "poster"), added(firm)
    companies.remove_user(employer(firm), "poster")
    with pytest.raises(Conflict):
        postings.publish(who, asked)
    assert balance(firm) == 1
    assert companies.of_account("poster") == []


def test_the_last_owner_stays_and_a_poster_changes_no_rights() -> None:
    firm = company()
    with pytest.raises(Refused):
        companies.remove_user(employer(firm), OWNER)
    demoted = UserDraft(email="o@acme.example", role=UserRole.POSTER)
    with pytest.raises(Refused):
        companies.set_user(employer(firm), OWNER, demoted)
    poster = UserDraft(email="p@acme.example", role=UserRole.POSTER)
    companies.set_user(employer(firm), "poster", poster)
    with pytest.raises(NotAllowed):
        companies.set_user(employer(firm, "poster"), "poster", poster)


def test_two_owners_cannot_remove_each_other() -> None:
    firm = company()
    second = UserDraft(email="s@acme.example", role=UserRole.OWNER)
    companies.set_user(employer(firm), "second", second)
    acting = [(employer(firm), "second"), (employer(firm, "second"), OWNER)]

    def remove(pair: Any) -> bool:
        try:
            companies.remove_user(*pair)
        except (Conflict, Refused, NotAllowed, NotFound):
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(remove, acting)) == 1
    assert store.user(firm, OWNER) or store.user(firm, "second")


def test_a_place_that_staff_add_can_be_chosen() -> None:
    firm = company()
    with pytest.raises(Invalid):
        postings.add(employer(firm), draft(place="vegreville"))
    slug = places.add(of("staff"), PlaceDraft(name="Vegreville", province="AB"))
    assert slug == "vegreville"
    added(firm, place=slug)
    places.set_active(of("staff"), slug, active=False)
    with pytest.raises(Invalid):
        postings.add(employer(firm), draft(place="vegreville"))
    with pytest.raises(Invalid):
        places.add(of("staff"), PlaceDraft(name="Calgary", province="AB"))


def test_no_place_takes_the_address_of_the_jobs_done_from_home() -> None:
    with pytest.raises(Invalid):
        places.add(of("staff"), PlaceDraft(name="From home", province="AB"))


def test_views_by_sixteen_at_once_are_all_counted() -> None:
    firm = company(granted=1)
    posting = held(firm, live(firm))
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda _: figures.view(posting, TODAY), range(160)))
    figures.view(posting, TODAY + timedelta(days=1))
    assert figures.totals(posting.number) == (161, 0)
    days = figures.of(posting.number, TODAY, TODAY + timedelta(days=2))
    assert [one.views for one in days] == [160, 1, 0]


def test_the_preview_of_a_draft_is_what_will_be_public() -> None:
    firm = company(granted=1)
    asked = added(firm)
    around = published.surroundings(held(firm, asked.number), POLICY, lambda number: number)
    assert around is not None
    assert public.from_posting(held(firm, asked.number), around, TODAY) is None
    before = public.preview(held(firm, asked.number), around, TODAY)
    postings.publish(employer(firm), asked)
    assert public.from_posting(held(firm, asked.number), around, TODAY) == before
    assert before.state is PublicState.LIVE
