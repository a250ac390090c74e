"""The list of places that postings choose from (JOB-9)."""

from __future__ import annotations

from pydantic import Field

from lambdas.jobs.desk.shared import DESK, OFFICER, app, at, context_of, page_context
from signet import policy as policies
from signet.errors import Invalid, NotFound
from signet.jobs import places
from signet.jobs.forms import PlaceDraft
from signet.web.answer import Answer, Page, SeeOther
from signet.web.form_view import FormView, blank
from signet.web.forms import Form, read
from signet.web.request import Request

PLACES = f"{DESK}places/"


class Active(Form):
    """Whether a place can be chosen."""

    active: bool = Field(title="It can be chosen")


@app.get(PLACES, OFFICER)
def show_places(request: Request) -> Answer:
    """Show the list of places."""
    return _page(request, blank(PlaceDraft, request.new_id(), province=_home()))


def _home() -> str:
    jobs = policies.load().jobs
    return jobs.places[0].province if jobs and jobs.places else ""


def _page(request: Request, form: FormView, status: int = 200) -> Page:
    jobs = policies.load().jobs
    if jobs is None:
        raise NotFound
    listed = [(one, request.new_id()) for one in places.listed(jobs)]
    more = {"form": form, "places": listed}
    return Page("jobs/desk/places.html", page_context(request, "Places", more), status)


@app.post(PLACES, OFFICER)
def add(request: Request) -> Answer:
    """Add a place."""
    try:
        places.add(context_of(request), read(PlaceDraft, request.form))
    except Invalid as invalid:
        return _page(
            request,
            FormView.again(PlaceDraft, request.form, invalid, request.operation_id),
            invalid.status,
        )
    return SeeOther(f"{at('places')}?saved=place")


@app.post(f"{PLACES}<place>/active", OFFICER)
def set_active(request: Request, place: str) -> Answer:
    """Let a place be chosen, or no longer."""
    submitted = read(Active, request.form)
    places.set_active(context_of(request), place, active=submitted.active)
    return SeeOther(f"{at('places')}?saved=place")
