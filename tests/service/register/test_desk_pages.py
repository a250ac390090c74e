"""The register desk on the web: what an officer sees, approves, refuses, reviews and takes back."""

from __future__ import annotations

import re
import secrets
from dataclasses import replace
from typing import Any

import pytest

from lambdas import home
from lambdas.register import work
from lambdas.register.desk.function import app
from lambdas.register.recusals import recusals
from signet.accounts.model import Role
from signet.cpd import conflicts
from signet.proposals import actions, alone, many, store
from signet.proposals.many import Import
from signet.proposals.model import NewProposal, Proposal, ProposalContext, State, Wanted
from signet.publish.proposed import PageComparison, Together
from signet.register import actions as register
from signet.transactions import audit
from signet.transactions.commit import Operation, commit
from signet.transactions.tables import OutboxRow
from tests.complaint_desk import FAR
from tests.entries import POLICY
from tests.events import Answered, ask, get, post
from tests.people import Person
from tests.proposal_office import (
    MEMBER,
    NOW,
    OTHER,
    TODAY,
    entered,
    entries_of,
    join,
    new,
    officer,
    person,
    proposal_tables,
    proposing,
    shell,
    status_of,
)

__all__ = ["proposal_tables", "proposing", "shell"]
pytestmark = pytest.mark.usefixtures("proposing")
DESK = "/services/register/"
RECORD = f"{DESK}records/member/{MEMBER}/"


@pytest.fixture(autouse=True)
def _noon(monkeypatch: pytest.MonkeyPatch) -> None:
    for one in (app, home.app):
        monkeypatch.setattr(one, "clock", lambda: NOW)


def signed(*roles: Role, email: str = "ben@example.com", member: str | None = None) -> Person:
    return person(*(roles or (Role.REGISTER_OFFICER,)), email=email, member=member, now=FAR)


def acting(who: Person) -> ProposalContext:
    compare = PageComparison(POLICY, TODAY)
    return replace(officer(who.account), difference=compare)


def page(who: Person, target: str) -> Answered:
    return ask(app, get(target, session=who.token))


def send(who: Person, target: str, form: Any = None, act: str = "") -> Answered:
    return ask(app, post(target, form, act=act or secrets.token_hex(16), session=who.token))


def proposed(by: Person, **said: Any) -> Proposal:
    return actions.get(actions.propose(acting(by), new(**said)))


@pytest.fixture
def ana() -> Person:
    return signed(Role.REGISTRAR, email="ana@example.com")


@pytest.fixture
def ben() -> Person:
    return signed()


def hash_in(text: str) -> str:
    found = re.search(r'name="hash" value="([0-9a-f]{64})"', text)
    assert found
    return found[1]


def test_an_approver_sees_whom_why_and_what_the_public_will_see_and_approves_it(
    ana: Person, ben: Person
) -> None:
    proposal = proposed(ana, evidence="Minutes of 2 November")
    listed = page(ben, DESK)
    assert "Ana Lee" in listed.text.partition("Waiting for another officer")[0]
    one = f"{DESK}proposals/{proposal.id}/"
    shown = page(ben, one)
    for told in (
        "Ana Lee",
        "Council, motion 12",
        "Minutes of 2 November",
        "ana@example.com",
        "Permitted to practise since",
        "Not permitted to practise since 24 November 2040",
        "Suspended",
    ):
        assert told in shown.text, told
    assert send(ben, f"{one}approve", {"hash": hash_in(shown.text)}).location.endswith("approved")
    assert status_of() == "suspended"
    assert [line.what for line in audit.of_subject(f"proposal#{proposal.id}")].count(
        "proposal-seen"
    ) == 1


