"""What the lists of regulatory actions hold: conditions, suspensions and published decisions.

Each is a row of one record, made with the record and from the same public facts, and says the
record's verdict, which is compared with the record's own outputs as any other page's words on it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from signet.publish.agreement import marks
from signet.publish.batch import Batch, Listed, Named
from signet.publish.public import (
    ActionKind,
    Headline,
    PublicMember,
    PublicPermit,
    RegulatoryAction,
)
from signet.publish.render.pages import Pages
from signet.publish.verify import links, page_errors

SUSPENDED = "suspended"  # the status that signet.register.kinds enters as a suspension


def of_record(record: PublicMember | PublicPermit) -> Iterator[RegulatoryAction]:
    """Yield a record's conditions, its suspension and its published decisions (STA-4, STA-6)."""
    for condition in record.conditions:
        yield _action(record, "conditions", condition.text, condition.since)
    if record.status == SUSPENDED:
        head = record.headline
        yield _action(record, "suspensions", head.reason, head.since, until=head.until)
    for decision in record.decisions if isinstance(record, PublicMember) else ():
        told = decision.title, decision.decided_on
        yield _action(record, "decisions", *told, summary=decision.summary)


def _action(
    record: PublicMember | PublicPermit,
    kind: ActionKind,
    text: str,
    since: str,
    *,
    until: str = "",
    summary: str = "",
) -> RegulatoryAction:
    is_member = isinstance(record, PublicMember)
    return RegulatoryAction(
        kind=kind,
        subject="member" if is_member else "permit",
        number=record.number,
        sort_name=record.sort_name if isinstance(record, PublicMember) else record.name,
        text=text,
        summary=summary,
        since=since,
        until=until,
        status=record.headline.words,
        tone=record.headline.tone,
    )


def list_actions(
    batch: Batch,
    pages: Pages,
    record: PublicMember | PublicPermit,
    key: str,
    chosen: Mapping[str, Headline],
    hidden: Sequence[str],
) -> None:
    """Add a record's rows to the batch, each checked; `key` sorts them, `hidden` isn't public.

    `chosen` holds the verdicts to publish where outputs differed (signet.publish.agreement).
    """
    for action in of_record(record):
        row = pages.action_row(action)
        row = marks.others_with(row, chosen) if chosen else row
        batch.actions.setdefault(action.kind, []).append(
            Listed(key, record.number, "", (), (), row)
        )
        of = f"{action.subject} {record.number}"
        batch.verdicts[of] = record.headline
        batch.named += [Named(f"list of {action.kind}", *said) for said in marks.others(row)]
        batch.links |= links(row)
        batch.errors += page_errors(f"the row of {of}", row, (record.number,), hidden)
