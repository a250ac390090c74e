"""An officer's daily work on a case: notes, questions, messages, and marking news as seen."""

from __future__ import annotations

from collections.abc import Sequence

from signet.complaints import access
from signet.complaints.desk import case_store
from signet.complaints.desk.context import (
    CaseChange,
    CaseVersion,
    Officer,
    case_of,
    change_case,
    of_case,
    operation_owner,
)
from signet.complaints.desk.messages import to_complainant
from signet.complaints.model import Case
from signet.complaints.store import message_key, question_key
from signet.complaints.tables import FilingRow
from signet.transactions.commit import Change, Update, digest_of
from signet.transactions.perform import ONCE, Command, Plan, perform

SEEN_MOST = 50  # pieces of news that one form can mark as seen
UNSEEN = "unseen"


def note(officer: Officer, seen: CaseVersion, text: str) -> None:
    """Store a sealed note with a case. Raises NotFound, Conflict."""
    change_case(officer, seen, "complaint-noted", [text], lambda case: CaseChange(case, note=text))


def ask(officer: Officer, seen: CaseVersion, text: str) -> None:
    """Ask the complainant a question, sealed to the receipt code.

    If the complainant gave an e-mail address, a mail says that something waits, but not what.
    Raises Refused when the filing is deleted, NotFound, Conflict.
    """

    def change(case: Case) -> CaseChange:
        sort_key = question_key(officer.today, officer.operation)
        changes, mail = to_complainant(officer, case, sort_key, text)
        return CaseChange(case, {"question": officer.operation}, text, changes, mail)

    change_case(officer, seen, "complaint-asked", [text], change)


def send_message(officer: Officer, seen: CaseVersion, text: str) -> None:
    """Send the complainant a message that needs no answer, sealed and announced as in `ask`."""

    def change(case: Case) -> CaseChange:
        sort_key = message_key(officer.today, officer.operation)
        changes, mail = to_complainant(officer, case, sort_key, text)
        return CaseChange(case, {"message": officer.operation}, text, changes, mail)

    change_case(officer, seen, "complaint-told", [text], change)


def mark_seen(officer: Officer, id_: str, parts: Sequence[str]) -> None:
    """Mark what came in as seen, so that it is no longer listed as new. Raises NotFound.

    A respondent's part is named ACCESS@PART.
    """
    case = case_of(officer, id_)
    news = [one for sort_key in parts[:SEEN_MOST] if (one := _new_one(case, sort_key))]
    if not news:
        return
    changes: list[Change] = [
        Update(
            FilingRow(locator, sort_key),
            [FilingRow.listed.remove(), FilingRow.place.remove()],
            FilingRow.listed == UNSEEN,
        )
        for locator, sort_key in news
    ]
    changes.append(case_store.not_recused(id_, officer.account))
    command = Command(
        operation_owner(officer), of_case(id_), "complaint-news-seen", digest_of("seen", id_, news)
    )
    perform(officer, command, lambda: Plan("", changes), tries=ONCE)


def _new_one(case: Case, named: str) -> tuple[str, str] | None:
    """Return the locator and sort key of something unseen, from its name in the form."""
    of, _, sort_key = named.rpartition("@")
    locators = access.filings(case.id, of) if of else (case.filing,)
    return next(((one, sort_key) for one in locators if _is_new(one, sort_key)), None)


def _is_new(locator: str, sort_key: str) -> bool:
    row = case_store.filing_row(locator, sort_key)
    return row is not None and row.listed == UNSEEN
