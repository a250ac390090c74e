"""Staff's corrections of postings: mailed to the company, and kept in the posting's history."""

from __future__ import annotations

from collections.abc import Iterator

from signet.errors import Conflict, FieldError, Invalid
from signet.jobs import places, store
from signet.jobs.forms import CorrectionDraft
from signet.jobs.model import Posting, PostingState, Terms
from signet.jobs.postings import moderation, rules
from signet.jobs.postings.postings import WrongState
from signet.jobs.postings.transitions import moved, past
from signet.transactions.context import Context
from signet.transactions.outbox import Mail
from signet.transactions.perform import Plan

FIELDS = ("title", "discipline", "place", "description")
# The states in which readers see a posting or are about to.
CORRECTABLE = (PostingState.AWAITING, PostingState.LIVE, PostingState.PAUSED)


def correctable(posting: Posting, context: Context) -> bool:
    """Tell whether staff can correct a posting in its present state."""
    return posting.state in CORRECTABLE and not rules.is_over(posting, context.today)


def correct(context: Context, number: str, draft: CorrectionDraft) -> None:
    """Correct the content of a posting; its days, credits and state stay (JOB-1).

    Raises NotFound, Conflict, WrongState, Concerned, Invalid.
    """

    def plan() -> Plan:
        before = moderation.find(number)
        if before.version != draft.version:
            raise Conflict
        if not correctable(before, context):
            raise WrongState
        terms = _corrected(before.terms, draft, context)
        new = before.model_copy(update={"terms": terms, "edited_at": context.now})
        changed = [name for name in FIELDS if getattr(terms, name) != getattr(before.terms, name)]
        page_context = {
            "number": number,
            "title": before.terms.title,
            "company": before.company,
            "fields": [CorrectionDraft.model_fields[name].title for name in changed],
            "reason": draft.reason,
        }
        mail = Mail(moderation.address_of(before), "jobs_posting_corrected", page_context)
        kept = store.put_past(past(context, before, draft.reason), before)
        return Plan("", [moved(before, new), kept], {"fields": changed}, [mail])

    moderation.decide(context, number, "jobs.posting.corrected", [draft], plan)


def _corrected(stored: Terms, draft: CorrectionDraft, context: Context) -> Terms:
    errors = list(_errors(stored, draft, context))
    terms = stored.model_copy(update={name: getattr(draft, name) for name in FIELDS})
    if not errors and terms == stored:
        errors = [FieldError("title", "Nothing has changed: change the title, place or text")]
    if errors:
        raise Invalid(*errors, rule="JOB-1")
    return terms


def _errors(terms: Terms, draft: CorrectionDraft, context: Context) -> Iterator[FieldError]:
    from signet.jobs.postings import (
        markdown,  # only here: the scheduled function lacks it and reads no forms
    )

    if draft.discipline not in {terms.discipline, *context.policy.disciplines}:
        yield FieldError("discipline", "Choose one of the list")
    there = {one.slug for one in places.listed(context.policy.career_centre) if one.active}
    if draft.place not in {terms.place, *there, ""}:
        yield FieldError("place", "Choose a place of the list")
    if not draft.place and not terms.remote:
        yield FieldError("place", "Choose a place: this job isn’t marked as done from home")
    if not markdown.plain_text(draft.description):
        yield FieldError("description", "Describe the job: nothing of this would be shown")
