"""The rules for entries: each refusal cites the rule it follows from.

Pure functions of the existing entries, the proposed ones, the policy, and a lookup of other
members.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from signet.policy import Policy
from signet.register import ending, fold, payload_text, reinstatement, standing
from signet.register.days import out_of_bounds
from signet.register.model import Entry, MemberRecord, PermitRecord
from signet.register.payloads import NUMBER
from signet.register.term import last_day, last_valid_day, renewal_start
from signet.text import ACCEPTABLE

MemberLookup = Callable[[str], MemberRecord | None]
NOTHING_LEFT = "nothing would be left of the record; correct it with its right data"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an entry can't be made, and what would be valid; `rule` is empty where none applies."""

    rule: str
    message: str

    def __str__(self) -> str:
        return f"{self.message} ({self.rule})" if self.rule else self.message


def refusals(
    entries: Sequence[Entry], proposed: Sequence[Entry], policy: Policy, member: MemberLookup
) -> list[Refusal]:
    """Return everything that forbids adding `proposed` to a record whose entries are `entries`.

    `member` returns another member's record as at the day of the first proposed entry. A record
    that breaks a rule already may still be added to: only what an entry makes worse is refused.
    """
    refused = [
        refusal
        for at, entry in enumerate(proposed)
        for refusal in _of_entry(entries, proposed[:at], entry, policy)
    ]
    if refused:
        return refused
    refused = list(ended(entries, proposed, policy))
    if proposed[0].subject == "member":
        return [*refused, *_member_refusals(entries, proposed, policy)]
    return [*refused, *_permit_refusals(entries, proposed, policy, member)]


def ended(entries: Sequence[Entry], proposed: Sequence[Entry], policy: Policy) -> Iterator[Refusal]:
    """Yield refusals of a status that a better one, on record for a later day, would end."""
    zone = ZoneInfo(policy.regulator.time_zone)
    for entry in proposed[:1]:
        today = entry.recorded_at.astimezone(zone).date()
        for later in ending.ended_by(entries, proposed, policy, today):
            what = f"{later.data['status']} from {later.effective_on} (entry {later.id})"
            message = f"{what} is on record already, and would end this on that day"
            yield Refusal("", f"{message}: void or correct it together with this, or before it")


def of_history(entries: Sequence[Entry], entry: Entry, policy: Policy) -> Iterator[Refusal]:
    """Yield the rules that a past event broke, of those that would forbid it now.

    These are striking off without a direction (STA-2), a return too soon (STA-3), a term too long
    (PER-2). For what a file says of the past. `entries` are the entries before it.
    """
    counting = fold.applicable(entries, entry.effective_on)
    if entry.kind == "status_changed":
        yield from (r for r in _status_refusals(entry, policy) if r.rule)
    yield from _return_refusals(counting, entry, policy)
    if entry.kind in ("issued", "renewed"):
        before = fold.permit(entries, entry.effective_on, policy)
        yield from _term_refusals(before, entry, None, policy)


def _of_entry(
    entries: Sequence[Entry], earlier: Sequence[Entry], entry: Entry, policy: Policy
) -> Iterator[Refusal]:
    """Yield what forbids an entry by itself; `earlier` are proposed with it.

    One of `earlier` may begin the record.
    """
    if not entry.authority.strip():
        yield Refusal("", "an entry names its authority: the section or decision it rests on")
    yield from slips(entry)
    yield from _first_refusals(_without_corrected([*entries, *earlier], [entry]), entry)
    yield from _correction_refusals(entries, entry)
    yield from _unknown_words(entry, policy)
    if entry.kind == "status_changed":
        yield from _status_refusals(entry, policy)


def slips(entry: Entry) -> Iterator[Refusal]:
    """Yield obvious mistakes: an implausible date, characters that mislead a reader."""
    if expected := out_of_bounds(entry.effective_on, entry.recorded_at.date()):
        yield Refusal("", f"an entry takes effect on {expected}, not on {entry.effective_on}")
    body = {**entry.data, "authority": entry.authority}
    for field, text_problem in payload_text.problems(entry.subject, body):
        if text_problem.kind not in ACCEPTABLE:
            yield Refusal("", f"{field}: {text_problem.message}")


