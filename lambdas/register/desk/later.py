"""Entries that take effect on a later day, whatever is entered meanwhile: told, and voided."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from lambdas.register.desk import words
from signet.errors import NotFound
from signet.policy import Policy
from signet.proposals.model import ProposedEntry
from signet.register import actions, fold
from signet.register.ending import CHANGE
from signet.register.model import Entry


def coming(entries: Sequence[Entry], today: date) -> list[Entry]:
    """Return the entries that take effect after a day, but for those that were corrected."""
    return [one for one in fold.applicable(entries, None) if one.effective_on > today]


def statuses(entries: Sequence[Entry], policy: Policy, today: date) -> list[tuple[str, str]]:
    """Return the statuses that take effect after a day, as choices of a form: id and words."""
    return [
        (one.id, words.effective(one, policy))
        for one in coming(entries, today)
        if one.kind == CHANGE
    ]


def ended_by(
    entries: Sequence[Entry], proposed: Sequence[ProposedEntry], policy: Policy, today: date
) -> list[tuple[str, Entry]]:
    """Return the entries, in words too, on whose day a proposed status ends."""
    days = [one.effective_on for one in proposed if one.kind == CHANGE]
    undone = {one.corrects for one in proposed}
    return [
        (words.what(one.subject, one.kind, one.data, policy), one)
        for one in coming(entries, today)
        if one.kind == CHANGE and one.id not in undone
        if days and one.effective_on > min(days)
    ]


def voids(entries: Sequence[Entry], ids: Sequence[str], today: date) -> list[actions.Proposal]:
    """Return the corrections that void entries of later days. Raises NotFound for another."""
    later = {one.id: one for one in coming(entries, today)}
    if not later.keys() >= set(ids):
        raise NotFound("There is no such entry of a later day on this record.")
    return [
        actions.Proposal("voided", {}, later[id_].effective_on, id_) for id_ in dict.fromkeys(ids)
    ]
