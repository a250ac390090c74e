"""The CPD desk: officers' standing of the year, the random audit, notices and reviews."""

from __future__ import annotations

from lambdas import started
from lambdas.desk import absences, audit, cases, letters, published, year
from lambdas.desk.app import app as app
from signet.accounts.tables import MODELS as ACCOUNT_MODELS
from signet.acts.tables import MODELS as ACT_MODELS
from signet.cpd.tables import MODELS as CPD_MODELS
from signet.register.tables import MODELS as REGISTER_MODELS

# Importing them is what gives the function its routes.
ROUTED = (absences, audit, cases, letters, published, year)

handler = started(app, (*ACCOUNT_MODELS, *ACT_MODELS, *CPD_MODELS, *REGISTER_MODELS))