def _without_corrected(entries: Sequence[Entry], proposed: Sequence[Entry]) -> list[Entry]:
    """Return the `entries` entries that count once the proposed ones correct some of them."""
    added = {entry.id for entry in proposed}
    return [e for e in fold.applicable([*entries, *proposed], None) if e.id not in added]


def _first_refusals(entries: Sequence[Entry], entry: Entry) -> Iterator[Refusal]:
    """Yield refusals for a second first entry of a record, or an entry before the first."""
    first = "registered" if entry.subject == "member" else "issued"
    starts = [e.effective_on for e in entries if e.kind == first]
    if entry.kind == first:
        if starts:
            yield Refusal("", f"{entry.subject} {entry.number} is on the register already")
        if NUMBER.fullmatch(entry.number) is None:
            expected = "letters, digits and inner hyphens, 32 at most"
            yield Refusal("", f"{entry.number!r} can't be a register number: {expected}")
        # A name may have been given up long before its bearer came onto the register.
        others = [e.effective_on for e in entries if e.kind != "other_name_added"]
        if not starts and others and min(others) < entry.effective_on:
            yield Refusal("", f"the record has an entry of {min(others)}; it can't begin later")
    elif entry.kind == "voided":
        return
    elif not starts:
        yield Refusal("", f"there is no {entry.subject} {entry.number} on the register")
    elif entry.effective_on < min(starts):
        yield Refusal("", f"the record begins on {min(starts)}; an earlier date can't be entered")


def _correction_refusals(entries: Sequence[Entry], entry: Entry) -> Iterator[Refusal]:
    if entry.kind == "voided" and not entry.corrects:
        yield Refusal("", "say which entry is voided")
    if not entry.corrects:
        return
    if entry.corrects not in {e.id for e in entries}:
        yield Refusal("", f"no entry {entry.corrects} of this record is there to correct")
    for other in entries:
        if other.corrects == entry.corrects:
            yield Refusal("", f"{other.id} took the place of {entry.corrects}: correct that one")


def _unknown_words(entry: Entry, policy: Policy) -> Iterator[Refusal]:
    data = entry.data
    asked = (
        ("DES-4", "designation", data.get("designation"), list(policy.designations)),
        ("DES-6", "category", data.get("category"), list(policy.categories)),
        ("SCO-1", "discipline", data.get("discipline"), policy.disciplines),
    )
    for rule, what, value, known in asked:
        if value is not None and value not in known:
            yield Refusal(rule, f"{what} {value!r} is not one of {', '.join(known)}")
    listed = (
        ("SCO-1", "activity", data.get("activities", ()), policy.activities),
        ("SCO-1", "discipline", data.get("disciplines", ()), policy.disciplines),
        ("PER-3", "field of practice", data.get("fields", ()), policy.disciplines),
    )
    for rule, what, values, words in listed:
        for value in values:
            if value not in words:
                yield Refusal(rule, f"{what} {value!r} is not one of {', '.join(words)}")


def _status_refusals(entry: Entry, policy: Policy) -> Iterator[Refusal]:
    table = policy.statuses if entry.subject == "member" else policy.permit_statuses
    status, reason = entry.data["status"], entry.data.get("reason", "")
    known = table.get(status)
    if known is None:
        yield Refusal("", f"status {status!r} is not one of {', '.join(table)}")
        return
    if known.reasons and reason not in known.reasons:
        reasons = ", ".join(known.reasons)
        yield Refusal("", f"status {status} needs a reason, one of {reasons}")
    if reason and not known.reasons:
        yield Refusal("", f"status {status} takes no reason")
    until = entry.data.get("until")
    if until and date.fromisoformat(until) < entry.effective_on:
        yield Refusal("", f"a status from {entry.effective_on} can't end on {until}")
    if getattr(known, "direction", False) and not entry.data.get("direction", "").strip():
        yield Refusal("STA-2", f"{known.name}: cite Council's direction; it is never automatic")


