"""What the register desk's routes share: the app, who may use it, and the request's officer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from signet.accounts.model import Role
from signet.proposals.model import ProposalContext
from signet.publish.proposed import PageComparison
from signet.web.app import App
from signet.web.request import Request

app = App("register-desk")
DESK = "/services/register/"
OFFICERS = (Role.REGISTRAR, Role.REGISTER_OFFICER)


def officer(request: Request) -> ProposalContext:
    """Return the officer of a request. A form carries its operation id."""
    context = request.context(request.operation_id if request.method == "POST" else "")
    return ProposalContext.of(
        context,
        salt=request.new_id(),
        difference=PageComparison(context.policy, request.today),
    )


def at(*parts: str) -> str:
    """Return the address of a page of the desk."""
    return "".join((DESK, *(f"{part}/" for part in parts)))


def context(
    request: Request, title: str, more: Mapping[str, Any], *above: tuple[str, str]
) -> dict[str, Any]:
    """Return a page's template context with what every page of the desk shows."""
    shared = {
        "title": title,
        "desk": DESK,
        "now": request.now,
        "saved": request.query.get("saved", ""),
        "crumbs": [("Register desk", DESK), *above] if request.path != DESK else [],
    }
    return {**shared, **more}
