"""The data of each kind of entry: one model per kind.

A kind's model is the contract for the `data` of an entry: in the exchange format, in the database
and for `signet enter`. Words that belong to a policy pack (designations, statuses, disciplines) are
validated against it by `signet.register.rules`, not here.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from signet.errors import FieldError, Invalid

Text = Annotated[str, StringConstraints(max_length=4000)]
Word = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Line = Annotated[str, StringConstraints(max_length=200)]
NUMBER = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,30}[A-Za-z0-9])?")
Number = Annotated[str, StringConstraints(pattern=f"^{NUMBER.pattern}$")]
Words = tuple[Word, ...]


class Payload(BaseModel):
    """Base of all: unknown fields are refused, and an error never repeats the value it got."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, hide_input_in_errors=True, defer_build=True
    )


class Registered(Payload):
    """A person comes onto the register, or into a record that isn't public (DES-6)."""

    family: Word
    given: Line = ""
    known_as: Line = ""
    native_name: Line = ""
    category: Word = "member"
    city: Line = ""
    province: Line = ""
    disciplines: Words = ()


class NameChanged(Payload):
    """A new name; the one before stays findable as a former name unless `keep_former` is off."""

    family: Word
    given: Line = ""
    known_as: Line = ""
    native_name: Line = ""
    keep_former: bool = True


class OtherNameAdded(Payload):
    """A former name or another name that a person or a permit holder is known by."""

    name: Word
    type: Literal["former", "known_as"] = "former"
    until: date | None = None


class Moved(Payload):
    """Another city or province."""

    city: Line = ""
    province: Line = ""


class DisciplinesChanged(Payload):
    """All disciplines from now on."""

    disciplines: Words


class CategoryChanged(Payload):
    """Another category of record, such as from in training to member."""

    category: Word


class DesignationGranted(Payload):
    """A designation is granted (DES-4)."""

    designation: Word


class DesignationWithdrawn(Payload):
    """A designation is withdrawn, and its scope with it."""

    designation: Word


class StatusChanged(Payload):
    """A change of standing; `direction` cites Council's, where the rule asks for one (STA-2)."""

    status: Word
    reason: Line = ""
    until: date | None = None
    direction: Line = ""


class ScopeGranted(Payload):
    """The scope of practice of one designation; it replaces the one before (SCO-1, SCO-2)."""

    designation: Word
    discipline: Word
    activities: Words = ()
    limits: Text = ""
    text: Text = ""


class ScopeWithdrawn(Payload):
    """The scope of a designation is withdrawn."""

    designation: Word


class ConditionImposed(Payload):
    """A condition on practice. With `published` off only the fact is shown, not the text."""

    condition: Word
    text: Annotated[str, StringConstraints(min_length=1, max_length=4000)]
    published: bool = True


class ConditionLifted(Payload):
    """A condition no longer applies."""

    condition: Word


class NotPractisingDeclared(Payload):
    """A written declaration of not practising, received on the entry's day (CPD-5, G 18).

    It stands until `practice_resumed` ends it, whatever `until`, the last day of the year for which
    it was made, says. One that follows another renews it. Why isn't the register's to know.
    """

    until: date | None = None


class PracticeResumed(Payload):
    """The declaration of not practising is withdrawn: it ends on this day (CPD-5, G 18(4))."""


class DecisionRecorded(Payload):
    """A discipline decision; public only when its publication was directed (STA-6)."""

    decision: Word
    title: Word
    decided_on: date
    summary: Text = ""
    publication_directed_by: Line = ""


class ReinstatementRuled(Payload):
    """The wait for reinstatement starts again: Council refused it, or the Court ruled (STA-3)."""

    ruling: Literal["refused", "court_order"]


class Issued(Payload):
    """A permit to practise is issued (PER-2). Without `expires_on` the policy's term counts."""

    legal_name: Word
    operating_names: Words = ()
    city: Line = ""
    province: Line = ""
    fields: Words = ()
    expires_on: date | None = None


class Renewed(Payload):
    """A permit is renewed; without `expires_on` the policy's term counts (PER-2)."""

    expires_on: date | None = None


class Renamed(Payload):
    """A permit holder's new legal name; the one before stays findable."""

    legal_name: Word
    keep_former: bool = True


class OperatingNamesChanged(Payload):
    """All operating names from now on."""

    operating_names: Words = ()


class FieldsChanged(Payload):
    """All fields of practice from now on."""

    fields: Words = ()


class ResponsibleMemberAdded(Payload):
    """A member takes responsibility for a permit (PER-3)."""

    member: Number


class ResponsibleMemberCeased(Payload):
    """A member no longer answers for a permit, from this day (PER-5)."""

    member: Number


class Voided(Payload):
    """Takes back the entry that it corrects, and puts nothing in its place."""


MEMBER_KINDS: dict[str, type[Payload]] = {
    "registered": Registered,
    "name_changed": NameChanged,
    "other_name_added": OtherNameAdded,
    "moved": Moved,
    "disciplines_changed": DisciplinesChanged,
    "category_changed": CategoryChanged,
    "designation_granted": DesignationGranted,
    "designation_withdrawn": DesignationWithdrawn,
    "status_changed": StatusChanged,
    "scope_granted": ScopeGranted,
    "scope_withdrawn": ScopeWithdrawn,
    "condition_imposed": ConditionImposed,
    "condition_lifted": ConditionLifted,
    "not_practising_declared": NotPractisingDeclared,
    "practice_resumed": PracticeResumed,
    "decision_recorded": DecisionRecorded,
    "reinstatement_ruled": ReinstatementRuled,
    "voided": Voided,
}

PERMIT_KINDS: dict[str, type[Payload]] = {
    "issued": Issued,
    "renewed": Renewed,
    "renamed": Renamed,
    "other_name_added": OtherNameAdded,
    "operating_names_changed": OperatingNamesChanged,
    "moved": Moved,
    "fields_changed": FieldsChanged,
    "responsible_member_added": ResponsibleMemberAdded,
    "responsible_member_ceased": ResponsibleMemberCeased,
    "status_changed": StatusChanged,
    "condition_imposed": ConditionImposed,
    "condition_lifted": ConditionLifted,
    "reinstatement_ruled": ReinstatementRuled,
    "voided": Voided,
}

KINDS: dict[str, dict[str, type[Payload]]] = {"member": MEMBER_KINDS, "permit": PERMIT_KINDS}


class PayloadError(Invalid):
    """An entry's data doesn't fit its kind; `problems` are (field, what was expected)."""

    def __init__(self, problems: list[tuple[str, str]]) -> None:
        errors = [FieldError(field, f"{field}: {expected}") for field, expected in problems]
        super().__init__(*errors, message="; ".join(one.message for one in errors))
        self.problems = problems


def canonical(subject: str, kind: str, data: dict[str, Any]) -> dict[str, Any]:
    """Return the data of an entry as stored: validated, plain JSON values, defaults left out.

    Raises PayloadError when the kind isn't one of the subject's or the data doesn't fit it.
    """
    model = KINDS[subject].get(kind)
    if model is None:
        known = ", ".join(sorted(KINDS[subject]))
        raise PayloadError([("kind", f"one of {known} for a {subject}")])
    try:
        payload = model.model_validate(data)
    except ValidationError as error:
        raise PayloadError(
            [(".".join(map(str, e["loc"])) or "data", e["msg"]) for e in error.errors()]
        ) from None
    return payload.model_dump(mode="json", exclude_defaults=True)
