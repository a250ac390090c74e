"""What officers write with proposals, to be put under the crash matrix."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from signet.accounts.model import Role
from signet.proposals import actions, alone, entering, many, reminders, store
from signet.proposals.many import Import
from signet.proposals.model import NewProposal, Proposal, Wanted
from signet.proposals.tables import PROPOSAL, ProposalRow
from signet.register import actions as register
from signet.register import fold
from signet.register import store as records
from signet.register.tables import RegisterRow
from signet.transactions.tables import AuditRow, OutboxRow
from tests.entries import POLICY
from tests.faults.matrix import Write
from tests.function_ground import empty
from tests.proposal_office import (
    MEMBER,
    MODELS,
    NOW,
    OTHER,
    PERMIT,
    TODAY,
    join,
    new,
    officer,
    person,
    proposed,
    second,
    status_line,
    suspension,
)

Form = dict[str, Any]


def _by(form: Form, account: str = "officer-b", **who: Any) -> Any:
    return second(account, operation=form["operation"], **who)


def _propose(form: Form) -> None:
    actions.propose(_by(form, "officer-a"), new())


def _approve(form: Form) -> None:
    actions.approve(_by(form), form["id"], form["hash"])


def _propose_many(form: Form) -> None:
    many.propose(_by(form, "officer-a"), _import_of_two())


def _enter_many(form: Form) -> None:
    """As the desk does, and again when it is sent again."""
    actions.approve(_by(form), form["many"], form["many_hash"])
    assert entering.continue_entering(_by(form), form["many"])


def _import_of_two() -> Import:
    """Return a member and a permit: two parts, each a transaction."""
    issued = register.Proposal("issued", {"legal_name": "Lee Ltd.", "fields": ["Civil"]}, TODAY)
    wanted = [
        Wanted("member", MEMBER, [register.Proposal("moved", {"city": "Olds"}, TODAY)]),
        Wanted("permit", PERMIT, [issued]),
    ]
    said = NewProposal(wanted, "Import", "command-line#a")
    return Import(said, {"members": TODAY}, lambda _: status_line)


def newcomers(members: Sequence[str], permit: str) -> Import:
    """Return an import of new members and a new permit: two parts."""
    registered = {"family": "Roy", "given": "Ana"}
    issued = register.Proposal("issued", {"legal_name": "Lee Ltd.", "fields": ["Civil"]}, TODAY)
    wanted = [
        Wanted("member", one, [register.Proposal("registered", registered, TODAY)])
        for one in members
    ]
    said = NewProposal(
        [*wanted, Wanted("permit", permit, [issued])], "Import", f"command-line#{permit}"
    )
    return Import(said, {}, lambda _: status_line)


def _refuse(form: Form) -> None:
    actions.refuse(_by(form), form["id"], "Another member is meant")


def _withdraw(form: Form) -> None:
    actions.withdraw(_by(form, form["proposer"]), form["id"])


def _take_back(form: Form) -> None:
    actions.void(
        _by(form), "member", MEMBER, [form["entry"]], authority="Registrar", reason="Wrong"
    )


def _emergency(form: Form) -> None:
    alone.enter_in_emergency(_by(form), new(), "A collapse on site")


def _as_one(form: Form) -> None:
    rules = POLICY.proposals._replace(one_officer=frozenset({"member status_changed"}))
    alone.enter_as_one(replace(_by(form), policy=POLICY._replace(proposals=rules)), new())


def _alone(form: Form) -> None:
    alone.enter_alone(_by(form, "command-line: root"), new(source="command-line"), "One officer")


def _import(form: Form) -> None:
    alone.record_import(_by(form, "command-line: root"), {"members": 3}, "a.csv", "Nightly")


def _review(form: Form) -> None:
    alone.review(_by(form, "officer-c"), form["alone"], "The report is there")


def _remind(form: Form) -> None:
    reminders.remind(officer("scheduler", now=NOW + timedelta(hours=25)))


DESK: dict[str, Callable[[Form], None]] = {
    "An entry proposed": _propose,
    "A proposal of two records approved": _approve,
    "Many records proposed": _propose_many,
    "Many records approved and entered": _enter_many,
    "A proposal refused": _refuse,
    "A proposal withdrawn": _withdraw,
    "The taking back of an entry proposed": _take_back,
    "An entry in an emergency": _emergency,
    "An entry that takes one officer": _as_one,
    "An entry at the command line alone": _alone,
    "An import listed": _import,
    "An entry reviewed": _review,
    "Reminders": _remind,
}


def writes() -> list[Write]:
    """Every write of proposals."""
    return [_write(name, do) for name, do in DESK.items()]


def _write(name: str, do: Callable[[Form], None]) -> Write:
    def prepare() -> Form:
        empty(MODELS)
        return _office(name)

    def sent(form: Form) -> str:
        do(form)
        return "done"

    return Write(name, MODELS, prepare, sent, lambda *_: _left())


def _office(name: str) -> Form:
    """Propose an entry in two records; for a review also one entered in an emergency."""
    for number in (MEMBER, OTHER):
        join(number)
    ana = person(Role.REGISTRAR, email="ana@example.com")
    person(Role.REGISTER_OFFICER, email="ben@example.com")
    entry = records.read("member", MEMBER).entries[0].id
    form: Form = {"operation": secrets.token_hex(16), "proposer": ana.account, "entry": ""}
    if name in ("An entry reviewed", "Reminders"):
        by = officer(ana.account)
        alone.enter_in_emergency(by, new(number=OTHER), "A collapse on site")
        form["alone"] = by.operation
    both = [Wanted("member", number, [suspension()]) for number in (MEMBER, OTHER)]
    made: Proposal = proposed(officer(ana.account), records=both)
    held = records.read("member", MEMBER).entries
    entry = next(one.id for one in held if one.kind == "designation_granted")
    if name.startswith("Many records approved"):
        by = officer(ana.account)
        many.propose(by, _import_of_two())
        form |= {"many": by.operation, "many_hash": store.get(by.operation).head.hash}
    if name.startswith("The taking back"):
        actions.approve(second("officer-c"), made.id, made.head.hash)
        entry = records.read("member", MEMBER).entries[-1].id
    return form | {"id": made.id, "hash": made.head.hash, "entry": entry}


def _left() -> object:
    """Return what the proposals came to, what the register says, and how many rows there are."""
    rows: Counter[str] = Counter()
    for model in (ProposalRow, RegisterRow, AuditRow, OutboxRow):
        rows[model.Meta.table_name] = sum(1 for _ in model.scan())
    heads = [row.proposal for row in ProposalRow.scan() if row.part == PROPOSAL]
    return rows, sorted(map(_state, heads)), [_status(number) for number in (MEMBER, OTHER)]


def _state(id_: str) -> tuple[str, bool, int]:
    found = store.get(id_)
    outcome = found.head.outcome
    return str(found.state), found.to_review, len(outcome.entered) if outcome else 0


def _status(number: str) -> tuple[str, int]:
    record = fold.member(records.read("member", number).entries, TODAY)
    assert record is not None
    return record.status, len(record.entries)
