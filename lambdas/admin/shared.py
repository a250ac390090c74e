"""What the administrators' pages share: the app, their addresses, and the reason they ask for."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from signet.accounts.model import Role
from signet.web.app import App
from signet.web.forms import Form, Says

app = App("admin")

HOME = "/services/admin/"
ROLES = f"{HOME}roles/"
GRANTS = f"{HOME}grants/"
MAIL = f"{HOME}mail/"
AUDIT_LOG = f"{HOME}audit/"
APPROVERS = (Role.ADMINISTRATOR, Role.REGISTRAR)
KEPT = "Recorded in the audit log"

Reason = Annotated[str, Says(missing="Say why: it is recorded in the audit log")]


class Why(Form):
    """Why something is taken away."""

    reason: Reason = Field(title="Reason", description=KEPT, max_length=500)
