"""What the employers' routes share: the app, and which user acts for which company."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from signet.errors import NotAllowed, NotFound
from signet.jobs import context, published
from signet.jobs.companies import companies
from signet.jobs.context import Employer
from signet.jobs.model import Company, UserRole
from signet.transactions.context import Context
from signet.web.answer import Answer, Download
from signet.web.app import App
from signet.web.request import Request, id_of

app = App("jobs")
JOBS = "/services/jobs/"
PICTURES = "company-picture"  # the upload purpose of their files
COMPANY = f"{JOBS}<company>/"
POSTINGS = f"{COMPANY}postings/"
POSTING = f"{POSTINGS}<number>/"
_HANDLE = re.compile(r"[0-9a-f]{20}")


class Desk(NamedTuple):
    """A company's pages for a user who acts for it."""

    who: Employer
    company: Company

    @property
    def owner(self) -> bool:
        """Tell whether the user may do what owners alone may."""
        return self.who.user.role is UserRole.OWNER

    def at(self, *parts: str) -> str:
        """Return the address of a page of the company's."""
        return "".join((JOBS, f"{self.company.id}/", *(f"{part}/" for part in parts)))

    def page_context(
        self, title: str, more: Mapping[str, Any], *above: tuple[str, str]
    ) -> dict[str, Any]:
        """Return a page's template context with what every page of a company shows.

        `above` are breadcrumbs.
        """
        crumbs = [("Jobs", JOBS), (self.company.name, self.at()), *above]
        shared = {
            "title": title,
            "company": self.company,
            "base": self.at(),
            "owner": self.owner,
            "sees_all": self.who.sees_all,
            "jobs": self.who.context.policy.career_centre,
            "today": self.who.context.today,
        }
        return {**shared, "crumbs": crumbs if title != self.company.name else crumbs[:1], **more}


def context_of(request: Request, operation_id: str = "") -> Context:
    """Return an operation's context; `operation_id` is the form's, or "" for a page view."""
    return request.context(operation_id)


def desk(request: Request, company: str) -> Desk:
    """Return a company's pages for the signed-in user. Raises NotFound unless they act for it.

    A form carries its operation id. Raises CompanyBlocked while staff block the company.
    """
    employer_desk = entrance(request, company)
    if employer_desk.company.blocked is not None:
        raise context.CompanyBlocked
    return employer_desk


def entrance(request: Request, company: str) -> Desk:
    """Return the same for a company's first page, which also shows that it is blocked."""
    operation_id = request.operation_id if request.method == "POST" else ""
    who = context.employer(context_of(request, operation_id), id_of(company))
    return Desk(who, companies.profile(who.company))


def owners_desk(request: Request, company: str) -> Desk:
    """Return the same for what owners alone may see. Raises NotFound, and NotAllowed for others."""
    employer_desk = desk(request, company)
    employer_desk.who.owns()
    return employer_desk


def whole_desk(request: Request, company: str) -> Desk:
    """Return the same for what belongs to the whole company.

    Raises NotAllowed for a user who posts for some clients only, NotFound for one who doesn't act
    for the company.
    """
    employer_desk = desk(request, company)
    if not employer_desk.who.sees_all:
        raise NotAllowed
    return employer_desk


def handle_of(text: str) -> str:
    """Return the handle of a member's profile in an address.

    Raises NotFound for a malformed one.
    """
    if not _HANDLE.fullmatch(text):
        raise NotFound
    return text


def picture(company: Company, name: str) -> Answer:
    """Return a picture of a company's postings, by its name there. Raises NotFound."""
    image = published.picture(company, name)
    if image is None:
        raise NotFound
    stored, content = image
    return Download(content, stored.kind.media, f"picture{stored.kind.suffix}")
