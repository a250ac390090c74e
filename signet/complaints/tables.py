"""The tables of complaints. No function may scan any of them.

complaints   the office's cases. The intake can put rows here and nothing else.
    partition key: case ID; sort keys:
        case                 the case (model.Case), the complaint sealed; indexed by stage, by
                             reference, and by the keyed hash of the respondent's register number
        label                whom it is about in one line (model.Label), sealed, for lists
        step#0001 …          what was done with it (case_model.Step), in order, notes sealed
        letter#ID            a letter and its service (case_model.Letter, NOT-1), its text sealed
        recused#ACCOUNT      this account never sees the case (COM-6)
        access#ID            a respondent's access (case_model.Access), the name sealed
    partition key: said#HASH; sort key: said. This form was submitted with this content.
followups    what a complainant's or a respondent's code leads to
    partition key: the locator, which derives from the code; sort keys:
        filing               the filing (model.Filed): its cases, their progress, the reader's key
        addition#DAY#ID      an addition, sealed to the office
        question#DAY#ID      a question from staff, sealed to the reader; to a respondent with its
                             dates (model.Asked)
        message#DAY#ID       a message from staff, sealed to the reader; to a respondent as above
        answer#DAY#ID        the answer to the question with that ID, sealed to the office
        file#ID              a file (model.File) and its state, its name sealed
        act#ID               an addition or answer was stored, so that it is stored only once
    partition key: file#ID; sort key: file. The filing that a file belongs to, by which objects
    find their row.
casekeys     the sealed keys of everything sealed; destroying them erases it
    partition key: case ID; sort keys: case, label, step#0001 …, letter#ID, access#ID
    partition key: the locator; sort keys: addition#…, answer#…, file#ID (its name),
    file#ID/original, file#ID/clean
tries        how many wrong codes a hashed address typed today, and the day's salt; expire after
             the day
"""

from __future__ import annotations

from pynamodb.attributes import BinaryAttribute, NumberAttribute, TTLAttribute, UnicodeAttribute
from pynamodb.indexes import GlobalSecondaryIndex, IncludeProjection, KeysOnlyProjection
from pynamodb.models import Model

CASE, LABEL, FILING, FILE = "case", "label", "filing", "file"


class StageIndex(GlobalSecondaryIndex["CaseRow"]):  # type: ignore[no-untyped-call]
    """Cases by stage (`listed`), ordered by the day on which something is due (`place`).

    The sealed complaint isn't projected: lists don't use it, and it would make a page too large.
    """

    class Meta:
        index_name = "by_stage"
        projection = IncludeProjection(["body", "version"])
        billing_mode = "PAY_PER_REQUEST"

    listed = UnicodeAttribute(hash_key=True)
    place = UnicodeAttribute(range_key=True)


class ReferenceIndex(GlobalSecondaryIndex["CaseRow"]):  # type: ignore[no-untyped-call]
    """Cases by reference."""

    class Meta:
        index_name = "by_reference"
        projection = KeysOnlyProjection()
        billing_mode = "PAY_PER_REQUEST"

    reference = UnicodeAttribute(hash_key=True)


class RespondentIndex(GlobalSecondaryIndex["CaseRow"]):  # type: ignore[no-untyped-call]
    """Cases by the keyed hash of the respondent's register number (`receipt_codes.about`)."""

    class Meta:
        index_name = "by_respondent"
        projection = KeysOnlyProjection()
        billing_mode = "PAY_PER_REQUEST"

    respondent = UnicodeAttribute(hash_key=True)
    case = UnicodeAttribute(range_key=True)


class ManagerIndex(GlobalSecondaryIndex["CaseRow"]):  # type: ignore[no-untyped-call]
    """Open cases by manager, ordered by the day on which something is due."""

    class Meta:
        index_name = "by_manager"
        projection = IncludeProjection(["body", "version", "listed"])
        billing_mode = "PAY_PER_REQUEST"

    manager = UnicodeAttribute(hash_key=True)
    place = UnicodeAttribute(range_key=True)


