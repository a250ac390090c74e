"""Filling in a request: its sections, its documents, and who else is asked."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

from lambdas.requests.member.shared import (
    NEEDS,
    ONE,
    PURPOSE,
    acting,
    app,
    at,
    case_of,
    context,
    section_of,
    seeing,
)
from signet import policy as policies
from signet.addresses import checked
from signet.errors import Conflict, Invalid, NotFound, Refused
from signet.policy.requests import DocumentNeed
from signet.requests import contributing, drafting, operation
from signet.requests.contributing import Invited
from signet.requests.kind import Role, Section
from signet.requests.operation import Case
from signet.uploads import evidence
from signet.web.answer import Answer, Page, SeeOther
from signet.web.form_view import FormView, blank, shaped
from signet.web.forms import Form, FormInvalid, Values, read, values_of
from signet.web.request import Request, id_of, whole_number

SEEN, LATER = "seen", "later"  # what a section's form holds beside its answers


class Documents(Form):
    """Which files are a document."""

    files: tuple[str, ...] = Field((), title="Which of your files is it?", max_length=20)


class Invitation(Form):
    """Whom the owner of a request asks."""

    name: str = Field(title="Their name", min_length=1, max_length=200)
    email: Annotated[str, AfterValidator(checked)] = Field(
        title="Their e-mail address",
        description="They get a link there, and need no account.",
        max_length=200,
    )
    instead_of: str = Field("", title="Instead of", max_length=32)


@app.get(f"{ONE}sections/<name>/", NEEDS)
def show_section(request: Request, id_: str, name: str) -> Answer:
    """Show a section's questions, with what was saved."""
    case = case_of(request, id_)
    section, held = section_of(case, name), case.file.sections.get(name)
    values: Values = held.typed if held else _begun(request, case, section)
    if held is not None and held.data is not None:
        values = values_of(section.model.model_validate(held.data))
    form = FormView(section.model, values, act=request.new_id())
    return _section_page(case, section, form, held.version if held else 0)


def _begun(request: Request, case: Case, section: Section) -> Values:
    """Return what a section is filled in with before it was saved."""
    known = section.begins(operation.asking(seeing(request), case))
    return {name: [value] for name, value in known.items()}


def _section_page(
    case: Case,
    section: Section,
    form: FormView,
    version: int,
    *,
    status: int = 200,
    overtaken: bool = False,
) -> Answer:
    more = {
        "section": section,
        "form": form,
        "asked": shaped(form, section.choices(case.policy)),
        "seen": version,
        "overtaken": overtaken,
    }
    return Page("requests/section.html", context(case, section.title, more), status)


@app.post(f"{ONE}sections/<name>/", NEEDS)
def save_section(request: Request, id_: str, name: str) -> Answer:
    """Save a section: whole, or as far as it is filled in."""
    case = case_of(request, id_)
    section = section_of(case, name)
    typed = {key: value for key, value in request.form.items() if key not in (SEEN, LATER)}
    version, later = _version(request), LATER in request.form
    try:
        answers = read(section.model, typed)
    except FormInvalid as invalid:
        if not later:
            form = FormView.again(section.model, typed, invalid, request.operation_id)
            return _section_page(case, section, form, version, status=invalid.status)
        answers = None
    try:
        drafting.save_section(acting(request), case.file.id, name, version, answers, _plain(typed))
    except Conflict as conflict:
        held = case_of(request, id_).file.sections.get(name)
        form = FormView(section.model, typed, act=request.new_id())
        now = held.version if held else 0
        return _section_page(case, section, form, now, status=conflict.status, overtaken=True)
    return SeeOther(f"{at(case.file.id)}?saved={'later' if answers is None else 'section'}")


def _plain(typed: dict[str, list[str]]) -> dict[str, list[str]]:
    return {name: values for name, values in typed.items() if name != "act"}


def _version(request: Request) -> int:
    version = whole_number(request.form.get(SEEN, [""])[0])
    if version is None:
        raise NotFound
    return version


def _need(case: Case, code: str) -> DocumentNeed:
    need = next((one for one in case.policy.documents if one.code == code), None)
    if need is None:
        raise NotFound
    return need


@app.get(f"{ONE}documents/<code>/", NEEDS)
def show_documents(request: Request, id_: str, code: str) -> Answer:
    """Show a document that is asked for: send files, and choose which of them it is."""
    case = case_of(request, id_)
    need, page = _need(case, code), at(case.file.id, "documents", code)
    owner = drafting.files_of(case.file.head.owner)
    files = evidence.listed(owner, PURPOSE, request.now)
    named = [one.upload for one in case.file.documents if one.code == code]
    ready = [file for file in files if file.state == "clean"]
    fresh = [one.id for one in ready if not one.used and one.back.partition("#")[0] == page]
    more = {
        "need": need,
        "files": files,
        "form": FormView(Documents, {"files": [*named, *fresh]}, act=request.new_id()),
        "choices": [(one.id, one.filename) for one in ready],
        "purpose": evidence.purpose(policies.load(), PURPOSE),
        "page": page,
        "act": request.new_id(),
    }
    return Page("requests/documents.html", context(case, need.title, more))


@app.post(f"{ONE}documents/<code>/", NEEDS)
def name_documents(request: Request, id_: str, code: str) -> Answer:
    """Name the files that are a document."""
    case = case_of(request, id_)
    _need(case, code)
    submitted = read(Documents, request.form)
    files = [id_of(one) for one in submitted.files]
    drafting.name_documents(acting(request), case.file.id, code, files)
    return SeeOther(f"{at(case.file.id)}?saved=documents")


def _role(case: Case, name: str) -> Role:
    role = case.kind.role(name)
    if role is None:
        raise NotFound
    return role


@app.get(f"{ONE}contributors/<role>/", NEEDS)
def show_contributors(request: Request, id_: str, role: str) -> Answer:
    """Show who was asked in a role, and the form that asks another."""
    case = case_of(request, id_)
    form = blank(Invitation, request.new_id(), instead_of=request.query.get("instead_of", ""))
    return _contributors_page(case, _role(case, role), form)


def _contributors_page(case: Case, role: Role, form: FormView, status: int = 200) -> Answer:
    asked = [one for one in case.file.contributions if one.role == role.name]
    instead = form.field("instead_of").value
    more = {
        "role": role,
        "form": form,
        "asked": asked,
        "instead": next((one for one in asked if one.id == instead), None),
        "full": len([one for one in asked if one.counts]) >= role.most,
        "asked_most": contributing.full(case),
    }
    return Page("requests/contributors.html", context(case, role.title, more), status)


@app.post(f"{ONE}contributors/<role>/", NEEDS)
def invite(request: Request, id_: str, role: str) -> Answer:
    """Ask a contributor, or another in place of one who was asked."""
    case = case_of(request, id_)
    wanted_role = _role(case, role)
    try:
        submitted = read(Invitation, request.form)
        invited = Invited(wanted_role.name, submitted.name, submitted.email)
        contributing.invite(
            acting(request),
            case.file.id,
            invited,
            request.new_id(),
            instead_of=id_of(submitted.instead_of) if submitted.instead_of else "",
        )
    except (Invalid, Refused) as error:
        invalid = error if isinstance(error, Invalid) else Invalid(message=error.message)
        form = FormView.again(Invitation, request.form, invalid, request.operation_id)
        return _contributors_page(case_of(request, id_), wanted_role, form, error.status)
    return SeeOther(f"{at(case.file.id)}?saved=invited")
