"""A respondent's pages: reading what was sent and answering, with the code of their letter.

They see their case's reference, what staff wrote to them and by when an answer is wanted: nothing
of the complaint itself, of the complainant, or of any other respondent.
"""

from __future__ import annotations

from lambdas.complaints.followup.shared import INTAKE, Side, serve
from signet.complaints import receipt_codes

BASE = f"{INTAKE}followup/respondent/"
RESPONDENT = Side(
    of=receipt_codes.RESPONDENT,
    base=BASE,
    page="complaints/followup/respond.html",
    asking="complaints/followup/respond_code.html",
    title="A complaint that you are asked about",
    asking_title="Read and answer what we sent you",
    added="your response",
)

serve(RESPONDENT)