def _return_refusals(counting: Sequence[Entry], entry: Entry, policy: Policy) -> Iterator[Refusal]:
    """Yield refusals of a return through STA-3's wait; `counting` are the earlier entries."""
    kinds = ("status_changed", "renewed", "reinstatement_ruled")
    if entry.kind not in kinds:
        return
    since = reinstatement.out_since(counting, policy)
    if entry.kind == "reinstatement_ruled":
        if since is None:
            yield Refusal("STA-3", "there is no cancellation through discipline to return from")
        return
    returns = entry.kind == "renewed" or reinstatement.is_return(entry, policy)
    if since is not None and returns:
        earliest = reinstatement.earliest(since, entry.effective_on, policy)
        if entry.effective_on < earliest:
            yield Refusal("STA-3", f"reinstatement is possible from {earliest} at the earliest")


def _member_refusals(
    entries: Sequence[Entry], proposed: Sequence[Entry], policy: Policy
) -> Iterator[Refusal]:
    rest = _without_corrected(entries, proposed)
    for entry in proposed:
        before = fold.member(rest, entry.effective_on)
        yield from _return_refusals(fold.applicable(rest, entry.effective_on), entry, policy)
        yield from _condition_refusals([before, fold.member(rest, None)], entry)
        if entry.kind == "not_practising_declared":
            yield from _declared_refusals(before, entry, policy)
        if entry.kind == "practice_resumed" and (before is None or not before.not_practising):
            message = f"no declaration of not practising stands on {entry.effective_on}"
            yield Refusal("CPD-5", message)
    if fold.member([*entries, *proposed], None) is None:
        yield Refusal("", NOTHING_LEFT)
        return
    # Checked on the day itself, and once everything entered has taken effect.
    by_refusal: dict[Refusal, None] = {}
    for as_of in (max(e.effective_on for e in proposed), None):
        was = set(_designation_refusals(fold.member(entries, as_of), policy))
        after = _designation_refusals(fold.member([*entries, *proposed], as_of), policy)
        by_refusal |= {refusal: None for refusal in after if refusal not in was}
    yield from by_refusal


def _condition_refusals(
    records: Sequence[MemberRecord | PermitRecord | None], entry: Entry
) -> Iterator[Refusal]:
    """Yield refusals of imposing or lifting a condition.

    A lifted condition must be in force in the first of `records`. A new one must not have a name in
    use in any of them: the second condition of a name would hide the first.
    """
    held = [{c.condition for c in record.conditions} if record else set() for record in records]
    name = entry.data.get("condition")
    if entry.kind == "condition_lifted" and name not in held[0]:
        named = ", ".join(sorted(held[0])) or "none"
        yield Refusal("COM-5", f"no condition {name!r} is in force; held: {named}")
    if entry.kind == "condition_imposed" and name in set[str]().union(*held):
        yield Refusal("COM-5", f"a condition {name!r} is in force already: correct or lift it")


def _declared_refusals(
    before: MemberRecord | None, entry: Entry, policy: Policy
) -> Iterator[Refusal]:
    """Yield refusals of a declaration of not practising.

    The member must be on the roll, and a declaration lasts a year at most; it is renewed by
    another.
    """
    status = policy.statuses.get(before.status) if before else None
    if status is not None and status.struck:
        yield Refusal("CPD-5", f"the member isn't on the roll ({status.name.lower()})")
    if not (until := entry.data.get("until")):
        return
    start, last = entry.effective_on, date.fromisoformat(until)
    if last < start:
        yield Refusal("CPD-5", f"a declaration from {start} can't end on {until}")
    if policy.cpd_values:
        latest = last_day(start, policy.cpd(start).not_practising_years)
        if last > latest:
            yield Refusal("CPD-5", f"a declaration from {start} holds to {latest} at the latest")


