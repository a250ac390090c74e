"""The people involved in a case: its manager, its panel, and those recused from it (COM-6)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from signet.accounts import store as accounts
from signet.accounts.model import Account
from signet.complaints import receipt_codes
from signet.complaints.desk import case_store, conflicts
from signet.complaints.desk.case_model import Recusal
from signet.complaints.desk.context import (
    DESK,
    CaseChange,
    CaseVersion,
    Officer,
    change_case,
    without_conflict,
)
from signet.complaints.desk.opened_case import read_complaint
from signet.complaints.desk.stages import UNDECIDED
from signet.complaints.model import Case
from signet.complaints.tables import CASE, CaseRow, recusal_key
from signet.errors import FieldError, Invalid, NotAllowed, Refused
from signet.transactions.commit import Change, Save

PANEL_MOST = 12
RULE = "COM-6"
_NUMBER = re.compile(r"[0-9A-Z](?:[0-9A-Z-]{0,30}[0-9A-Z])?")


def officers() -> list[Account]:
    """Return all accounts that work at the desk, by e-mail address: three reads."""
    return accounts.accounts({one for role in DESK for one in accounts.accounts_with(role)})


def assign(officer: Officer, seen: CaseVersion, account: str) -> None:
    """Assign a case to an officer to manage; only a registrar assigns it to another officer.

    Raises NotAllowed, and Invalid for an officer who sits on its panel (COM-6), is recused from it,
    is named in it or doesn't work at the desk; NotFound, Conflict.
    """
    if account != officer.account and not officer.registrar:
        raise NotAllowed(
            "Only the Registrar assigns a case to another officer. You can take it yourself."
        )

    def change(case: Case) -> CaseChange:
        who = accounts.account(account)
        if who is None or not who.roles & {*DESK}:
            raise Invalid(FieldError("account", "Choose one of the officers listed"))
        if who.member and who.member.upper() in case.panel:
            raise Invalid(
                FieldError("account", "Who sits on the panel can't manage the case"), rule=RULE
            )
        if not without_conflict(_as(officer, who), [case]):
            raise Invalid(FieldError("account", "This officer may not see the case"), rule=RULE)
        managed = tuple(dict.fromkeys((*case.managed, account)))
        new = case.model_copy(update={"manager": account, "managed": managed})
        return CaseChange(new, {"manager": account})

    change_case(officer, seen, "complaint-assigned", [account], change)


def _as(officer: Officer, who: Account) -> Officer:
    """Return another officer, to ask what they may see."""
    return replace(
        officer, account=who.id, member=who.member or "", roles=who.roles, email=who.email
    )


def read_numbers(text: str) -> list[str]:
    """Return the register numbers in a text, separated by line breaks, spaces or commas.

    Raises Invalid for anything else.
    """
    numbers_typed = list(dict.fromkeys(re.split(r"[\s,;]+", text.strip().upper())))
    if not all(map(_NUMBER.fullmatch, numbers_typed)):
        raise Invalid(FieldError("numbers", "Enter register numbers, one a line, such as 100001"))
    return numbers_typed


def name_panel(officer: Officer, seen: CaseVersion, numbers: Sequence[str]) -> None:
    """Name the members of the panel that hears a case, replacing those named before (COM-6).

    Decisions made with another panel are reset: the panel that hears the case decides.

    Raises Invalid for too few members, and for a member who may not practise today, who manages or
    managed the case, whom it is about, or whom its text names; NotFound, Conflict.
    """
    least = officer.rules.panel_least

    def change(case: Case) -> CaseChange:
        if not least <= len(numbers) <= PANEL_MOST:
            message = f"Name at least {least} and at most {PANEL_MOST} members"
            raise Invalid(FieldError("numbers", message), rule=RULE)
        managers = {who.member for who in accounts.accounts(case.managed) if who.member}
        complaint = read_complaint(officer, case)
        for number in numbers:
            message = _unfit(officer, case, managers, number)
            if not message and complaint and conflicts.is_member_named(officer, complaint, number):
                message = "is named in the complaint"
            if message:
                raise Invalid(FieldError("numbers", f"{number} {message}"), rule=RULE)
        if case.entering:
            raise Refused("An entry in the register is on its way: finish it first.", rule="COM-5")
        again = {} if {*numbers} == {*case.panel} else UNDECIDED
        new = case.model_copy(update={**again, "panel": tuple(numbers)})
        return CaseChange(new, {"members": str(len(numbers))})

    change_case(officer, seen, "complaint-panel-named", list(numbers), change)


def _unfit(officer: Officer, case: Case, managers: Iterable[str], number: str) -> str:
    """Return why a member can't sit on the panel of a case, "" for one who can."""
    # Imported here: the register is slow to import, and few requests need it.
    from signet.register import reading as register
    from signet.register import standing

    record = register.standing_on(number, officer.today)
    if record is None:
        return "isn’t on the register of members"
    if standing.of_member(record, officer.policy).answer != "permitted":
        return "may not practise as at today, so isn’t a professional member who can sit"
    if receipt_codes.respondent_hash(number, officer.key) in case.respondents:
        return "is named in the complaint"
    if number in {one.upper() for one in managers}:
        return "manages this case, or did"
    return ""


def recuse(officer: Officer, seen: CaseVersion, account: str, reason: str) -> None:
    """Recuse an account from a case and those of the same form, for good; `reason` is sealed.

    Anyone may recuse themselves; only a registrar recuses another officer. Raises NotAllowed,
    Invalid, Refused for an account that is recused already, NotFound, Conflict.
    """
    if account != officer.account and not officer.registrar:
        raise NotAllowed("Only the Registrar recuses another officer. You can recuse yourself.")

    def change(case: Case) -> CaseChange:
        if accounts.account(account) is None:
            raise Invalid(FieldError("account", "Choose one of the officers listed"))
        if case_store.row(case.id, recusal_key(account)):
            raise Refused("This officer is recused from the case already.", rule=RULE)
        recusal = Recusal(by=officer.account, on=officer.today)
        changes = [_recused(id_, account, recusal) for id_ in (case.id, *case.with_)]
        new = case.model_copy(update={"manager": _unless(case, account)})
        return CaseChange(new, {"account": account}, reason, [*changes, *_released(case, account)])

    change_case(officer, seen, "complaint-recused", [account, reason], change)


def _recused(id_: str, account: str, recusal: Recusal) -> Change:
    return Save(CaseRow(id_, recusal_key(account), body=recusal.model_dump_json()))


def _released(case: Case, account: str) -> list[Change]:
    """Return the updates that remove the account as manager of linked cases."""
    linked = map(
        case_store.read, case_store.rows_without_content((id_, CASE) for id_ in case.with_)
    )
    return [
        case_store.put_case(one.model_copy(update={"manager": "", "version": one.version + 1}), one)
        for one in linked
        if one.manager == account
    ]


def _unless(case: Case, account: str) -> str:
    return "" if case.manager == account else case.manager