class CaseRow(Model):
    """One row of a case: see the module for its keys."""

    class Meta:
        table_name = "complaints"
        encrypted_with = "complaints"
        billing_mode = "PAY_PER_REQUEST"

    case = UnicodeAttribute(hash_key=True)
    part = UnicodeAttribute(range_key=True)
    body = UnicodeAttribute(null=True)
    sealed = BinaryAttribute(null=True, legacy_encoding=False)
    version = NumberAttribute(default=1)
    listed = UnicodeAttribute(null=True)
    place = UnicodeAttribute(null=True)
    reference = UnicodeAttribute(null=True)
    respondent = UnicodeAttribute(null=True)
    manager = UnicodeAttribute(null=True)
    by_stage = StageIndex()
    by_reference = ReferenceIndex()
    by_respondent = RespondentIndex()
    by_manager = ManagerIndex()


class NewsIndex(GlobalSecondaryIndex["FilingRow"]):  # type: ignore[no-untyped-call]
    """What the office hasn't seen (`listed`: unseen), and files in a check (`listed`: waiting)."""

    class Meta:
        index_name = "news"
        projection = KeysOnlyProjection()
        billing_mode = "PAY_PER_REQUEST"

    listed = UnicodeAttribute(hash_key=True)
    place = UnicodeAttribute(range_key=True)


class FilingRow(Model):
    """One row of a filing: see the module for its keys."""

    class Meta:
        table_name = "followups"
        encrypted_with = "complaints"
        billing_mode = "PAY_PER_REQUEST"

    filing = UnicodeAttribute(hash_key=True)
    part = UnicodeAttribute(range_key=True)
    body = UnicodeAttribute(null=True)
    sealed = BinaryAttribute(null=True, legacy_encoding=False)
    version = NumberAttribute(default=1)
    listed = UnicodeAttribute(null=True)
    place = UnicodeAttribute(null=True)
    expires = TTLAttribute(null=True)  # for invited files that never arrive
    news = NewsIndex()


class KeyRow(Model):
    """The sealed key of one sealed item."""

    class Meta:
        table_name = "casekeys"
        encrypted_with = "complaints"
        billing_mode = "PAY_PER_REQUEST"

    case = UnicodeAttribute(hash_key=True)
    part = UnicodeAttribute(range_key=True)
    recipient = UnicodeAttribute()  # the ID of the office key that it is sealed to
    wrapped = BinaryAttribute(legacy_encoding=False)


class TryRow(Model):
    """How many wrong codes were typed from one address today, or the salt of a day."""

    class Meta:
        table_name = "tries"
        encrypted_with = "complaints"
        billing_mode = "PAY_PER_REQUEST"

    who = UnicodeAttribute(hash_key=True)
    times = NumberAttribute(default=0)
    salt = BinaryAttribute(null=True, legacy_encoding=False)
    expires = TTLAttribute(null=True)


MODELS: tuple[type[Model], ...] = (CaseRow, FilingRow, KeyRow, TryRow)


def step_key(number: int) -> str:
    """Return the sort key of a step of a case, counted from 1."""
    return f"step#{number:04d}"


def letter_key(id_: str) -> str:
    """Return the sort key of a letter of a case."""
    return f"letter#{id_}"


def recusal_key(account: str) -> str:
    """Return the sort key of an account's recusal from a case."""
    return f"recused#{account}"


def access_key(id_: str) -> str:
    """Return the sort key of a respondent's access to a case."""
    return f"access#{id_}"


def copy_key(file: str, copy: str) -> str:
    """Return the sort key and seal context of a file's copy; `file` is the file's sort key."""
    return f"{file}/{copy}"


def seal_context(case: str, sort_key: str = CASE) -> str:
    """Return the context that the seal on a row of a case or filing is bound to."""
    return f"{case}/{sort_key}"
