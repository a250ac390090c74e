"""`signet enter` proposes in an officer's name; with --alone it enters at once, for review."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from signet.accounts.model import Role
from signet.cli import proposing
from signet.policy.pack import PACKS, load
from signet.proposals import actions, alone, store
from signet.register import fold
from signet.register.store import taken
from signet.transactions.tables import OutboxRow
from tests.entries import day
from tests.function_ground import ADDRESS_KEY
from tests.office import held, signet, small, told
from tests.people import person
from tests.proposal_office import second

pytestmark = pytest.mark.usefixtures("office")
SUSPENSION = (
    *("enter", "member", "100", "suspension", "--reason", "fees"),
    *("--effective-on", "2026-11-24", "--authority", "Council 7"),
)


@pytest.fixture
def office(tmp_path: Path, empty_tables: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """Create a register, and two officers with accounts."""
    monkeypatch.setenv("SIGNET_ADDRESS_KEY", ADDRESS_KEY)
    assert signet("import", small(tmp_path)) == 0
    proposing.ready()
    person(Role.REGISTRAR, email="ana@office.example")
    person(Role.REGISTER_OFFICER, email="ben@office.example")
    person(Role.CPD_OFFICER, email="cai@office.example")


def status() -> str:
    record = fold.member(held("member", "100"), day("2026-11-24"))
    assert record is not None
    return record.status


def test_it_proposes_and_tells_what_changes_and_who_can_approve(capsys: Any) -> None:
    assert signet(*SUSPENSION, "--by", "ana@office.example", "--evidence", "Minutes") == 0
    said = told(capsys)
    assert "proposed, not yet entered" in said
    assert "Permitted to practise since" in said
    assert "-> Not permitted to practise since 24 November 2026" in said
    assert "by ben@office.example" in said
    assert "cai@office.example" not in said
    assert status() == "registered"
    (mail,) = OutboxRow.scan()
    assert (mail.recipient, mail.template) == ("ana@office.example", "proposal_in_your_name")
    id_ = re.findall(r"proposal ([0-9a-f]{32})", said)[0]
    assert signet("proposals") == 0
    assert f"{id_}  open" in told(capsys)
    assert signet("proposals", id_) == 0
    assert "status_changed on member 100" in told(capsys)
    proposal = actions.get(id_)
    with pytest.raises(Exception, match="You proposed this"):
        actions.approve(second(proposal.head.proposed_by), id_, proposal.head.hash)
    actions.approve(second(), id_, proposal.head.hash)
    assert status() == "suspended"


@pytest.mark.parametrize("by", [(), ("--by", "Ana"), ("--by", "nobody@office.example")], ids=str)
def test_without_an_officer_or_a_reason_nothing_is_entered_and_both_ways_are_told(
    by: tuple[str, ...], capsys: Any
) -> None:
    assert signet(*SUSPENSION, *by) == 2
    said = told(capsys)
    assert "--by EMAIL" in said
    assert "--alone REASON" in said
    assert status() == "registered"


def test_an_account_without_the_role_proposes_nothing(capsys: Any) -> None:
    assert signet(*SUSPENSION, "--by", "cai@office.example") == 2
    assert "registrar or register-officer" in told(capsys)
    assert not store.list_proposals("open")


def test_alone_enters_at_once_and_stays_listed_until_another_reviewed_it(capsys: Any) -> None:
    assert signet(*SUSPENSION, "--by", "ana@office.example", "--alone", "One officer today") == 0
    assert "listed for review" in told(capsys)
    assert status() == "suspended"
    (listed,) = store.list_proposals(store.REVIEW)
    with pytest.raises(Exception, match="You proposed this"):
        alone.review(second(listed.head.proposed_by), listed.id, "Mine")
    assert signet("proposals") == 0
    assert "to review" in told(capsys)
    alone.review(second(), listed.id, "The motion is there")
    assert not store.list_proposals(store.REVIEW)


def test_what_would_end_a_suspension_on_a_later_day_is_voided_with_it(capsys: Any) -> None:
    alone = ("--by", "ana@office.example", "--alone", "One officer today")
    on = (datetime.now(UTC).date() + timedelta(days=30)).isoformat()
    back = ("enter", "member", "100", "reinstatement", "--effective-on", on)
    assert signet(*back, "--authority", "Council 7", *alone) == 0
    later = next(one for one in held("member", "100") if one.kind == "status_changed")
    told(capsys)
    for how in (("--by", "ana@office.example"), alone):
        assert signet(*SUSPENSION, *how) == 2
        said = told(capsys)
        assert f"registered from {on} (entry {later.id})" in said
    assert signet(*SUSPENSION, *alone, "--void", "nothing") == 2
    assert "no entry nothing" in told(capsys)
    assert signet(*SUSPENSION, *alone, "--void", later.id) == 0
    record = fold.member(held("member", "100"), day(on))
    assert record is not None
    assert record.status == "suspended"


def test_a_later_import_is_listed_for_review_with_its_counts_and_the_first_is_not(
    tmp_path: Path, capsys: Any
) -> None:
    assert not store.list_proposals(store.REVIEW)
    another = tmp_path / "another"
    assert signet("import", small(another, members=5), "--alone", "From the old system") == 0
    assert "listed for review" in told(capsys)
    (listed,) = store.list_proposals(store.REVIEW)
    assert dict(listed.head.counts) == {"new records": 2}
    assert listed.head.outcome
    assert listed.head.outcome.reason == "From the old system"
    assert signet("import", another, "--dry-run") == 0
    assert signet("import", another) == 0
    assert len(store.list_proposals(store.REVIEW)) == 1, "nothing was changed, so nothing is listed"


@pytest.fixture
def proposed_imports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Yield a policy by which imports wait for approval."""
    text = (PACKS / "alberta.toml").read_text(encoding="utf-8")
    own = tmp_path / "own.toml"
    own.write_text(text.replace('imports = "review"', 'imports = "propose"'), encoding="utf-8")
    monkeypatch.setenv("SIGNET_POLICY", str(own))
    load.cache_clear()
    yield
    load.cache_clear()


