"""The career centre's desk: approval, companies and their credits, payments, places (JOB)."""

from __future__ import annotations

from lambdas import started
from lambdas.jobs.desk import accounts, correcting, moderating, places, vetting
from lambdas.jobs.desk.shared import app as app
from signet.accounts.tables import MODELS as ACCOUNT_MODELS
from signet.jobs.tables import MODELS
from signet.register.tables import MODELS as REGISTER_MODELS
from signet.transactions.tables import MODELS as TRANSACTION_MODELS

# Importing these registers the function's routes; of two that match, the first is used.
ROUTED = (accounts, correcting, moderating, places, vetting)

handler = started(app, (*MODELS, *TRANSACTION_MODELS, *ACCOUNT_MODELS, *REGISTER_MODELS))
