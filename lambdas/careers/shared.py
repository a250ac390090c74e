"""What the people's pages share: the function, who does something, and their résumés."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from signet import policy as policies
from signet.errors import Fault, Invalid
from signet.jobs import tables
from signet.jobs.applicants.resumes import PURPOSE as RESUME
from signet.jobs.context import Occasion
from signet.policy.uploads import UploadPurpose
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
    """Somebody's résumés, the newest first, and what may be sent as one."""

    files: list[Upload]
    purpose: UploadPurpose

    @property
    def choices(self) -> list[tuple[str, str]]:
        """Those that passed their checks, to choose from."""
        return [(one.id, one.filename) for one in self.files if one.state is State.CLEAN]

    @property
    def newest(self) -> str:
        """The one that was sent last, "" for none: what somebody means who has just sent it."""
        return self.choices[0][0] if self.choices else ""

    def check(self, chosen: str, *, held: str = "") -> None:
        """Raise Invalid unless what was chosen is one of them, none, or what is `held` already."""
        if chosen and chosen != held and chosen not in dict(self.choices):
            raise Invalid(Fault(RESUME, "Choose one of your résumés that were checked"))


def resumes(request: Request) -> Resumes:
    """The résumés of whoever asks. One query."""
    owner = tables.account(request.principal.account)
    purpose = evidence.purpose(policies.load(), RESUME)
    return Resumes(evidence.listed(owner, RESUME, request.now), purpose)


def occasion_of(request: Request) -> Occasion:
    """Who does something, and when; of a form the act is the one it carries."""
    return Occasion(
        account=request.principal.account,
        act=request.act if request.method == "POST" else request.new_id(),
        now=request.now,
        today=request.today,
        policy=policies.load(),
    )


def facts(
    request: Request, title: str, more: Mapping[str, Any], *above: tuple[str, str]
) -> dict[str, Any]:
    """A page's facts with those that every page here shows; `above` are crumbs."""
    shared = {
        "title": title,
        "today": request.today,
        "saved": request.query.get("saved", ""),
        "crumbs": above,
    }
    return {**shared, **more}
