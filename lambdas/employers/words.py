"""What pages call the states of postings and the kinds of entries in a ledger."""

from __future__ import annotations

from signet.jobs.model import EntryKind, PostingState

STATES = {
    PostingState.DRAFT: "Draft",
    PostingState.AWAITING: "Waiting for approval",
    PostingState.LIVE: "Live",
    PostingState.PAUSED: "Paused",
    PostingState.CLOSED: "Closed",
    PostingState.ENDED: "Ended",
}
KINDS = {
    EntryKind.GRANT: "Given by staff",
    EntryKind.PURCHASE: "Bought",
    EntryKind.CARRIED: "Carried over",
    EntryKind.SPEND: "Spent on a posting",
    EntryKind.RETURN: "Given back",
    EntryKind.REFUND: "Taken back",
    EntryKind.EXPIRY: "Expired",
}
