"""Requests of one's own: begun, filled in, submitted, withdrawn, appealed."""

from __future__ import annotations

from lambdas import started
from lambdas.requests.member import filling, requests
from lambdas.requests.member.shared import app
from signet.accounts.tables import MODELS as ACCOUNT_MODELS
from signet.proposals.tables import MODELS as PROPOSAL_MODELS
from signet.register.tables import MODELS as REGISTER_MODELS
from signet.requests.tables import MODELS
from signet.transactions.tables import MODELS as ACT_MODELS
from signet.uploads.tables import MODELS as UPLOAD_MODELS

__all__ = ["app", "filling", "handler", "requests"]

handler = started(
    app,
    (
        *MODELS,
        *ACT_MODELS,
        *ACCOUNT_MODELS,
        *REGISTER_MODELS,
        *PROPOSAL_MODELS,
        *UPLOAD_MODELS,
    ),
)
