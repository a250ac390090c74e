"""Conversion of an officer's input, at the command line or the desk, into entries."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple

from signet.policy import Policy
from signet.register import fold, payload_text
from signet.register.actions import Proposal
from signet.register.kinds import SCOPE_FIELDS, Word
from signet.register.model import Entry, MemberRecord, PermitRecord, Subject
from signet.register.payloads import canonical
from signet.text import TextProblem

# For these kinds a person gives only what changed, not all of it.
STAYING: Mapping[str, tuple[str, ...]] = {
    "name_changed": ("given", "family", "known_as", "native_name"),
    "moved": ("city", "province"),
}


class Said(NamedTuple):
    """An officer's input for one record: the word, its data, and from when it takes effect."""

    word: Word
    data: Mapping[str, Any]
    effective_on: date
    corrects: str = ""


def proposals(
    subject: Subject, said: Said, entries: Sequence[Entry], policy: Policy
) -> list[Proposal]:
    """Return the entries that the input means, completed from the existing ones.

    A designation given together with its scope is two entries of one operation (SCO-1). A condition
    without a name gets the next one; parts of a name, or of a city and province, that aren't given
    stay. An empty value clears a field.
    """
    data, scope = dict(said.data), list[dict[str, Any]]()
    if said.word.kind == "designation_granted" and "discipline" in data:
        stated = {name: data.pop(name) for name in SCOPE_FIELDS if name in data}
        scope = [{"designation": data.get("designation", ""), **stated}]
    first = Proposal(said.word.kind, {**said.word.data, **data}, said.effective_on, said.corrects)
    return [
        _completed(first, subject, entries, policy),
        *(Proposal("scope_granted", one, said.effective_on) for one in scope),
    ]


def _completed(
    proposal: Proposal, subject: Subject, entries: Sequence[Entry], policy: Policy
) -> Proposal:
    if proposal.kind == "condition_imposed" and not proposal.data.get("condition"):
        return replace(proposal, data={**proposal.data, "condition": next_condition(entries)})
    if proposal.kind in STAYING:
        record = _as_at(subject, entries, proposal, policy)
        kept = {n: v for n in STAYING[proposal.kind] if (v := getattr(record, n, ""))}
        return replace(proposal, data={**kept, **proposal.data})
    return proposal


def next_condition(entries: Sequence[Entry]) -> str:
    """Return the name of a record's next condition (C1, C2 …)."""
    used = {one.data["condition"] for one in entries if one.kind == "condition_imposed"}
    return next(name for n in range(1, len(used) + 2) if (name := f"C{n}") not in used)


def _as_at(
    subject: Subject, entries: Sequence[Entry], proposal: Proposal, policy: Policy
) -> MemberRecord | PermitRecord | None:
    others = [entry for entry in entries if entry.id != proposal.corrects]
    if subject == "member":
        return fold.member(others, proposal.effective_on)
    return fold.permit(others, proposal.effective_on, policy)


def in_form(
    subject: Subject, proposal: Proposal, accept: Collection[str]
) -> tuple[Proposal, list[tuple[str, TextProblem]]]:
    """Return an entry with its text normalized, and what is wrong with the text.

    `accept` names kinds of text problems that were knowingly accepted. Raises PayloadError.
    """
    kept = canonical(subject, proposal.kind, payload_text.tidied(proposal.data))
    wrong = [one for one in payload_text.problems(subject, kept) if one[1].kind not in accept]
    return replace(proposal, data=kept), wrong
