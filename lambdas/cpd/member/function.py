"""A member's continuing professional development: the log, its declaration, its audit.

The routes are in the modules beside this one, by subject.
"""

from __future__ import annotations

from lambdas import started
from lambdas.cpd.member import absences, activities, audits, years
from lambdas.cpd.member.shared import app
from signet.accounts.tables import MODELS as ACCOUNT_MODELS
from signet.cpd.tables import MODELS
from signet.register.tables import MODELS as REGISTER_MODELS
from signet.transactions.tables import MODELS as TRANSACTION_MODELS
from signet.uploads.tables import MODELS as UPLOAD_MODELS

__all__ = ["absences", "activities", "app", "audits", "handler", "years"]

handler = started(
    app, (*MODELS, *TRANSACTION_MODELS, *ACCOUNT_MODELS, *REGISTER_MODELS, *UPLOAD_MODELS)
)
