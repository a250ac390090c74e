"""The tables of complaints. No function may scan any of them.

complaints   what the office reads. The intake can put rows here and nothing else.
    case ID, parts
        case                 the case (model.Case), what was said sealed; listed by its stage, found
                             by its reference and by what stands for whom it is about
        label                whom it is about in a line (model.Label), sealed, for lists
        step#0001 …          what was done with it (desk_model.Step), in order, notes sealed
        letter#ID            a letter and its service (desk_model.Letter, NOT-1), its text sealed
        recused#ACCOUNT      that this account never sees it (COM-6)
        access#ID            that a respondent reads and answers (desk_model.Access), who is sealed
    case said#HASH, part said: that this form was sent with this content
followups    what a code leads to, a complainant's or a respondent's; by LOCATOR, which follows from
             the code
    filing LOCATOR, parts
        filing               the filing (model.Filed): its cases, how far each is, the reader's key
        addition#DAY#ID      something added, sealed to the office
        question#DAY#ID      asked by staff, sealed to the reader; to a respondent with its days
                             (model.Asked)
        message#DAY#ID       written by staff, sealed to the reader; to a respondent as above
        answer#DAY#ID        to the question of that id, sealed to the office
        file#ID              a file (model.File) and how far it has come, its name sealed
    filing file#ID, part file: the filing that a file belongs to, by which objects find their row
casekeys     the sealed keys of what is sealed; destroying them erases it
    case ID, part case, label, step#0001 …, letter#ID, access#ID; case LOCATOR, part addition#…,
    answer#…, file#ID (its name), file#ID/original, file#ID/clean
tries        how often a hashed address has typed a code today, and the day's salt; gone in a day
"""

from __future__ import annotations

from pynamodb.attributes import BinaryAttribute, NumberAttribute, TTLAttribute, UnicodeAttribute
from pynamodb.indexes import GlobalSecondaryIndex, IncludeProjection, KeysOnlyProjection
from pynamodb.models import Model

CASE, LABEL, FILING, FILE = "case", "label", "filing", "file"


class StageIndex(GlobalSecondaryIndex["CaseRow"]):  # type: ignore[no-untyped-call]
    """Cases by stage (`listed`), in the order of the day on which something is due (`place`).

    Without what was said: lists have no use for it, and a page of them would be too large.
    """

    class Meta:
        index_name = "by_stage"
        projection = IncludeProjection(["body", "version"])
        billing_mode = "PAY_PER_REQUEST"

    listed = UnicodeAttribute(hash_key=True)
    place = UnicodeAttribute(range_key=True)


class ReferenceIndex(GlobalSecondaryIndex["CaseRow"]):  # type: ignore[no-untyped-call]
    """Cases by what they are called."""

    class Meta:
        index_name = "by_reference"
        projection = KeysOnlyProjection()
        billing_mode = "PAY_PER_REQUEST"

    reference = UnicodeAttribute(hash_key=True)


class RespondentIndex(GlobalSecondaryIndex["CaseRow"]):  # type: ignore[no-untyped-call]
    """Cases by what stands for the number of whom they are about (`codes.about`)."""

    class Meta:
        index_name = "by_respondent"
        projection = KeysOnlyProjection()
        billing_mode = "PAY_PER_REQUEST"

    respondent = UnicodeAttribute(hash_key=True)
    case = UnicodeAttribute(range_key=True)


class ManagerIndex(GlobalSecondaryIndex["CaseRow"]):  # type: ignore[no-untyped-call]
    """Open cases by who manages them, in the order of the day on which something is due."""

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
    """What the office hasn't seen (`listed` unseen) and files that wait (`listed` waiting)."""

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
        billing_mode = "PAY_PER_REQUEST"

    filing = UnicodeAttribute(hash_key=True)
    part = UnicodeAttribute(range_key=True)
    body = UnicodeAttribute(null=True)
    sealed = BinaryAttribute(null=True, legacy_encoding=False)
    version = NumberAttribute(default=1)
    listed = UnicodeAttribute(null=True)
    place = UnicodeAttribute(null=True)
    expires = TTLAttribute(null=True)  # of an invited file that never came
    news = NewsIndex()


class KeyRow(Model):
    """The sealed key of one sealed thing."""

    class Meta:
        table_name = "casekeys"
        billing_mode = "PAY_PER_REQUEST"

    case = UnicodeAttribute(hash_key=True)
    part = UnicodeAttribute(range_key=True)
    recipient = UnicodeAttribute()  # the id of the office's key that it is sealed to
    wrapped = BinaryAttribute(legacy_encoding=False)


class TryRow(Model):
    """How many codes were typed from one address today; or the salt of a day."""

    class Meta:
        table_name = "tries"
        billing_mode = "PAY_PER_REQUEST"

    who = UnicodeAttribute(hash_key=True)
    times = NumberAttribute(default=0)
    salt = BinaryAttribute(null=True, legacy_encoding=False)
    expires = TTLAttribute(null=True)


MODELS: tuple[type[Model], ...] = (CaseRow, FilingRow, KeyRow, TryRow)


def step_part(number: int) -> str:
    """Return the range key of a step of a case, the first being 1."""
    return f"step#{number:04d}"


def letter_part(id_: str) -> str:
    """Return the range key of a letter of a case."""
    return f"letter#{id_}"


def recused_part(account: str) -> str:
    """Return the range key of an account's recusal from a case."""
    return f"recused#{account}"


def access_part(id_: str) -> str:
    """Return the range key of a respondent's access to a case."""
    return f"access#{id_}"


def copy_part(file: str, copy: str) -> str:
    """Return the part of the key, and of the seal, of a file's copy; `file` is the file's part."""
    return f"{file}/{copy}"


def about_case(case: str, part: str = CASE) -> str:
    """Return what a seal on a row of a case, or of a filing, says it is of."""
    return f"{case}/{part}"
