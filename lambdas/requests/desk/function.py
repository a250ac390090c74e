"""The desk of requests: the work list, each file, and what can be done with it."""

from __future__ import annotations

from lambdas import started
from lambdas.requests.desk import acts, files, worklist
from lambdas.requests.desk.app import app
from signet.accounts.tables import MODELS as ACCOUNT_MODELS
from signet.cpd.tables import MODELS as CPD_MODELS
from signet.proposals.tables import MODELS as PROPOSAL_MODELS
from signet.register.tables import MODELS as REGISTER_MODELS
from signet.requests.tables import MODELS
from signet.transactions.tables import MODELS as ACT_MODELS
from signet.uploads.tables import MODELS as UPLOAD_MODELS

__all__ = ["acts", "app", "files", "handler", "worklist"]

handler = started(
    app,
    (
        *MODELS,
        *ACT_MODELS,
        *ACCOUNT_MODELS,
        *PROPOSAL_MODELS,
        *UPLOAD_MODELS,
        *CPD_MODELS,
        *REGISTER_MODELS,
    ),
)
