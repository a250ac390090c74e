"""The career centre for employers: companies, credits, postings, figures, applications (JOB)."""

from __future__ import annotations

from lambdas import started
from lambdas.jobs.employers import applicants, companies, members, money, people, postings, writing
from lambdas.jobs.employers.shared import app as app
from signet.accounts.tables import MODELS as ACCOUNT_MODELS
from signet.jobs.tables import MODELS
from signet.register.tables import MODELS as REGISTER_MODELS
from signet.transactions.tables import MODELS as TRANSACTION_MODELS
from signet.uploads.tables import MODELS as UPLOAD_MODELS

# Importing these registers the function's routes.
ROUTED = (applicants, companies, members, money, people, postings, writing)

handler = started(
    app, (*MODELS, *TRANSACTION_MODELS, *ACCOUNT_MODELS, *REGISTER_MODELS, *UPLOAD_MODELS)
)
