"""The job seekers' side of the career centre: applications, profile, contact requests (JOB-5).

The routes are in the modules beside this one, by subject.
"""

from __future__ import annotations

from lambdas import started
from lambdas.jobs.applicants import applied, applying, contacts, profile
from lambdas.jobs.applicants.shared import app
from signet.accounts.tables import MODELS as ACCOUNT_MODELS
from signet.jobs.tables import MODELS
from signet.register.tables import MODELS as REGISTER_MODELS
from signet.transactions.tables import MODELS as TRANSACTION_MODELS
from signet.uploads.tables import MODELS as UPLOAD_MODELS

__all__ = ["app", "applied", "applying", "contacts", "handler", "profile"]

handler = started(
    app, (*MODELS, *TRANSACTION_MODELS, *ACCOUNT_MODELS, *REGISTER_MODELS, *UPLOAD_MODELS)
)
