"""What people write with requests, to be put under the crash matrix."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from typing import Any

from signet.accounts import store as accounts
from signet.accounts.model import Role
from signet.letters.service import Service, Way
from signet.proposals.tables import ProposalRow
from signet.register.tables import RegisterRow
from signet.requests import approval, contributing, deciding, drafting, reminders, serving, store
from signet.requests.model import Letter
from signet.requests.operation import opened
from signet.requests.tables import OPEN, RequestRow
from signet.transactions.context import Context
from signet.transactions.tables import AuditRow, OutboxRow
from tests.complaint_desk import FAR, join
from tests.faults.matrix import Write
from tests.function_ground import empty
from tests.request_kind import NewName, Statement
from tests.request_office import (
    MEMBER,
    MODELS,
    OTHER,
    TODAY,
    case,
    family_of,
    filled,
    member,
    person,
    referee,
    seen,
    staff,
    submitted,
)

Form = dict[str, Any]
OWN_OFFICER, SECOND = "first", "second"


def _by(form: Form, who: Context) -> Context:
    return replace(who, operation=form["operation"])


def _owner(form: Form) -> Context:
    return _by(form, member(form["owner"]))


def _clerk(form: Form) -> tuple[Context, deciding.Seen]:
    return _by(form, staff("clerk", Role.REGISTER_OFFICER)), deciding.Seen(form["id"], form["seen"])


def _decider(form: Form) -> tuple[Context, deciding.Seen]:
    return _by(form, staff(OWN_OFFICER)), deciding.Seen(form["id"], form["seen"])


def _start(form: Form) -> None:
    drafting.start(_owner(form), "known-as", f"member#{MEMBER}")


def _save(form: Form) -> None:
    drafting.save_section(_owner(form), form["id"], "name", 1, NewName(family="Kim"), {})


def _documents(form: Form) -> None:
    drafting.name_documents(_owner(form), form["id"], "proof", [])


def _invite(form: Form) -> None:
    who = contributing.Invited("referee", "Cy Poe", "cy@example.org")
    contributing.invite(_owner(form), form["id"], who, form["secret2"])


def _answer(form: Form) -> None:
    contributing.answer(_by(form, referee()), form["secret"], Statement(knows="yes"))


def _decline(form: Form) -> None:
    contributing.decline(_by(form, referee()), form["secret"], "No time")


def _submit(form: Form) -> None:
    drafting.submit(_owner(form), form["id"], form["seen"])


def _withdraw(form: Form) -> None:
    drafting.withdraw(_owner(form), form["id"], "Not needed")


def _appeal(form: Form) -> None:
    drafting.appeal(_owner(form), form["id"], "It is proved.")


def _enter(form: Form) -> None:
    approval.approve(_by(form, staff(SECOND)), form["id"], form["seen"], form["hash"])


def _not_enter(form: Form) -> None:
    approval.refuse(_by(form, staff(SECOND)), form["id"], form["seen"], "Look again")


def _appeal_decided(form: Form, *, upheld: bool) -> None:
    by = _by(form, staff("board"))
    shown = deciding.Seen(form["id"], form["seen"])
    deciding.decide_appeal(by, shown, upheld=upheld, text="So.")


def _remind(_: Form) -> None:
    reminders.run(replace(member("scheduler", "", days=181), email="", roles=frozenset()))


DRAFT, SUBMITTED, COMPLETE, DECIDED, REFUSED, APPEALED, HELD, SERVED, PARTED = range(9)
WRITES: dict[str, tuple[int, Callable[[Form], object]]] = {
    "A request begun": (-1, _start),
    "A section saved": (DRAFT, _save),
    "Documents named": (DRAFT, _documents),
    "A contributor invited": (DRAFT, _invite),
    "A contributor's answer": (DRAFT, _answer),
    "A contributor who can't": (DRAFT, _decline),
    "A request submitted": (DRAFT, _submit),
    "A request withdrawn": (SUBMITTED, _withdraw),
    "A decided request withdrawn": (DECIDED, _withdraw),
    "A request assigned": (SUBMITTED, lambda f: deciding.assign(*_clerk(f), f["officer"])),
    "A note": (SUBMITTED, lambda f: deciding.note(*_clerk(f), "Called.")),
    "A conflict declared": (SUBMITTED, lambda f: deciding.recuse(*_clerk(f), "A cousin")),
    "A request put on hold": (SUBMITTED, lambda f: deciding.hold(*_clerk(f), "Court")),
    "A request taken up again": (HELD, lambda f: deciding.release(*_clerk(f), "Decided")),
    "A parted account's request closed": (
        PARTED,
        lambda f: deciding.close(*_clerk(f), "Joined in error."),
    ),
    "A request returned": (
        SUBMITTED,
        lambda f: deciding.send_back(*_clerk(f), ["name"], "In full."),
    ),
    "A request found complete": (SUBMITTED, lambda f: deciding.find_complete(*_clerk(f))),
    "A request referred": (SUBMITTED, lambda f: deciding.refer(*_clerk(f), "Is it?")),
    "A request approved": (COMPLETE, lambda f: deciding.approve(*_decider(f), "Yes.")),
    "A request refused": (COMPLETE, lambda f: deciding.refuse(*_decider(f), ["no-proof"], "No.")),
    "A request deferred": (
        COMPLETE,
        lambda f: deciding.defer(*_decider(f), TODAY + timedelta(days=90), ["no-proof"], "Wait."),
    ),
    "A decision entered": (DECIDED, _enter),
    "A decision not entered": (DECIDED, _not_enter),
    "A letter served": (
        REFUSED,
        lambda f: serving.serve(*_clerk(f), Service(Way.MAIL, TODAY, within=True)),
    ),
    "A letter proved to have arrived": (SERVED, lambda f: serving.prove(*_clerk(f), TODAY)),
    "A letter that came back": (SERVED, lambda f: serving.prove(*_clerk(f), None)),
    "A decision appealed": (REFUSED, _appeal),
    "An appeal upheld": (APPEALED, lambda f: _appeal_decided(f, upheld=True)),
    "An appeal dismissed": (APPEALED, lambda f: _appeal_decided(f, upheld=False)),
    "Reminders, and a draft that lapses": (DRAFT, _remind),
}


def writes() -> list[Write]:
    """Return every write of requests."""
    return [_write(name, stage, do) for name, (stage, do) in WRITES.items()]


def _write(name: str, stage: int, do: Callable[[Form], object]) -> Write:
    def prepare() -> Form:
        empty(MODELS)
        return _office(stage)

    def sent(form: Form) -> str:
        do(form)
        return "done"

    return Write(name, MODELS, prepare, sent, lambda *_: _left())


def _office(stage: int) -> Form:
    """Make members, officers, and a request at a stage."""
    for number in (MEMBER, OTHER):
        join(number)
    ana = person(email="ana@example.org", member=MEMBER, now=FAR).account
    officer = person(Role.REGISTRAR, email="reg@example.org", now=FAR).account
    form: Form = {
        "operation": secrets.token_hex(16),
        "owner": ana,
        "officer": officer,
        "secret2": secrets.token_hex(16),
    }
    if stage < DRAFT:
        return form
    if stage == DRAFT:
        form["id"], form["secret"] = filled(owner=ana)
    else:
        form["id"] = submitted(owner=ana)
    _brought_to(stage, form)
    return form | {"seen": seen(form["id"]).version}


def _brought_to(stage: int, form: Form) -> None:
    """Bring a submitted request to a later stage."""
    id_, clerk = form["id"], staff("clerk", Role.REGISTER_OFFICER)
    if stage == HELD:
        deciding.hold(clerk, seen(id_), "Court")
    elif stage > SUBMITTED:
        deciding.find_complete(clerk, seen(id_))
    if stage in (DECIDED, PARTED):
        deciding.approve(staff(OWN_OFFICER), seen(id_), "Yes.")
        waiting = approval.waiting(staff(SECOND), case(id_))
        assert waiting is not None
        form["hash"] = waiting.proposal.head.hash
    if stage == PARTED:
        owner = accounts.account(form["owner"])
        assert owner is not None
        accounts.save(owner._replace(member=None)).row.save()
    if stage in (REFUSED, APPEALED, SERVED):
        deciding.refuse(staff(OWN_OFFICER), seen(id_), ["no-proof"], "No.")
    if stage == SERVED:
        other = staff("clerk", Role.REGISTER_OFFICER)
        serving.serve(other, seen(id_), Service(Way.MAIL, TODAY, within=True))
    if stage == APPEALED:
        drafting.appeal(member(form["owner"]), id_, "It is proved.")


def kept(id_: str, letter: Letter) -> bool:
    """Tell whether the bytes of a letter are those that were made with the decision."""
    return sha256(store.letter_content(id_, letter.about)).hexdigest() == letter.digest


def _left() -> object:
    """Return what became of the request, what the register says, and how many rows there are."""
    rows: Counter[str] = Counter()
    for model in (RequestRow, ProposalRow, RegisterRow, AuditRow, OutboxRow):
        rows[model.Meta.table_name] = sum(1 for _ in model.scan())
    ids = {row.request for row in RequestRow.scan() if row.part == "head"}
    found = [opened(member(), id_) for id_ in ids]
    kept_open = sorted(bool(row.body) for row in RequestRow.scan() if row.part == OPEN)
    return (
        rows,
        kept_open,
        family_of(),
        sorted(
            (
                str(one.standing.stage),
                [str(event.what) for event in one.file.events],
                [
                    (letter.digest, letter.service, kept(one.file.id, letter))
                    for letter in one.file.letters
                ],
                [(c.name, c.open) for c in one.file.contributions],
                str(one.file.sections["name"].data) if "name" in one.file.sections else "",
                sorted(listed.work for listed in store.owned(one.file.head.owner)),
            )
            for one in found
        ),
    )
