"""The register desk: entries proposed for the register, approved, reviewed and voided (T30)."""

from __future__ import annotations

from lambdas import started
from lambdas.register.desk import entries, limits, lists, many, proposals, records, search
from lambdas.register.desk.shared import app as app
from signet.accounts.tables import MODELS as ACCOUNT_MODELS
from signet.cpd.tables import MODELS as CPD_MODELS
from signet.proposals.tables import MODELS
from signet.register.tables import MODELS as REGISTER_MODELS
from signet.requests.tables import MODELS as REQUEST_MODELS
from signet.search.tables import MODELS as SEARCH_MODELS
from signet.transactions.tables import MODELS as TRANSACTION_MODELS

# Importing these registers the function's routes.
ROUTED = (entries, limits, lists, many, proposals, records, search)

handler = started(
    app,
    (
        *MODELS,
        *TRANSACTION_MODELS,
        *ACCOUNT_MODELS,
        *CPD_MODELS,
        *REGISTER_MODELS,
        *REQUEST_MODELS,
        *SEARCH_MODELS,
    ),
)