def test_who_proposed_sees_no_button_to_approve_and_can_withdraw(ana: Person, ben: Person) -> None:
    proposal = proposed(ana)
    one = f"{DESK}proposals/{proposal.id}/"
    shown = page(ana, one).text
    assert "Approve and enter" not in shown
    assert "ben@example.com" in shown, "who can approve it"
    assert send(ana, f"{one}approve", {"hash": proposal.head.hash}).status == 403
    assert send(ben, f"{one}withdraw").status == 403
    assert send(ana, f"{one}withdraw").status == 303
    assert actions.get(proposal.id).state is State.WITHDRAWN


def test_two_tabs_and_a_repeated_post_enter_once(ana: Person, ben: Person) -> None:
    proposal = proposed(ana)
    one = f"{DESK}proposals/{proposal.id}/approve"
    form, act = {"hash": proposal.head.hash}, secrets.token_hex(16)
    first, again = (send(ben, one, form, act).status for _ in range(2))
    other_tab = send(ben, one, form)
    assert (first, again, other_tab.status) == (303, 303, 409)
    assert "nothing more can be done" in other_tab.text
    assert len([entry for entry in entries_of() if entry.kind == "status_changed"]) == 1


def test_a_refusal_needs_its_reason_and_the_proposer_reads_it(ana: Person, ben: Person) -> None:
    proposal = proposed(ana)
    one = f"{DESK}proposals/{proposal.id}/"
    empty = send(ben, f"{one}refuse/", {"reason": " "})
    assert empty.status == 422
    assert send(ben, f"{one}refuse/", {"reason": "Another Ana Lee is meant"}).status == 303
    assert "Another Ana Lee is meant" in page(ana, one).text
    assert status_of() == "registered"


def test_whom_it_is_about_never_sees_it_nor_their_own_record(ana: Person) -> None:
    proposal = proposed(ana)
    respondent = signed(email="lee@example.com", member=MEMBER)
    assert proposal.id not in page(respondent, DESK).text
    assert page(respondent, f"{DESK}proposals/{proposal.id}/").status == 404
    assert page(respondent, RECORD).status == 403
    form = {"reason": "I am right"}
    assert send(respondent, f"{DESK}proposals/{proposal.id}/refuse/", form).status in (403, 404)


def test_an_outdated_proposal_says_so_and_is_proposed_again(ana: Person, ben: Person) -> None:
    proposal = proposed(ana)
    entered("moved", {"city": "Olds"})
    assert "Out of date" in page(ben, DESK).text
    one = f"{DESK}proposals/{proposal.id}/"
    shown = page(ben, one).text
    assert "Approve and enter" not in shown
    told = send(ben, f"{one}approve", {"hash": proposal.head.hash})
    assert told.status == 409
    assert "changed since this was proposed" in told.text
    again = send(ben, f"{one}again")
    assert again.status == 303
    made = again.location.split("/")[-2]
    send(ana, f"{DESK}proposals/{made}/approve", {"hash": actions.get(made).head.hash})
    assert status_of() == "suspended"


def test_an_emergency_is_entered_at_once_listed_and_reviewed_by_another(
    ana: Person, ben: Person
) -> None:
    form = {
        "reason": "discipline",
        "effective_on": TODAY.isoformat(),
        "authority": "Registrar, G 46",
        "emergency": "yes",
        "do": "propose",
    }
    missing = send(ana, f"{RECORD}enter/suspension/", form)
    assert missing.status == 422
    assert status_of() == "registered"
    done = send(ana, f"{RECORD}enter/suspension/", form | {"why": "A collapse on site"})
    assert done.status == 303
    assert status_of() == "suspended"
    listed = page(ben, DESK).text
    assert "A collapse on site" in listed
    assert "Status: suspended" in listed
    (waiting,) = store.list_proposals(store.REVIEW)
    one = f"{DESK}proposals/{waiting.id}/"
    assert send(ana, f"{one}review/", {"remark": "Mine"}).status == 403
    assert send(ben, f"{one}review/", {"remark": "The site report is there"}).status == 303
    assert "The site report is there" in page(ana, one).text


