"""The list of places, maintained by staff (JOB-9): the policy's list plus their changes."""

from __future__ import annotations

from signet.errors import FieldError, Invalid, NotFound
from signet.jobs import store
from signet.jobs.companies.naming import slug_of
from signet.jobs.context import perform_as_staff
from signet.jobs.forms import PlaceDraft
from signet.jobs.model import Place
from signet.jobs.store import Row
from signet.jobs.tables import PLACES
from signet.policy import JobPolicy
from signet.transactions.context import Context
from signet.transactions.perform import Plan

ABOUT = "jobs#places"
FROM_HOME = "from-home"  # the slug of the list of jobs done from home: no place may have it


def listed(jobs: JobPolicy) -> list[Place]:
    """Return all places by name, in one query; only `active` ones can be chosen."""
    by_slug = {one.slug: Place(**one._asdict()) for one in jobs.places}
    by_slug |= {one.slug: one for one in store.places()}
    return sorted(by_slug.values(), key=lambda place: (place.name.casefold(), place.slug))


def add(context: Context, draft: PlaceDraft) -> str:
    """Add a place, as staff; return its slug. Raises Invalid if it is on the list already."""
    slug = slug_of(draft.name)

    def plan() -> Plan:
        if not slug:
            raise Invalid(FieldError("name", "Give a name with letters"), rule="JOB-9")
        if slug in {FROM_HOME, *(place.slug for place in listed(context.policy.career_centre))}:
            raise Invalid(FieldError("name", "The list has this place already"), rule="JOB-9")
        new_place = Place(slug=slug, name=draft.name, province=draft.province)
        return Plan(slug, [store.put(new_place, Row(PLACES, slug))], {"place": slug})

    return perform_as_staff(context, ABOUT, "jobs.place.added", [draft], plan)


def set_active(context: Context, slug: str, *, active: bool) -> None:
    """Allow or disallow choosing a place, as staff. Raises NotFound."""

    def plan() -> Plan:
        place = store.get(Place, PLACES, slug)
        shown = next(
            (one for one in listed(context.policy.career_centre) if one.slug == slug), None
        )
        if shown is None:
            raise NotFound
        before = place.version if place else 0
        new = shown.model_copy(update={"active": active, "version": before + 1})
        change = store.put(new, Row(PLACES, slug), version=new.version, stored_version=before)
        return Plan(slug, [change], {"place": slug, "active": active})

    perform_as_staff(context, ABOUT, "jobs.place.set", [slug, active], plan)
