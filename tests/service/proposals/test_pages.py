"""An approver sees what each public page will say, before and after."""

from __future__ import annotations

from dataclasses import replace

import pytest

from signet.proposals import actions
from signet.proposals.model import Line, NewProposal, PageDifference, Wanted
from signet.publish.proposed import PageComparison
from signet.register import actions as register
from tests.entries import POLICY
from tests.proposal_office import (
    MEMBER,
    TODAY,
    entered,
    issue,
    join,
    new,
    officer,
    proposal_tables,
    proposing,
    shell,
    suspension,
)

__all__ = ["proposal_tables", "proposing", "shell"]
pytestmark = pytest.mark.usefixtures("proposing")


def pages(proposal: NewProposal) -> list[PageDifference]:
    by = replace(officer(), difference=PageComparison(POLICY, TODAY))
    found = actions.get(actions.propose(by, proposal)).opened()
    return [page for record in found.records for page in record.pages]


def standing(page: PageDifference) -> Line:
    return next(line for line in page.lines if line.what == "Standing")


def test_a_suspension_shows_the_verdict_before_and_after_and_the_line_of_history() -> None:
    (page,) = pages(new())
    assert page.name == "Ana Lee"
    said = standing(page)
    assert said.before.startswith("Permitted to practise since")
    assert said.after.startswith("Not permitted to practise since 24 November 2040")
    history = [line for line in page.lines if line.what == "History"]
    assert [line.before for line in history] == [""]
    assert "Suspended" in history[0].after


def test_suspending_the_only_responsible_member_shows_on_the_permits_page_too() -> None:
    issue("P-1001", MEMBER)
    issue("P-1002", join("100009"))
    member, permit = pages(new())
    assert (permit.subject, permit.number, permit.name) == ("permit", "P-1001", "Lee Ltd.")
    assert standing(permit).before.startswith("In force since")
    assert "without a responsible member" in standing(permit).after
    assert member.number == MEMBER


def test_what_changes_nothing_in_public_says_so() -> None:
    secret = register.Proposal(
        "decision_recorded",
        {"decision": "D-1", "title": "Reprimand", "decided_on": "2040-11-01"},
        TODAY,
    )
    (page,) = pages(new(secret))
    assert not page.lines


def test_a_condition_that_is_not_published_shows_its_fact_and_never_its_text() -> None:
    private = {"condition": "C1", "text": "Weekly tests at the clinic", "published": False}
    (page,) = pages(new(register.Proposal("condition_imposed", private, TODAY)))
    said = " ".join(line.after for line in page.lines)
    assert "Not published" in said
    assert "clinic" not in said


def test_taking_back_shows_the_line_that_goes() -> None:
    (wrong,) = entered("status_changed", {"status": "suspended", "reason": "fees"})
    back = actions.voiding("member", MEMBER, [wrong.id])
    (page,) = pages(new(*back))
    assert standing(page).after.startswith("Permitted to practise")


def test_a_permits_own_change_shows_on_its_page() -> None:
    issue("P-1001", MEMBER)
    renamed = register.Proposal("renamed", {"legal_name": "Lee and Daughters Ltd."}, TODAY)
    (page,) = pages(new(records=[Wanted("permit", "P-1001", [renamed])]))
    names = [(line.before, line.after) for line in page.lines if line.what == "Name"]
    assert names == [("Lee Ltd.", "Lee and Daughters Ltd.")]


def test_what_takes_effect_later_is_shown_as_it_will_be() -> None:
    later = TODAY.replace(year=2041)
    (page,) = pages(new(suspension(later)))
    assert "24 November 2041" in standing(page).after
