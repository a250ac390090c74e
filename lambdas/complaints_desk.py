"""The complaints desk: the queue, the cases, letters, files, the report, retention (COM)."""

from __future__ import annotations

from lambdas import started
from lambdas.caseroom import (
    acts,
    cases,
    entries,
    files,
    letters,
    queue,
    report,
    respondent,
    retention,
)
from lambdas.caseroom.app import app as app
from signet.accounts.tables import MODELS as ACCOUNT_MODELS
from signet.acts.tables import MODELS as ACT_MODELS
from signet.complaints.tables import MODELS as COMPLAINT_MODELS
from signet.proposals.tables import MODELS as PROPOSAL_MODELS
from signet.register.tables import MODELS as REGISTER_MODELS

# Importing them is what gives the function its routes.
ROUTED = (acts, cases, entries, files, letters, queue, report, respondent, retention)

handler = started(
    app,
    (*ACCOUNT_MODELS, *ACT_MODELS, *COMPLAINT_MODELS, *REGISTER_MODELS, *PROPOSAL_MODELS),
)