@pytest.mark.usefixtures("proposed_imports")
def test_an_import_is_a_proposal_of_many_records_where_the_policy_says_so(
    tmp_path: Path, capsys: Any
) -> None:
    table = tmp_path / "table"
    table.mkdir()
    rows = "number,family,given,city\n103,Roy,Ana,Olds\n104,Roy,Ben,Olds\n"
    (table / "members.csv").write_text(rows, encoding="utf-8")
    assert signet("import", table, "--dated", "2026-11-01") == 2
    assert "--by EMAIL" in told(capsys)
    assert not held("member", "103")
    assert signet("import", table, "--dated", "2026-11-01", "--by", "ana@office.example") == 0
    assert not held("member", "103")
    (waiting,) = actions.list_proposals("open")
    assert waiting.opened().many
    assert signet("import", table, "--dated", "2026-11-01", "--by", "ana@office.example") == 0
    assert "waits for approval already" in told(capsys)
    assert len(actions.list_proposals("open")) == 1
    actions.approve(second(), waiting.id, waiting.head.hash)
    assert not held("member", "103"), "it is entered by whoever carries on"
    assert signet("import", table, "--dated", "2026-11-01", "--by", "ana@office.example") == 2
    assert "--carry-on" in told(capsys)
    assert signet("proposals", "--carry-on") == 0
    assert "entered 2, fell out 0" in told(capsys)
    assert held("member", "103")
    assert taken()["members"] == day("2026-11-01")
    assert signet("import", table, "--dated", "2026-11-01", "--by", "ana@office.example") == 0
    assert not actions.list_proposals("open"), "nothing is left to propose"
    assert signet("proposals", waiting.id, "--carry-on") == 0, "again is the same"
    assert len(held("member", "103")) == len(held("member", "104")) == 1
