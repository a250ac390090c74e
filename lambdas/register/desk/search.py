"""The search for anyone on record. What was typed is in no address, no log and no audit line."""

from __future__ import annotations

from lambdas.register.desk.about import may_see_contacts
from lambdas.register.desk.lists import beginnings, record_at
from lambdas.register.desk.shared import DESK, OFFICERS, app, at, context, officer
from signet.errors import FieldError, Invalid
from signet.proposals.model import ProposalContext
from signet.search import asked, finding
from signet.search.asked import Asked
from signet.search.finding import Found, Hit, Seeker
from signet.search.forms import NEEDED, Search
from signet.transactions import audit
from signet.transactions.audit import Audit
from signet.web.answer import Answer, Page, SeeOther
from signet.web.form_view import FormView, blank
from signet.web.forms import read
from signet.web.request import Request

SEARCH = f"{DESK}search/"
NOT_BY_ADDRESS = "Your role doesn’t see contact data: enter a name, a number or a reference"
REQUESTS = "/services/requests/desk/"


@app.get(SEARCH, OFFICERS)
def ask(request: Request) -> Answer:
    """Ask who is looked for."""
    return _page(request, blank(Search, request.new_id()))


@app.post(SEARCH, OFFICERS)
def search(request: Request) -> Answer:
    """List who was found; a number that one record has leads straight to it.

    The search is logged first: by what kind of word, how many were found, without the words.
    """
    by = officer(request)
    try:
        typed = read(Search, request.form).wanted.strip()
        looked_for = asked.read(typed, by.policy)
        if not (looked_for.words or looked_for.email):
            raise Invalid(FieldError("wanted", NEEDED))
        if looked_for.email and not may_see_contacts(by):
            raise Invalid(FieldError("wanted", NOT_BY_ADDRESS))
    except Invalid as invalid:
        form = FormView.again(Search, request.form, invalid, request.new_id())
        return _page(request, form, status=invalid.status)
    result = finding.find(looked_for, Seeker(by.account, by.member or "", by.today))
    _note(by, looked_for, result)
    if led := _one(looked_for, typed, result):
        return SeeOther(led)
    form = FormView(Search, {"wanted": [typed]}, (), request.new_id())
    return _page(request, form, typed, result, looked_for)


def _note(by: ProposalContext, looked_for: Asked, found: Found) -> None:
    way = "email" if looked_for.email else "number" if looked_for.exact else "name"
    detail = {"by": way, "found": len(found.hits)}
    audit.note(Audit("search", "records-searched", by.account, by.now, detail), by.operation)


def _one(looked_for: Asked, wanted: str, found: Found) -> str:
    """Return the address of the one record that has a number or reference, or ""."""
    if not looked_for.exact:
        return ""
    if len(found.hits) == 1 and not found.more and not found.unsure:
        return address(found.hits[0])
    # The index is a moment behind: what was entered just now is on the register already.
    return "" if found.hits else record_at(wanted.upper())


def address(hit: Hit) -> str:
    """Return the address of what was found."""
    if hit.kind == "request":
        return f"{REQUESTS}{hit.number}/"
    return at("records", hit.kind, hit.number)


def _page(
    request: Request,
    form: FormView,
    wanted: str = "",
    found: Found | None = None,
    looked_for: Asked = Asked(),  # noqa: B008 - it can't be changed
    status: int = 200,
) -> Page:
    titles = {}
    if found:
        policy = request.context().policy
        titles = {one.code: one.title for one in policy.requests.taken(request.today)}
    more = {
        "form": form,
        "wanted": wanted,
        "found": found,
        "by_email": bool(looked_for.email),
        "lines": [(hit, address(hit), titles.get(hit.asks, hit.asks)) for hit in _hits(found)],
        "most": finding.MOST,
        "begins": _begun_of(wanted, looked_for, found),
    }
    title = "Records found" if found else "Find anybody on record"
    return Page("register/desk/found.html", context(request, title, more), status)


def _begun_of(wanted: str, looked_for: Asked, found: Found | None) -> list[tuple[str, str]]:
    """Return where a record can be begun, of a number that no record has."""
    unknown = looked_for.exact and found is not None and not found.hits
    return beginnings(wanted.upper()) if unknown else []


def _hits(found: Found | None) -> tuple[Hit, ...]:
    return found.hits if found else ()
