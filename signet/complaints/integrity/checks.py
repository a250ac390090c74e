"""Integrity checks on complaints, for `signet fsck`: nothing is lost, duplicated or left over.

They check what can be proved without opening anything: each accepted form has its cases; each case
its filing, key, audit log and steps; each file its copies; and each key, copy and mail the item
that it belongs to. Whether an address was given, and so a mail is due, only the office can read.
Given the receipt codes that were issued, they also check that each leads to its own cases only.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from signet.complaints import access, receipt_codes, store
from signet.complaints.integrity import holdings
from signet.complaints.integrity.holdings import FileHeld, Holdings, listing
from signet.complaints.model import Case, Copy, Filed, FileState
from signet.complaints.tables import CASE, FILING, copy_key, step_key
from signet.uploads.objects import Objects

FILED, ADDED = "complaint-filed", "complaint-added-to"


class Finding(NamedTuple):
    """A discrepancy: where it is, what is wrong, and what would be right."""

    table: str
    key: str
    wrong: str
    right: str

    def __str__(self) -> str:
        return f"{self.table} {self.key}: {self.wrong}; {self.right}"


class Acknowledged(NamedTuple):
    """A receipt that was issued: its code, and the references on it where known.

    `called` names it in findings, which never show the code.
    """

    code: str
    called: str
    references: tuple[str, ...] = ()


class Proof(NamedTuple):
    """The findings of a check, and how many items it looked at."""

    findings: tuple[Finding, ...]
    counts: dict[str, int]


def prove(objects: Objects, acknowledged: Iterable[Acknowledged] = ()) -> Proof:
    """Run all checks. A finding must occur twice, as people may write during the first run.

    Raises Unavailable when something can't be read.
    """
    codes_ = tuple(acknowledged)
    stored = holdings.read(objects)
    findings = _findings(stored, codes_)
    if findings:
        stored = holdings.read(objects)
        again = Counter(_findings(stored, codes_))
        findings = [one for one in findings if one in again]
    return Proof(tuple(findings), _counts(stored))


def _findings(holdings: Holdings, acknowledged: Iterable[Acknowledged]) -> list[Finding]:
    findings = [finding for check in CHECKS for finding in check(holdings)]
    return [*findings, *of_codes(holdings, acknowledged)]


def _counts(holdings: Holdings) -> dict[str, int]:
    return {
        "filings": len(holdings.filings),
        "cases": len(holdings.cases),
        "forms": len(holdings.said),
        "files": len(holdings.files),
        "sealed things": len(holdings.keys),
        "mails of receipts": len(holdings.mails),
    }


def of_rows(holdings: Holdings) -> Iterator[Finding]:
    """Yield a finding for each row that can't be read."""
    for table, (of, sort_key) in holdings.unreadable:
        yield Finding(table, f"{of} {sort_key}", "it can't be read", "restore it from a backup")


def of_cases(holdings: Holdings) -> Iterator[Finding]:
    """Yield findings on cases without filing, audit log or steps, or with wrong index keys."""
    for id_, case in holdings.cases.items():
        yield from _filing_of(holdings, case)
        if FILED not in holdings.trails.get(id_, {}).values():
            yield _line(id_, "no line says that the case was filed")
        if listing(holdings.case_rows[id_]) != listing(store.case_row(case)):
            yield _case(id_, "it is listed as something else", "its body says as what")
        steps = {step_key(number) for number in range(1, case.steps + 1)}
        if steps != {
            sort_key for sort_key in holdings.case_parts[id_] if sort_key.startswith("step#")
        }:
            yield _case(id_, "its steps aren't all there", f"{case.steps} would be right")


def _filing_of(holdings: Holdings, case: Case) -> Iterator[Finding]:
    filed = holdings.filings.get(case.filing)
    own = filed.cases.get(case.id) if filed else None
    if filed is None or own is None:
        yield _case(case.id, "its filing doesn't name it", f"filing {case.filing} must")
        return
    if (own.stage, own.reference) != (case.stage, case.reference):
        yield _case(case.id, "its filing tells another stage", f"{case.stage} would be right")
    if {case.id, *case.with_} != set(filed.cases):
        right = f"those of filing {case.filing} would be right"
        yield _case(case.id, "it isn't linked to the cases it came with", right)


