"""The CPD desk: the year's standings, the random audit, notices and reviews, for officers."""

from __future__ import annotations

from lambdas import started
from lambdas.cpd.desk import absences, audit, cases, conflicts, letters, published, year
from lambdas.cpd.desk.app import app as app
from signet.accounts.tables import MODELS as ACCOUNT_MODELS
from signet.cpd.tables import MODELS as CPD_MODELS
from signet.proposals.tables import MODELS as PROPOSAL_MODELS
from signet.register.tables import MODELS as REGISTER_MODELS
from signet.transactions.tables import MODELS as TRANSACTION_MODELS
from signet.uploads.tables import MODELS as UPLOAD_MODELS

# Importing these registers the function's routes.
ROUTED = (absences, audit, cases, conflicts, letters, published, year)

MODELS = (
    *ACCOUNT_MODELS,
    *TRANSACTION_MODELS,
    *CPD_MODELS,
    *PROPOSAL_MODELS,
    *REGISTER_MODELS,
    *UPLOAD_MODELS,
)
handler = started(app, MODELS)
