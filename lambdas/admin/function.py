"""Accounts and roles, the audit log, and undeliverable mail: for administrators."""

from __future__ import annotations

from lambdas import started
from lambdas.admin import accounts, grants, log_and_mail
from lambdas.admin.shared import app
from signet.accounts.tables import MODELS
from signet.transactions.tables import MODELS as TRANSACTION_MODELS

__all__ = ["accounts", "app", "grants", "handler", "log_and_mail"]

handler = started(app, (*MODELS, *TRANSACTION_MODELS))