def of_filings(holdings: Holdings) -> Iterator[Finding]:
    """Yield findings on filings without their cases, and on rows without a case or filing."""
    for locator, filed in holdings.filings.items():
        for id_ in filed.cases:
            case = holdings.cases.get(id_)
            if case is None or id_ != _case_of(holdings, locator, filed, case):
                yield _filing(locator, FILING, f"there is no case {id_} of it", "one must be")
    for id_, parts in holdings.case_parts.items():
        if CASE not in parts:
            yield Finding(
                "complaints", f"{id_} {min(parts)}", "there is no such case", "one must be"
            )
    for locator, parts in holdings.filing_parts.items():
        if FILING not in parts:
            yield _filing(locator, min(parts), "there is no such filing", "one must be")


def _case_of(holdings: Holdings, locator: str, filed: Filed, case: Case) -> str:
    """Return the ID of the case that a complainant's or respondent's filing belongs to."""
    if filed.respondent:
        return holdings.accesses.get(locator, ("", False))[0]
    return case.id if case.filing == locator else ""


def of_accesses(holdings: Holdings) -> Iterator[Finding]:
    """Yield findings on respondents' codes that lead nowhere, or to a stage the case isn't in."""
    for locator, (id_, present) in holdings.accesses.items():
        case, filed = holdings.cases.get(id_), holdings.filings.get(locator)
        if case is None or case.erased_on:
            continue  # a missing case is reported elsewhere, an erased one has none left
        if filed is None or not filed.respondent:
            yield _case(id_, "what a respondent was sent is lost", "restore it from a backup")
        elif (filed.revoked_on is None) is not present:
            is_so, right = ("opens nothing", "must") if present else ("opens it", "must not")
            yield _filing(locator, FILING, f"its code {is_so}", f"by its case it {right}")
        elif present and filed != access.with_case_state(filed, case):
            yield _filing(locator, FILING, "it tells another stage", f"{case.stage} is right")


def of_forms(stored: Holdings) -> Iterator[Finding]:
    """Yield findings on forms that led to nothing, and on audit lines and mail without a form."""
    came: set[str] = set()
    for of, trail in stored.trails.items():
        parts = stored.filing_parts.get(of, set())
        added = {
            sort_key.rpartition("#")[2] for sort_key in parts if sort_key.startswith("addition#")
        }
        came |= {id_ for id_, what in trail.items() if what == FILED and of in stored.cases}
        gone = stored.erased(of)  # including its additions
        came |= {id_ for id_, what in trail.items() if what == ADDED and (gone or id_ in added)}
        if FILED in trail.values() and of not in stored.cases:
            yield _case(of, "it was filed and is lost", "restore it from a backup")
    for form in sorted(stored.said):
        if form[:32] not in came:
            wrong = "the form was taken, and nothing came of it"
            yield Finding("complaints", f"said#{form}", wrong, "a case or an addition must have")
    for mail in sorted(stored.mails - {form[:32] for form in stored.said}):
        yield Finding("outbox", f"{holdings.MAIL}{mail}", "no such form was taken", "one must be")


def of_additions(holdings: Holdings) -> Iterator[Finding]:
    """Yield findings on additions to filings without an audit line."""
    for locator, parts in holdings.filing_parts.items():
        for sort_key in sorted(parts):
            kind, _, id_ = sort_key.rpartition("#")
            is_form = kind == "act" or kind.startswith("addition#")
            if is_form and id_ not in holdings.trails.get(locator, {}):
                yield _line(locator, f"no line says that {sort_key} was written")


def of_keys(holdings: Holdings) -> Iterator[Finding]:
    """Yield findings on sealed items without a key, which nobody can open, and on unused keys."""
    copies = {
        (one.locator, copy_key(store.file_key(id_), copy))
        for id_, one in holdings.files.items()
        if one.file.state is FileState.SEALED
        for copy in Copy
    }
    things = holdings.sealed | copies
    for of, sort_key in sorted(things - holdings.keys):
        if not holdings.erased(of):
            wrong = "it is missing, so nobody can open what it is for"
            yield _key(of, sort_key, wrong, "restore it from a backup")
    for of, sort_key in sorted(holdings.keys - things):
        yield _key(of, sort_key, "there is nothing that it opens", "what it is for must be there")
    for of, sort_key in sorted(holdings.keys):
        case = holdings.cases.get(of)
        if holdings.erased(of) or (case and case.erased_on):
            yield _key(of, sort_key, "what it opens was erased", "the desk must finish erasing")
    for id_, case in holdings.cases.items():
        if not case.erased_on and (id_, CASE) not in holdings.sealed:
            yield _case(id_, "what was said isn't there", "it must be, sealed")


