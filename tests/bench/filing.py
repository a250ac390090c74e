"""Filing a complaint, beside a function that does nothing but put one row."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Mapping
from typing import Any


def prepare() -> None:
    """Make the tables of complaints, and tell the intake its keys."""
    from signet import tables
    from tests.complaint_office import MODELS, settings

    os.environ |= settings()
    tables.bind(MODELS, "signet-")
    tables.create_missing(MODELS)


def file(_: int) -> int:
    """Send a form of its own by the intake, as its page does."""
    from lambdas.complaints import intake
    from signet.complaints import receipt_codes
    from tests.complaint_office import INTAKE_KEY, said
    from tests.events import ask, post

    form = said() | {"submission": receipt_codes.signed(secrets.token_bytes(16), INTAKE_KEY)}
    return ask(intake.app, post(f"{intake.BASE}send", form, act="")).status


def put(_: int) -> int:
    """Send the same words to a function that keeps them and does nothing more."""
    from tests.complaint_office import said
    from tests.events import ask, post

    return ask(_put_one, post("/services/complaints/send", said(), act="")).status


def _put_one(event: Mapping[str, Any], context: object) -> dict[str, object]:
    """Store what was sent in a row of its own: the least that could be called taking it in."""
    from signet.complaints.tables import CaseRow

    del context
    row = CaseRow(secrets.token_hex(16), "case", body=json.dumps(event["body"]))
    row.save(condition=CaseRow.case.does_not_exist())
    return {"statusCode": 200, "headers": {}, "body": "received"}
