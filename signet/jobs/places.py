"""The list of places, which staff keep (JOB-9): the policy's beginning, and what staff changed."""

from __future__ import annotations

from signet.errors import Fault, Invalid, NotFound
from signet.jobs import store
from signet.jobs.companies.naming import slug_of
from signet.jobs.context import Occasion, Plan, by_staff
from signet.jobs.forms import PlaceDraft
from signet.jobs.model import Place
from signet.jobs.store import Row
from signet.jobs.tables import PLACES
from signet.policy import JobPolicy

ABOUT = "jobs#places"
FROM_HOME = "from-home"  # where the list of jobs done from home stands: no place is called so


def listed(jobs: JobPolicy) -> list[Place]:
    """Return every place, by name; `active` ones can be chosen. One query."""
    found = {one.slug: Place(**one._asdict()) for one in jobs.places}
    found |= {one.slug: one for one in store.places()}
    return sorted(found.values(), key=lambda place: (place.name.casefold(), place.slug))


def add(occasion: Occasion, draft: PlaceDraft) -> str:
    """Add a place, as staff; return its short name. Raises Invalid for one that is there."""
    slug = slug_of(draft.name)

    def plan() -> Plan:
        if not slug:
            raise Invalid(Fault("name", "Give a name with letters"), rule="JOB-9")
        if slug in {FROM_HOME, *(place.slug for place in listed(occasion.jobs))}:
            raise Invalid(Fault("name", "The list has this place already"), rule="JOB-9")
        made = Place(slug=slug, name=draft.name, province=draft.province)
        return Plan(slug, [store.put(made, Row(PLACES, slug))], {"place": slug})

    return by_staff(occasion, ABOUT, "jobs.place.added", [draft], plan)


def set_active(occasion: Occasion, slug: str, *, active: bool) -> None:
    """Let a place be chosen from now on, or no more, as staff. Raises NotFound."""

    def plan() -> Plan:
        held = store.get(Place, PLACES, slug)
        shown = next((one for one in listed(occasion.jobs) if one.slug == slug), None)
        if shown is None:
            raise NotFound
        before = held.version if held else 0
        new = shown.model_copy(update={"active": active, "version": before + 1})
        change = store.put(new, Row(PLACES, slug), version=new.version, held=before)
        return Plan(slug, [change], {"place": slug, "active": active})

    by_staff(occasion, ABOUT, "jobs.place.set", [slug, active], plan)