def _designation_refusals(after: MemberRecord | None, policy: Policy) -> Iterator[Refusal]:
    if after is None:
        return
    codes = [held.code for held in after.designations if held.code in policy.designations]
    if codes and not standing.is_public(after, policy):
        category = policy.categories.get(after.category)
        name = category.name.lower() if category else after.category
        yield Refusal("DES-6", f"a record of category {name} can't hold a designation")
    scoped = {scope.designation for scope in after.scopes}
    for code in codes:
        if policy.designations[code].practises and code not in scoped:
            yield Refusal(
                "SCO-1", f"{code} needs a scope of practice; state it with the designation"
            )
    for designation in sorted(scoped - set(codes)):
        yield Refusal("SCO-1", f"a scope for {designation}, which the member doesn't hold")
    for designation in sorted(scoped & set(codes)):
        if not policy.designations[designation].practises:
            yield Refusal("SCO-1", f"{designation} carries no independent scope of practice")


def _permit_refusals(
    stored: Sequence[Entry], proposed: Sequence[Entry], policy: Policy, member: MemberLookup
) -> Iterator[Refusal]:
    entries = _without_corrected(stored, proposed)
    for entry in sorted(proposed, key=lambda e: (e.effective_on, e.recorded_at, e.id)):
        before = fold.permit(entries, entry.effective_on, policy)
        yield from _return_refusals(fold.applicable(entries, entry.effective_on), entry, policy)
        yield from _condition_refusals([before, fold.permit(entries, None, policy)], entry)
        if entry.kind in ("issued", "renewed"):
            corrected = next((e for e in stored if e.id == entry.corrects), None)
            yield from _term_refusals(before, entry, corrected, policy)
        entries.append(entry)
        if entry.kind == "responsible_member_added":
            after = fold.permit(entries, entry.effective_on, policy)
            yield from _responsible_refusals(after, entry, policy, member)
        if entry.kind == "responsible_member_ceased" and (
            before is None or entry.data["member"] not in {r.member for r in before.answering()}
        ):
            number = entry.data["member"]
            yield Refusal("PER-5", f"{number} is not a responsible member of this permit")
    if fold.permit([*stored, *proposed], None, policy) is None:
        yield Refusal("", NOTHING_LEFT)


def _term_refusals(
    before: PermitRecord | None, entry: Entry, corrected: Entry | None, policy: Policy
) -> Iterator[Refusal]:
    """Yield refusals of a permit's term (PER-2).

    An existing term may be too long, as that of a permit imported with the day of its first issue:
    a correction of `corrected` that ends no later doesn't make it worse.
    """
    start = entry.effective_on
    if entry.kind == "renewed" and before is not None:
        status = policy.permit_statuses.get(before.status)
        if status is None or not status.good:
            name = (status.name if status else before.status).lower()
            yield Refusal("PER-2", f"the permit is {name}; reinstate it before renewing it")
        start = renewal_start(before.expires_on, entry.effective_on)
    latest = last_valid_day(start, policy)
    expires_on = entry.data.get("expires_on")
    allowed = corrected.data.get("expires_on", "") if corrected else ""
    if expires_on and expires_on > max(latest.isoformat(), allowed):
        yield Refusal("PER-2", f"a permit from {start} runs to {latest} at the latest")
    if expires_on and date.fromisoformat(expires_on) < start:
        yield Refusal("PER-2", f"a permit from {start} can't end on {expires_on}, before it begins")


def _responsible_refusals(
    after: PermitRecord | None, entry: Entry, policy: Policy, member: MemberLookup
) -> Iterator[Refusal]:
    number = entry.data["member"]
    record = member(number)
    if record is None:
        yield Refusal("PER-3", f"there is no member {number} on the register")
        return
    if not standing.may_answer_for_permit(record, policy):
        yield Refusal("PER-3", f"{number} is not permitted to practise on {entry.effective_on}")
        return
    fields = set(after.fields) if after else set()
    scopes = {scope.discipline for scope in standing.scopes_in_force(record, policy)}
    if fields and not fields & scopes:
        yield Refusal(
            "PER-3",
            f"{number} is not qualified in a field of this permit: the scope is "
            f"{', '.join(sorted(scopes))}, the fields are {', '.join(sorted(fields))}",
        )