def test_an_entry_is_taken_back_on_the_web(ana: Person, ben: Person) -> None:
    (wrong,) = entered("status_changed", {"status": "suspended", "reason": "fees"})
    record = page(ana, RECORD).text
    assert f"take-back/?entry={wrong.id}" in record
    asked = page(ana, f"{RECORD}take-back/?entry={wrong.id}").text
    assert re.search(rf'value="{wrong.id}" checked', asked)
    form = {"entries": wrong.id, "authority": "Registrar", "reason": "Another Ana Lee"}
    done = send(ana, f"{RECORD}take-back/", form)
    made = done.location.split("/")[-2]
    assert status_of() == "suspended"
    send(ben, f"{DESK}proposals/{made}/approve", {"hash": actions.get(made).head.hash})
    assert status_of() == "registered"
    assert "Corrected by a later entry" in page(ana, RECORD).text


def test_a_record_is_found_by_its_number_and_an_unknown_number_says_so(ana: Person) -> None:
    assert page(ana, f"{DESK}find?number={MEMBER}").location == RECORD
    unknown = page(ana, f"{DESK}find?number=999999")
    assert "No record has this number" in page(ana, unknown.location).text


def test_what_is_sealed_is_only_counted_here(ana: Person, ben: Person) -> None:
    join(OTHER)
    ready = actions.prepare(
        acting(ana), "a" * 32, new(number=OTHER, source="complaint#x", sealed=True)
    )
    for change in ready.changes:
        change.row.save()
    text = page(ben, DESK).text
    assert "1 entry from complaints waits" in text
    assert OTHER not in text
    assert page(ben, f"{DESK}proposals/{ready.id}/").status == 404


def test_the_index_of_services_says_how_many_wait(ana: Person, ben: Person) -> None:
    assert "waiting." not in ask(home.app, get("/services/", session=ben.token)).text
    proposed(ana)
    alone.enter_alone(
        officer("command-line: root"),
        new(register.Proposal("moved", {"city": "Olds"}, TODAY), source="command-line"),
        "One officer today",
    )
    text = ask(home.app, get("/services/", session=ben.token)).text
    assert "1 waiting, 1 to review" in text
    member = signed(Role.CPD_OFFICER, email="cai@example.com")
    assert "1 waiting" not in ask(home.app, get("/services/", session=member.token)).text


def imported(by: Person, records: int, monkeypatch: pytest.MonkeyPatch) -> Proposal:
    """Return an import of one member who moves and of new ones, two records a part."""
    monkeypatch.setattr(many, "MOST_RECORDS", 2)
    wanted = [Wanted("member", MEMBER, [register.Proposal("moved", {"city": "=Olds"}, TODAY)])]
    for at in range(records - 1):
        data = {"family": "Roy", "given": f"Ana {at}"}
        wanted.append(
            Wanted("member", f"20000{at}", [register.Proposal("registered", data, TODAY)])
        )
    new = NewProposal(wanted, "Import", "command-line#a", evidence="Import of a.csv")
    asked = Import(new, {}, lambda held: PageComparison(POLICY, TODAY, Together(held)))
    return actions.get(many.propose(acting(by), asked))


