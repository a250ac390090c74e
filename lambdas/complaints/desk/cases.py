"""The page of one case, and marking what is new in it as seen."""

from __future__ import annotations

import os
from collections.abc import Mapping

from lambdas.complaints.desk.acts import possible
from lambdas.complaints.desk.app import CASE, OFFICERS, acting, app, at, officer
from lambdas.complaints.desk.queue import shared
from signet.accounts.model import Role
from signet.complaints.desk import access, case_files, documents, letters, notes, opened_case
from signet.complaints.desk.case_model import ABOUT
from signet.web.answer import Answer, Page, SeeOther
from signet.web.forms import read
from signet.web.request import Request, id_of

REGISTER = (Role.REGISTRAR, Role.REGISTER_OFFICER)  # may void entries at the register desk
STEPS: Mapping[str, str] = {
    "complaint-access-opened": "A respondent given access, and written to",
    "complaint-access-replaced": "A respondent given a new code",
    "complaint-access-revoked": "A respondent’s code revoked",
    "complaint-adjourned": "Adjourned while before a court",
    "complaint-asked": "Asked the complainant",
    "complaint-assigned": "Given to an officer to manage",
    "complaint-decided": "Outcome recorded",
    "complaint-entered": "Entered in the register",
    "complaint-entry-begun": "Entry in the register begun",
    "complaint-entry-proposed": "Entry in the register proposed",
    "complaint-entry-refused": "Entry refused",
    "complaint-entry-withdrawn": "Proposed entry withdrawn",
    "complaint-held": "Legal hold set",
    "complaint-hold-lifted": "Legal hold lifted",
    "complaint-identified": "Recorded who it is about",
    "complaint-letter-arrived": "Arrival of a letter recorded",
    "complaint-letter-came-back": "Letter came back",
    "complaint-letter-made": "Letter made",
    "complaint-letter-served": "Service of a letter recorded",
    "complaint-moved": "Moved",
    "complaint-noted": "Note",
    "complaint-original-opened": "File opened as it was sent",
    "complaint-panel-named": "Panel named",
    "complaint-publication-directed": "Publication directed",
    "complaint-respondent-asked": "Asked the respondent",
    "complaint-respondent-written": "Wrote to the respondent",
    "complaint-respondent-told": "The respondent was told",
    "complaint-told": "Wrote to the complainant",
    "complaint-recused": "An officer recused",
    "complaint-resumed": "Resumed",
}


@app.get(CASE, OFFICERS)
def show_case(request: Request, case: str) -> Answer:
    """Show a case in full; the access is recorded in the audit log before anything is read."""
    by = officer(request)
    case_file = opened_case.open_case(by, id_of(case))
    context = {
        **shared(by),
        "title": f"Case {case_file.case.reference}",
        "file": case_file,
        "case": case_file.case,
        "about": ABOUT,
        "steps": STEPS,
        "unprintable": [documents.unprintable(one) for one in case_file.letters],
        "clocks": [letters.clock(one.letter, by.policy) for one in case_file.letters],
        "pieces": case_files.pieces,
        "scanner": _scanner(),
        "possible": possible(by, case_file.case),
        "takes_back": not by.roles.isdisjoint(REGISTER),
        "no_access": access.reasons_against(by, case_file.case),
        "act": request.new_id(),
    }
    return Page("complaints/desk/case.html", context)


@app.post(f"{CASE}seen", OFFICERS)
def mark_seen(request: Request, case: str) -> Answer:
    """Mark what came in as seen."""
    from lambdas.complaints.desk.forms import NewsSeen  # imported here: few requests use a form

    parts = read(NewsSeen, request.form).parts
    notes.mark_seen(acting(request), id_of(case), parts)
    return SeeOther(at("cases", case))


def _scanner() -> str:
    """Return the name of the scanner that checks files."""
    from signet.uploads.scanner import chosen  # imported here: only the page of a case names it

    return chosen(os.environ).name
