"""Labels of posting and request states, kinds of ledger entries, and codes in a profile."""

from __future__ import annotations

from collections.abc import Mapping

from signet.jobs import places
from signet.jobs.applicant_model import Mark, RequestState
from signet.jobs.model import EntryKind, PostingState
from signet.policy import JobPolicy

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
ANSWERS = {
    RequestState.ASKED: "No answer yet",
    RequestState.ACCEPTED: "Yes",
    RequestState.DECLINED: "No",
    RequestState.LAPSED: "Never answered",
    RequestState.PAST: "Yes, long ago",
}
MARKS = {
    Mark.NEW: "New",
    Mark.AGAIN: "Review again",
    Mark.OUT: "Not proceeding",
}


def profile_words(jobs: JobPolicy) -> Mapping[str, Mapping[str, str]]:
    """Return the names of the codes in a career profile: its places, its level."""
    return {
        "places": {one.slug: f"{one.name}, {one.province}" for one in places.listed(jobs)},
        "levels": {one.code: one.name for one in jobs.levels.values()},
    }
