"""What the job seekers' pages share: the app, the operation's context, and the résumés."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from signet import policy as policies
from signet.errors import FieldError, Invalid
from signet.jobs import tables
from signet.jobs.applicants.resumes import PURPOSE as RESUME
from signet.policy.uploads import UploadPurpose
from signet.transactions.context import Context
from signet.uploads import evidence
from signet.uploads.model import State, Upload
from signet.web.app import App
from signet.web.request import Request

app = App("careers")
APPLY = "/services/jobs/apply/"
APPLICATIONS = "/services/jobs/applications/"
PROFILE = "/services/jobs/profile/"
REQUESTS = "/services/jobs/requests/"


class Resumes(NamedTuple):
    """A user's résumés, the newest first, and the upload purpose that limits them."""

    files: list[Upload]
    purpose: UploadPurpose

    @property
    def choices(self) -> list[tuple[str, str]]:
        """Return the files that passed their checks, as choices of a form."""
        return [(one.id, one.filename) for one in self.files if one.state is State.CLEAN]

    @property
    def newest(self) -> str:
        """Return the id of the newest file, "" for none: the likely choice after an upload."""
        return self.choices[0][0] if self.choices else ""

    def check(self, chosen: str, *, held: str = "") -> None:
        """Raise Invalid unless the choice is one of the files, empty, or the same as `held`."""
        if chosen and chosen != held and chosen not in dict(self.choices):
            raise Invalid(FieldError(RESUME, "Choose one of your résumés that were checked"))


def resumes(request: Request) -> Resumes:
    """Return the résumés of the signed-in user. One query."""
    owner = tables.account(request.principal.account)
    purpose = evidence.purpose(policies.load(), RESUME)
    return Resumes(evidence.listed(owner, RESUME, request.now), purpose)


def context_of(request: Request) -> Context:
    """Return the context of an operation: who, when, and its id.

    A form carries its operation id; any other request gets a new one.
    """
    return request.context(request.operation_id if request.method == "POST" else "")


def page_context(
    request: Request, title: str, more: Mapping[str, Any], *above: tuple[str, str]
) -> dict[str, Any]:
    """Return a page's template context with what every page here shows; `above` are breadcrumbs."""
    shared = {
        "title": title,
        "today": request.today,
        "saved": request.query.get("saved", ""),
        "crumbs": above,
    }
    return {**shared, **more}