def of_files(holdings: Holdings) -> Iterator[Finding]:
    """Yield findings on files whose rows, copies and states disagree, and on orphaned objects."""
    expected: set[str] = set()
    for id_, one in holdings.files.items():
        file, sort_key = one.file, store.file_key(id_)
        arrived = file.state in {FileState.CHECKING, FileState.SEALED}
        if arrived:
            expected |= {file.object_key(copy) for copy in Copy}
        if arrived and holdings.pointers.get(id_) != one.locator:
            yield _filing(sort_key, "file", "it doesn't lead to its filing", f"{one.locator} is it")
        yield from _state(holdings, one, sort_key)
    yield from _strays(holdings, expected)


def _state(holdings: Holdings, one: FileHeld, sort_key: str) -> Iterator[Finding]:
    file, checking = one.file, one.file.state is FileState.CHECKING
    if one.waiting is not checking:
        listed = "it is" if one.waiting else "it isn't"
        yield _filing(one.locator, sort_key, f"{listed} listed as waiting", f"it is {file.state}")
    if checking and file.key not in holdings.lying:
        yield _filing(
            one.locator, sort_key, "it waits, and is gone", "a sweep says so to the office"
        )
    if file.state is FileState.REFUSED and file.reason is None:
        yield _filing(one.locator, sort_key, "it was refused for nothing", "a reason must be there")
    if file.state is FileState.SEALED and not holdings.erased(one.locator):
        for copy in Copy:
            if file.object_key(copy) not in holdings.kept:
                yield _filing(
                    one.locator, sort_key, f"its {copy} copy is lost", "restore the object"
                )


def _strays(holdings: Holdings, expected: set[str]) -> Iterator[Finding]:
    """Yield findings on orphaned objects, and on pointers to rows that don't exist."""
    for key in sorted(holdings.kept - expected):
        yield Finding("evidence", key, "no row says that it is there", "a sweep removes it")
    open_ = {FileState.INVITED, FileState.CHECKING}
    waited = {one.file.key for one in holdings.files.values() if one.file.state in open_}
    for key in sorted(holdings.lying - waited):
        yield Finding("quarantine", key, "nobody waits for it", "a sweep removes it")
    for id_, locator in holdings.pointers.items():
        if id_ not in holdings.files:
            yield _filing(store.file_key(id_), "file", "there is no such file", f"{locator} has it")


def of_codes(holdings: Holdings, acknowledged: Iterable[Acknowledged]) -> Iterator[Finding]:
    """Yield findings on receipts that don't lead to exactly their cases."""
    owned: dict[str, set[str]] = defaultdict(set)
    for id_, case in holdings.cases.items():
        owned[case.filing].add(id_)
    for receipt in acknowledged:
        filing = receipt_codes.Filing(receipt.code)
        filed = holdings.filings.get(filing.locator)
        if filed is None:
            wrong = "it was acknowledged and is lost"
            right = f"restore filing {filing.locator} from a backup"
            yield Finding("followups", receipt.called, wrong, right)
            continue
        cases = {filing.case(at) for at in range(len(filed.cases))}
        references = set(map(receipt_codes.reference, cases))
        strange = not cases or cases != set(filed.cases) or cases != owned[filing.locator]
        if strange or (receipt.references and references != set(receipt.references)):
            message = ", ".join(receipt.references) or f"{len(cases)} cases"
            yield Finding(
                "complaints", receipt.called, "its cases aren't those it was told", message
            )


def _line(of: str, wrong: str) -> Finding:
    return Finding("audit", f"{holdings.TRAIL}{of}", wrong, "one must")


def _case(id_: str, wrong: str, right: str) -> Finding:
    return Finding("complaints", f"{id_} {CASE}", wrong, right)


def _filing(locator: str, sort_key: str, wrong: str, right: str) -> Finding:
    return Finding("followups", f"{locator} {sort_key}", wrong, right)


def _key(of: str, sort_key: str, wrong: str, right: str) -> Finding:
    return Finding("casekeys", f"{of} {sort_key}", wrong, right)


CHECKS: tuple[Callable[[Holdings], Iterator[Finding]], ...] = (
    of_rows,
    of_cases,
    of_filings,
    of_accesses,
    of_forms,
    of_additions,
    of_keys,
    of_files,
)
