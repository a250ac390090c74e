"""A proposal of many records: shown by page, downloaded as a file, entered step by step."""

from __future__ import annotations

import gzip
from collections.abc import Iterator, Mapping
from io import StringIO
from typing import NamedTuple

from lambdas.register.desk import words
from lambdas.register.desk.lists import visible
from lambdas.register.desk.shared import DESK, OFFICERS, app, at, officer
from signet.errors import NotFound, Refused
from signet.proposals import actions, entering, parts
from signet.proposals.entering import Progress
from signet.proposals.model import (
    Many,
    PartResult,
    Proposal,
    ProposalContext,
    ProposedRecord,
    State,
)
from signet.register import adding
from signet.web.answer import Answer, Download, SeeOther
from signet.web.request import Request, id_of, whole_number

PROPOSAL = f"{DESK}proposals/<proposal>/"
PARTS_AT_ONCE = 4  # parts that one request enters; the scheduler continues with the rest
FELL_OUT_SHOWN = 100
BYTE_ORDER_MARK = "\ufeff"  # without it, spreadsheets misread UTF-8
COLUMNS = (
    *("subject", "number", "name", "new_record", "entries", "remark"),
    *("page_of", "on_the_page", "now", "after_approval"),
)


class Shown(NamedTuple):
    """One page of a proposal of many records.

    `remarks` are notes by record key: what an approver has to know before, or what became of it
    after.
    """

    number: int
    pages: int
    records: tuple[ProposedRecord, ...]
    remarks: Mapping[str, str]
    progress: Progress | None


def shown(proposal: Proposal, many: Many, typed: str) -> Shown:
    """Return the page that was asked for, the first where none was. Raises NotFound."""
    number = whole_number(typed) or 1
    part = parts.get(proposal.id, many, number)
    began = proposal.state in entering.APPROVED
    progress = entering.progress(proposal, many) if began else None
    result = parts.results(proposal.id).get(number) if began else None
    remarks = _became(result) if result else {}
    if proposal.state is State.OPEN:
        remarks = {one.key: words.MOVED for one in part.records if _moved(one)}
    return Shown(number, len(many.parts), part.records, remarks, progress)


def _moved(record: ProposedRecord) -> bool:
    return adding.held(record.subject, record.number).version != record.version


def _became(result: PartResult) -> dict[str, str]:
    results = dict.fromkeys(result.entered, "Entered")
    return results | {one.record: f"Left out: {one.why}" for one in result.fell_out}


@app.post(f"{PROPOSAL}carry-on", OFFICERS)
def carry_on(request: Request, proposal: str) -> Answer:
    """Enter more parts of an approved proposal."""
    by = officer(request)
    stored = actions.get(id_of(proposal))
    if not visible(by, [stored]):
        raise NotFound
    if stored.state not in entering.APPROVED:
        raise Refused("Only what a second officer approved is entered.")
    return SeeOther(f"{at('proposals', proposal)}?saved={enter_some(by, proposal)}")


def enter_some(by: ProposalContext, proposal: str) -> str:
    """Enter some parts of what was approved; return which message the page shows."""
    if actions.get(proposal).state is not State.APPROVED:
        return "approved"
    return "approved" if entering.continue_entering(by, proposal, PARTS_AT_ONCE) else "entering"


@app.get(f"{PROPOSAL}records.csv", OFFICERS)
def download(request: Request, proposal: str) -> Answer:
    """Download everything that is proposed, for a spreadsheet."""
    by = officer(request)
    stored = actions.get(id_of(proposal))
    if not visible(by, [stored]):
        raise NotFound
    name = f"proposal-{stored.id[:8]}.csv"
    text = csv(stored, by).encode()
    if "gzip" not in request.headers.get("accept-encoding", ""):
        return Download(text, "text/csv; charset=utf-8", name)
    packed = gzip.compress(text, mtime=0)  # a Lambda response holds 6 MB at most
    return Download(packed, "text/csv; charset=utf-8", name, {"Content-Encoding": "gzip"})


def csv(proposal: Proposal, by: ProposalContext) -> str:
    """Return a proposal as CSV in which spreadsheets find no formulas (threat 17)."""
    from signet.register.exchange.cells import Writer  # imported here: few requests write CSV

    out = StringIO()
    writer = Writer(out)
    writer.write([COLUMNS])
    for record, remark in _records(proposal):
        writer.write(_lines(record, remark, by))
    return BYTE_ORDER_MARK + out.getvalue()


def _records(proposal: Proposal) -> Iterator[tuple[ProposedRecord, str]]:
    content = proposal.opened()
    yield from ((one, "") for one in content.records)
    if content.many is None:
        return
    became: dict[str, str] = {}
    for result in parts.results(proposal.id).values():
        became |= _became(result)
    for part in parts.every(proposal.id, content.many):
        yield from ((one, became.get(one.key, "")) for one in part.records)


def _lines(record: ProposedRecord, remark: str, by: ProposalContext) -> Iterator[tuple[str, ...]]:
    entries = ". ".join(words.sentence(record.subject, one, by.policy) for one in record.entries)
    remark = ". ".join(filter(None, (remark, *record.history.values())))
    new = "no" if record.version else "yes"
    first = (record.subject, record.number, record.name, new, entries, remark)
    lines = [
        (*first, f"{page.subject} {page.number}", line.what, line.before, line.after)
        for page in record.pages
        for line in page.lines
    ]
    yield from lines or [(*first, "", "", "", "")]
