"""Correcting a posting, with a reason that its company reads."""

from __future__ import annotations

from lambdas.jobs.desk.shared import OFFICER, POSTING, app, at, context_of, page_context
from signet import policy as policies
from signet.errors import Invalid
from signet.jobs import conflicts, places
from signet.jobs.companies.naming import number_of
from signet.jobs.forms import CorrectionDraft
from signet.jobs.model import Posting
from signet.jobs.postings import corrections, moderation
from signet.web.answer import Answer, Page, SeeOther
from signet.web.form_view import FormView, blank
from signet.web.forms import read
from signet.web.request import Request


@app.get(f"{POSTING}correct/", OFFICER)
def show_correcting(request: Request, number: str) -> Answer:
    """Show the fields that can be corrected, as the posting has them."""
    posting = moderation.find(number_of(number))
    conflicts.check(context_of(request), conflicts.of_posting(posting))
    values = {name: getattr(posting.terms, name) for name in corrections.FIELDS}
    form = blank(CorrectionDraft, request.new_id(), version=str(posting.version), **values)
    return _page(request, posting, form)


@app.post(f"{POSTING}correct/", OFFICER)
def correct(request: Request, number: str) -> Answer:
    """Correct the posting."""
    posting = moderation.find(number_of(number))
    try:
        corrections.correct(
            context_of(request), posting.number, read(CorrectionDraft, request.form)
        )
    except Invalid as invalid:
        form = FormView.again(CorrectionDraft, request.form, invalid, request.operation_id)
        return _page(request, posting, form, invalid.status)
    return SeeOther(f"{at('postings', number)}?saved=corrected")


def _page(request: Request, posting: Posting, form: FormView, status: int = 200) -> Page:
    now = context_of(request)
    there = [
        one
        for one in places.listed(now.policy.career_centre)
        if one.active or one.slug == posting.terms.place
    ]
    disciplines = dict.fromkeys((*policies.load().disciplines, posting.terms.discipline))
    more = {
        "posting": posting,
        "form": form,
        "correctable": corrections.correctable(posting, now),
        "places": [(one.slug, f"{one.name}, {one.province}") for one in there],
        "disciplines": [(one, one) for one in disciplines],
    }
    above = (f"Posting {posting.number}", at("postings", posting.number))
    return Page(
        "jobs/desk/correct.html", page_context(request, "Correct the posting", more, above), status
    )
