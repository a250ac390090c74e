"""Who acts for a company, and the companies that it recruits for (JOB-3)."""

from __future__ import annotations

from pydantic import Field

from lambdas.jobs.employers.shared import COMPANY, PICTURES, Desk, app, owners_desk
from signet.errors import Invalid
from signet.jobs import tables
from signet.jobs.companies import clients, companies
from signet.jobs.forms import ClientDraft, ClientEdit, UserDraft
from signet.jobs.model import Client
from signet.uploads import evidence
from signet.web.answer import Answer, Page, SeeOther
from signet.web.app import SIGNED_IN
from signet.web.form_view import FormView, blank
from signet.web.forms import Form, read
from signet.web.request import Request, id_of

ROLES = (
    ("poster", "Poster", "Postings, their applications, and looking for members"),
    ("owner", "Owner", "All of that, and the profile, credits, people and clients"),
)


class Active(Form):
    """Whether new postings may be on behalf of a client."""

    active: bool = Field(title="New postings may be on its behalf")


@app.get(f"{COMPANY}people/", SIGNED_IN)
def show_people(request: Request, company: str) -> Answer:
    """List who acts for the company."""
    at = owners_desk(request, company)
    return _people_page(request, at, blank(UserDraft, request.new_id(), role="poster"))


def _people_page(request: Request, at: Desk, form: FormView, status: int = 200) -> Page:
    named = clients.listed(at.who)
    context = {
        "form": form,
        "users": [(user, request.new_id()) for user in companies.users(at.who)],
        "roles": ROLES,
        "clients": [(one.id, one.name) for one in named],
        "names": {one.id: one.name for one in named},
        "me": request.principal,
        "saved": request.query.get("saved", ""),
    }
    return Page("jobs/employers/people.html", at.page_context("People", context), status)


@app.post(f"{COMPANY}people/", SIGNED_IN)
def set_person(request: Request, company: str) -> Answer:
    """Let a person act for the company, or change what they may do."""
    from signet.accounts import actions as accounts  # imported here: signing in comes with it

    at = owners_desk(request, company)
    try:
        draft = read(UserDraft, request.form)
        account = accounts.promise(
            draft.email,
            by=at.who.user.account,
            now=request.now,
            operation_id=at.who.context.next("invite").operation,
            random=app.random,
        )
        companies.set_user(at.who, account, draft)
    except Invalid as invalid:
        form = FormView.again(UserDraft, request.form, invalid, request.operation_id)
        return _people_page(request, at, form, invalid.status)
    return SeeOther(f"{at.at('people')}?saved=person")


@app.post(f"{COMPANY}people/<account>/remove", SIGNED_IN)
def remove_person(request: Request, company: str, account: str) -> Answer:
    """Remove a person from those who act for the company."""
    at = owners_desk(request, company)
    companies.remove_user(at.who, id_of(account))
    return SeeOther(f"{at.at('people')}?saved=removed")


@app.get(f"{COMPANY}clients/", SIGNED_IN)
def show_clients(request: Request, company: str) -> Answer:
    """List the companies that it recruits for."""
    at = owners_desk(request, company)
    return _clients_page(request, at, blank(ClientDraft, request.new_id()))


def _clients_page(request: Request, at: Desk, form: FormView, status: int = 200) -> Page:
    listed = [(one, request.new_id()) for one in clients.listed(at.who)]
    context = {"form": form, "clients": listed, "saved": request.query.get("saved", "")}
    return Page("jobs/employers/clients.html", at.page_context("Clients", context), status)


@app.post(f"{COMPANY}clients/", SIGNED_IN)
def add_client(request: Request, company: str) -> Answer:
    """Add a client."""
    at = owners_desk(request, company)
    try:
        clients.add(at.who, read(ClientDraft, request.form))
    except Invalid as invalid:
        form = FormView.again(ClientDraft, request.form, invalid, request.operation_id)
        return _clients_page(request, at, form, invalid.status)
    return SeeOther(f"{at.at('clients')}?saved=client")


@app.get(f"{COMPANY}clients/<client>/", SIGNED_IN)
def show_client(request: Request, company: str, client: str) -> Answer:
    """Show a client's name, website and logo for editing."""
    at = owners_desk(request, company)
    stored = clients.find(at.who, id_of(client))
    form = blank(ClientEdit, request.new_id(), **_as_typed(stored))
    return _client_page(request, at, stored, form)


def _as_typed(client: Client) -> dict[str, str]:
    known = {"name": client.name, "website": client.website, "logo": client.logo}
    return known | {"version": str(client.version)}


def _client_page(
    request: Request, at: Desk, client: Client, form: FormView, status: int = 200
) -> Page:
    owner = tables.company(at.company.id)
    choices = [(one.id, one.filename) for one in evidence.clean(owner, PICTURES, request.now)]
    context = at.page_context(
        f"Client: {client.name}", {"form": form, "client": client, "choices": choices}
    )
    return Page("jobs/employers/client.html", context, status)


@app.post(f"{COMPANY}clients/<client>/", SIGNED_IN)
def edit_client(request: Request, company: str, client: str) -> Answer:
    """Correct a client's name, website or logo."""
    at = owners_desk(request, company)
    stored = clients.find(at.who, id_of(client))
    try:
        clients.edit(at.who, stored.id, read(ClientEdit, request.form))
    except Invalid as invalid:
        form = FormView.again(ClientEdit, request.form, invalid, request.operation_id)
        return _client_page(request, at, stored, form, invalid.status)
    return SeeOther(f"{at.at('clients')}?saved=client")


@app.post(f"{COMPANY}clients/<client>/active", SIGNED_IN)
def set_client(request: Request, company: str, client: str) -> Answer:
    """Allow new postings on behalf of a client, or stop allowing them."""
    at = owners_desk(request, company)
    submitted = read(Active, request.form)
    clients.set_active(at.who, id_of(client), active=submitted.active)
    return SeeOther(f"{at.at('clients')}?saved=client")