def test_an_import_is_read_a_page_at_a_time_or_whole_and_approved_once(
    ana: Person, ben: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    proposal = imported(ana, 5, monkeypatch)
    assert "5 records" in page(ben, DESK).text
    one = f"{DESK}proposals/{proposal.id}/"
    first, last = page(ben, one).text, page(ben, f"{one}?page=3").text
    for told in ("Registered, members", "Page 1 of 3", "Ana Lee", "200000", "Import of a.csv"):
        assert told in first, told
    assert "200003" not in first
    assert "200003" in last
    assert page(ben, f"{one}?page=4").status == 404
    whole = page(ben, f"{one}records.csv")
    assert all(f"20000{at}" in whole.text for at in range(4))
    assert ",=Olds" not in whole.text
    done = send(ben, f"{one}approve", {"hash": hash_in(last)})
    assert done.location.endswith("saved=approved")
    assert "5 of 5 records entered" in page(ben, one).text
    assert [len(entries_of(f"20000{at}")) for at in range(4)] == [1] * 4


def test_an_approved_import_says_how_far_it_is_and_is_carried_on_by_hand_or_by_the_clock(
    ana: Person, ben: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lambdas.register.desk.many.PARTS_AT_ONCE", 1)
    monkeypatch.setattr(work, "PARTS_A_RUN", 1)
    proposal = imported(ana, 7, monkeypatch)
    entered("moved", {"city": "Banff"})
    one = f"{DESK}proposals/{proposal.id}/"
    shown = page(ben, one).text
    assert "it will be left out" in shown
    assert send(ben, f"{one}carry-on").status == 409, "nobody approved it"
    form, act = {"hash": hash_in(shown)}, secrets.token_hex(16)
    assert send(ben, f"{one}approve", form, act).location.endswith("saved=entering")
    assert "1 of 7 records entered, 1 left out" in page(ana, DESK).text
    assert send(ben, f"{one}approve", form, act).status == 303, "sent again it goes on"
    assert send(ana, f"{one}carry-on").location.endswith("saved=entering")
    work.handler({}, None)
    told = page(ana, one).text
    assert "6 of 7 records entered, 1 left out" in told
    assert f"Member {MEMBER}: it was changed" in told
    assert "Left out: it was changed" in page(ana, f"{one}records.csv").text
    assert actions.get(proposal.id).state is State.ENTERED
    assert entries_of()[-1].data["city"] == "Banff"


def recused(who: Person) -> None:
    """Let an officer be recused from the member's record."""
    recusal = conflicts.Recusal(
        account=who.account, number=MEMBER, by=who.account, on=TODAY, reason="A cousin"
    )
    commit(Operation(secrets.token_hex(16), "test", ""), [conflicts.put(recusal)])


@pytest.mark.parametrize("source", ["register-desk", f"cpd#{MEMBER}#1"])
def test_who_is_recused_from_a_member_s_record_sees_and_is_mailed_nothing_of_its_proposals(
    source: str, ana: Person, ben: Person
) -> None:
    cai = signed(Role.REGISTRAR, email="cai@example.com")
    urgent = actions.get(actions.propose(acting(ana), new(source=source)))
    recused(ben)
    at = f"{DESK}proposals/{urgent.id}/"
    assert urgent.id in page(cai, DESK).text
    assert "cai@example.com" in page(ana, at).text
    assert "ben@example.com" not in page(ana, at).text, "among those who can approve it"
    for path in (DESK, at, f"{at}refuse/"):
        answer = page(ben, path)
        assert urgent.id not in answer.text.replace(path, "")
        assert "Ana Lee" not in answer.text
    assert page(ben, at).status == 404
    for path, form in (("approve", {"hash": urgent.head.hash}), ("refuse/", {"reason": "No"})):
        assert send(ben, f"{at}{path}", form).status in (403, 404)
    assert actions.get(urgent.id).state is State.OPEN
    work.handler({}, None)
    told = [row.recipient for row in OutboxRow.scan()]
    assert "cai@example.com" in told
    assert "ben@example.com" not in told


def test_who_is_recused_is_not_mailed_of_an_emergency_and_doesn_t_review_it(
    ana: Person, ben: Person
) -> None:
    signed(Role.REGISTRAR, email="cai@example.com")
    recused(ben)
    by = acting(ana)
    alone.enter_in_emergency(by, new(), "A collapse on site", recusals)
    assert [row.recipient for row in OutboxRow.scan()] == ["cai@example.com"]
    assert by.operation not in page(ben, DESK).text
    at = f"{DESK}proposals/{by.operation}/review/"
    assert page(ben, at).status == 404
    assert send(ben, at, {"remark": "Fine"}).status == 403
    assert store.list_proposals(store.REVIEW)
