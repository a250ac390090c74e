"""An import under approval is one proposal of many records: approved once, entered part by part."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from signet.errors import Conflict, NotAllowed, Refused
from signet.proposals import actions, entering, many, parts
from signet.proposals.many import Import
from signet.proposals.model import NewProposal, Proposal, ProposalContext, State, Wanted, hash_of
from signet.proposals.tables import ProposalRow
from signet.publish.proposed import PageComparison, Together
from signet.register import actions as register
from signet.register import store as records
from signet.transactions import audit
from signet.transactions.tables import OutboxRow
from tests.entries import POLICY, day
from tests.proposal_office import (
    MEMBER,
    TODAY,
    entered,
    entries_of,
    issue,
    join,
    officer,
    person,
    proposal_tables,
    proposing,
    second,
    shell,
)

__all__ = ["proposal_tables", "proposing", "shell"]
pytestmark = pytest.mark.usefixtures("proposing")
NEW = [f"10010{at}" for at in range(5)]


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(many, "MOST_RECORDS", 2)


def newcomer(number: str, *more: register.Proposal) -> Wanted:
    data = {"family": "Roy", "given": number, "city": "Olds"}
    return Wanted("member", number, [register.Proposal("registered", data, TODAY), *more])


def practising(number: str) -> Wanted:
    return newcomer(
        number,
        register.Proposal("designation_granted", {"designation": "P.Tech.(Eng.)"}, TODAY),
        register.Proposal(
            "scope_granted",
            {"designation": "P.Tech.(Eng.)", "discipline": "Civil", "activities": ["Design"]},
            TODAY,
        ),
    )


def permit(number: str, member: str) -> Wanted:
    issued = {"legal_name": "Roy Ltd.", "fields": ["Civil"]}
    return Wanted(
        "permit",
        number,
        [
            register.Proposal("issued", issued, TODAY),
            register.Proposal("responsible_member_added", {"member": member}, TODAY),
        ],
    )


def imported(wanted: Sequence[Wanted], by: ProposalContext | None = None) -> Proposal:
    """Propose an import; gives the proposal as it is now."""
    new = NewProposal(wanted, "Import", "command-line", evidence="Import of a.csv")
    new = new._replace(source=many.source_of(new))
    asked = Import(
        new, {"members": TODAY}, lambda held: PageComparison(POLICY, TODAY, Together(held))
    )
    return actions.get(many.propose(by or officer(), asked))


def moved(number: str = MEMBER, city: str = "Leduc") -> Wanted:
    return Wanted("member", number, [register.Proposal("moved", {"city": city}, TODAY)])


def approved(proposal: Proposal) -> Proposal:
    actions.approve(second(), proposal.id, proposal.head.hash)
    return actions.get(proposal.id)


def fallen(proposal: Proposal) -> dict[str, str]:
    content = proposal.opened()
    assert content.many
    return {one.record: one.why for one in entering.progress(proposal, content.many).fell_out}


def test_one_approval_is_of_all_records_and_enters_nothing_by_itself() -> None:
    proposal = imported([moved(), *map(newcomer, NEW)])
    held = proposal.opened().many
    assert held
    assert (held.records, held.new, len(held.parts)) == (6, 5, 3)
    assert held.kinds == {"member registered": 5, "member moved": 1}
    after = approved(proposal)
    assert after.state is State.APPROVED
    assert not entries_of(NEW[0])
    assert entering.continue_entering(officer("scheduler"), proposal.id)
    assert actions.get(proposal.id).state is State.ENTERED
    assert [len(entries_of(number)) for number in NEW] == [1] * 5
    assert entries_of(NEW[0])[0].entered_by == "officer-a, approved by officer-b"
    assert records.taken()["members"] == TODAY


def test_it_is_carried_on_a_portion_at_a_time_and_the_rows_say_how_far() -> None:
    proposal = approved(imported(list(map(newcomer, NEW))))
    content = proposal.opened()
    assert content.many
    assert not entering.continue_entering(officer("scheduler"), proposal.id, 1)
    held = entering.progress(actions.get(proposal.id), content.many)
    assert (held.parts, held.done, held.entered) == (3, 1, 2)
    assert [bool(entries_of(number)) for number in NEW] == [True, True, False, False, False]
    assert entering.continue_entering(officer("scheduler"), proposal.id, 2, writers=2)
    assert entering.continue_entering(officer("scheduler"), proposal.id), "again changes nothing"
    assert [len(entries_of(number)) for number in NEW] == [1] * 5
    assert dict(actions.get(proposal.id).head.outcome.counts) == {"entered": 5, "fell out": 0}  # type: ignore[union-attr]


def test_records_that_moved_fall_out_and_are_told_by_number() -> None:
    proposal = imported([moved(), *map(newcomer, NEW[:2])])
    entered("moved", {"city": "Banff"})
    join(NEW[0])
    entering.continue_entering(officer("scheduler"), approved(proposal).id)
    done = actions.get(proposal.id)
    assert set(fallen(done)) == {f"member#{MEMBER}", f"member#{NEW[0]}"}
    assert entries_of()[-1].data["city"] == "Banff"
    assert len(entries_of(NEW[1])) == 1


def test_a_record_that_the_rules_forbid_by_now_falls_out_with_the_rule() -> None:
    number = issue()
    answers = Wanted(
        "permit",
        number,
        [register.Proposal("responsible_member_added", {"member": MEMBER}, TODAY)],
    )
    proposal = imported([answers, newcomer(NEW[0])])
    entered("status_changed", {"status": "suspended", "reason": "fees"})
    entering.continue_entering(officer("scheduler"), approved(proposal).id)
    assert "PER-3" in fallen(actions.get(proposal.id))[f"permit#{number}"]
    assert entries_of(NEW[0])


def test_a_permit_may_name_a_member_of_the_same_import() -> None:
    proposal = imported([permit("P-77", NEW[0]), practising(NEW[0])])
    content = proposal.opened()
    assert content.many
    assert content.many.member_parts == 1
    (shown,) = parts.get(proposal.id, content.many, 2).records
    (page,) = shown.pages
    assert any(NEW[0] in line.after for line in page.lines)
    entering.continue_entering(officer("scheduler"), approved(proposal).id)
    assert not fallen(actions.get(proposal.id))
    assert len(entries_of("P-77", "permit")) == 2


def test_what_a_rule_forbids_is_refused_whole_and_told_by_number() -> None:
    with pytest.raises(Refused, match=r"P-77.*PER-3"):
        imported([permit("P-77", "100999"), newcomer(NEW[0])])
    assert not actions.list_proposals("open")


def test_the_past_of_a_new_record_is_taken_as_it_happened_and_told() -> None:
    struck = register.Proposal("status_changed", {"status": "struck_off", "reason": "fees"}, TODAY)
    proposal = imported([newcomer(NEW[0], struck)])
    content = proposal.opened()
    assert content.many
    assert content.many.history == {"STA-2": 1}
    assert "STA-2" in parts.get(proposal.id, content.many, 1).records[0].history["STA-2"]
    entering.continue_entering(officer("scheduler"), approved(proposal).id)
    assert len(entries_of(NEW[0])) == 2


def test_parts_that_were_tampered_with_are_never_entered() -> None:
    proposal = approved(imported(list(map(newcomer, NEW[:2]))))
    row = ProposalRow.get(proposal.id, "part#00001")
    row.body = row.body.replace("Olds", "Elsewhere")
    row.save()
    with pytest.raises(Refused, match="isn’t what was proposed"):
        entering.continue_entering(officer("scheduler"), proposal.id)
    assert not entries_of(NEW[0])


def test_the_hash_covers_every_part() -> None:
    first = imported(list(map(newcomer, NEW[:3])))
    assert hash_of(first.content) == first.head.hash
    content = first.opened()
    assert content.many
    bodies = [ProposalRow.get(first.id, f"part#0000{at}").body for at in (1, 2)]
    assert content.many.parts == tuple(map(hash_of, bodies))
    with pytest.raises(Conflict):
        actions.approve(second(), first.id, "0" * 64)


@pytest.mark.parametrize("concerned", [NEW[0], MEMBER])
def test_whom_it_concerns_neither_proposes_nor_approves_it(concerned: str) -> None:
    wanted = [practising(NEW[0]), permit("P-77", MEMBER)]
    with pytest.raises(NotAllowed):
        imported(wanted, officer(member=concerned))
    proposal = imported(wanted)
    for act in (
        lambda: actions.approve(second(member=concerned), proposal.id, proposal.head.hash),
        lambda: actions.refuse(second(member=concerned), proposal.id, "No"),
    ):
        with pytest.raises(NotAllowed):
            act()
    with pytest.raises(NotAllowed):
        actions.approve(second("officer-a"), proposal.id, proposal.head.hash)


def test_it_is_refused_or_withdrawn_before_and_not_once_it_is_approved() -> None:
    refused = imported([newcomer(NEW[0])])
    actions.refuse(second(), refused.id, "Another file is meant")
    assert entering.continue_entering(officer("scheduler"), refused.id) is False
    assert not entries_of(NEW[0])
    one = approved(imported([newcomer(NEW[1])]))
    tried: list[Callable[[], object]] = [
        lambda: actions.refuse(second("officer-c"), one.id, "No"),
        lambda: actions.withdraw(officer(), one.id),
        lambda: actions.approve(second("officer-c"), one.id, one.head.hash),
    ]
    for act in tried:
        with pytest.raises(Refused, match="approved"):
            act()


def test_the_proposer_is_told_when_it_is_wholly_entered_and_the_log_says_what_was() -> None:
    ana = person(email="ana@example.com")
    proposal = approved(imported(list(map(newcomer, NEW[:3])), officer(ana.account)))
    assert not [one for one in OutboxRow.scan() if one.template == "proposal_approved"]
    entering.continue_entering(officer("scheduler"), proposal.id)
    (mail,) = [one for one in OutboxRow.scan() if one.template == "proposal_approved"]
    assert mail.recipient == "ana@example.com"
    lines = audit.of_subject(actions.subject_of(proposal.id))
    assert sorted(line.what for line in lines) == [
        "proposal-approved",
        "proposal-entered",
        "proposal-part-entered",
        "proposal-part-entered",
        "proposal-proposed",
    ]


def test_an_import_waits_once_however_often_it_is_proposed() -> None:
    proposal = imported([newcomer(NEW[0])])
    source = proposal.head.source
    assert many.waiting(source) == proposal.id
    before = many.operation_of("ana", source)
    actions.refuse(second(), proposal.id, "Not yet")
    assert not many.waiting(source)
    assert many.operation_of("ana", source) == before, "closed or not, it was proposed once"
    assert many.operation_of("ana", "command-line#other") != before


def test_only_what_is_proposed_and_none_of_its_day_is_what_makes_its_source() -> None:
    def one(on: str) -> str:
        entry = register.Proposal("moved", {"city": "Olds"}, day(on))
        return many.source_of(
            NewProposal([Wanted("member", MEMBER, [entry])], "Import", "command-line")
        )

    assert one("2040-11-01") == one("2040-11-01") != one("2040-11-02")
