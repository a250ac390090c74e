"""The form of each kind of entry, generated from the table that the command line uses too."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import Field as Asked
from pydantic import create_model

from lambdas.register.desk.forms import TEXT_MOST, WHO_READS
from signet.errors import FieldError
from signet.policy import Policy
from signet.register import fold, worded
from signet.register.kinds import SCOPE_FIELDS, TYPES, Field, Word, fields_of, word
from signet.register.model import Entry, MemberRecord, PermitRecord, Subject
from signet.register.payloads import KINDS, PayloadError
from signet.text import ACCEPTABLE, TextProblem
from signet.web.form_view import FieldView, FormView
from signet.web.forms import Form, Says

LINE_MOST = 200
LOOK, PROPOSE, CHANGE = "look", "propose", "change"
LABELS = {
    ("condition_imposed", "text"): "Text of the condition",
    ("condition_lifted", "condition"): "Which condition?",
    ("other_name_added", "until"): "Until when was it used?",
    ("not_practising_declared", "until"): "Last day of the year it was made for",
    ("scope_granted", "text"): "Anything else about the scope",
    ("designation_granted", "text"): "Anything else about the scope",
}
SCOPE_HINT = "Only where the designation needs a scope"
Record = MemberRecord | PermitRecord | None
Choices = Sequence[Sequence[str]]


class About(Form):
    """What every entry is asked, after what its kind asks. `do` is the button."""

    effective_on: Annotated[date, Says("Enter a day")] = Asked(title="When does it take effect?")
    authority: Annotated[str, Says("Say what it rests on")] = Asked(
        title="On what authority?",
        description="The section or decision it rests on. It stays with the entry.",
        max_length=LINE_MOST,
    )
    evidence: str = Asked(
        "",
        title="Evidence",
        description=f"What the approver needs to see, or where it is. {WHO_READS}",
        max_length=TEXT_MOST,
    )
    emergency: bool = Asked(
        False,
        title="This can’t wait for a second officer",
        description="It is entered at once. A second officer reviews it within hours.",
    )
    why: str = Asked(
        "",
        title="Why can’t it wait?",
        description="Only for an emergency",
        max_length=TEXT_MOST,
    )
    accept: list[str] = Asked(
        [], title="Accept it as it is", description="Only where it is no slip", max_length=20
    )
    undo: list[str] = Asked(
        [],
        title="Void what would end it",
        description="These are on record for later days. One that is better than this status "
        "can’t stay; an emergency voids it by itself.",
        max_length=20,
    )
    corrects: str = Asked("", title="The entry that it corrects", max_length=LINE_MOST)
    do: Literal["look", "propose", "change"] = Asked("look", title="What next?")


class Asking(NamedTuple):
    """The context of a form: the kind of record, the kind of entry (`name`, `word`), the record."""

    subject: Subject
    name: str
    word: Word
    entries: Sequence[Entry]
    record: Record
    policy: Policy

    @property
    def model(self) -> type[About]:
        """Return the form's model."""
        return _model(self.subject, self.name)

    @property
    def fields(self) -> tuple[Field, ...]:
        """Return the fields of the kind, without a reason where the status takes none."""
        return tuple(
            one
            for one in fields_of(self.subject, self.word)
            if one.name != "reason" or self.choices(one)
        )

    def views(self, form: FormView) -> list[tuple[str, FieldView]]:
        """Return each field's shape, and its view for the template."""
        return [(one.shape, self._view(form, one)) for one in self.fields]

    def _view(self, form: FormView, field: Field) -> FieldView:
        view = form.field(field.name, self.choices(field))
        return view._replace(required=view.required or self.reasoned(field))

    def reasoned(self, field: Field) -> bool:
        """Tell whether it is the reason of a status that takes none but with a reason."""
        return field.name == "reason" and "status" in self.word.data

    def choices(self, field: Field) -> Choices:
        """Return a field's choices, taken from the record where that limits them."""
        policy, name = self.policy, field.name
        statuses = policy.statuses if self.subject == "member" else policy.permit_statuses
        if name == "status":
            return [(one.code, one.name) for one in statuses.values()]
        if name == "reason":
            status = statuses.get(str(self.word.data.get("status", "")))
            codes = status.reasons if status else list(policy.reasons)
            return [(code, policy.reasons[code].name) for code in codes if code in policy.reasons]
        if name == "designation":
            return [(code, code) for code in self._designations()]
        if name == "category":
            return [(one.code, one.name) for one in policy.categories.values()]
        if name == "type":
            return list(zip(TYPES, ("A former name", "Also known as"), strict=True))
        if name == "activities":
            return [(one, one) for one in policy.activities]
        if name in ("discipline", "disciplines", "fields"):
            return [(one, one) for one in policy.disciplines]
        return self._of_record(name)

    def _designations(self) -> list[str]:
        granted = [one.code for one in getattr(self.record, "designations", ())]
        return (
            granted if self.word.kind != "designation_granted" else list(self.policy.designations)
        )

    def _of_record(self, name: str) -> Choices:
        if self.word.kind == "condition_lifted" and name == "condition" and self.record:
            return [(c.condition, f"{c.condition}: {c.text[:80]}") for c in self.record.conditions]
        if self.word.kind == "responsible_member_ceased" and isinstance(self.record, PermitRecord):
            return [(one.member, one.member) for one in self.record.answering()]
        return ()

    def beginning(self, today: date, corrects: str) -> dict[str, list[str]]:
        """Return the form's initial values, from the record or the entry that is corrected."""
        wrong = next((one for one in self.entries if one.id == corrects), None)
        present: Mapping[str, Any] = self._now()
        day = today
        if wrong is not None and wrong.kind == self.word.kind:
            present = {"published": True, "keep_former": True, **wrong.data}
            day = wrong.effective_on
        names = {one.name for one in self.fields}
        values = {name: list(_typed(value)) for name, value in present.items() if name in names}
        return values | {"effective_on": [day.isoformat()], "corrects": [corrects]}

    def _now(self) -> dict[str, Any]:
        """Return the values that stay unless they are changed, and the usual ones."""
        unchanged = worded.STAYING.get(self.word.kind, ()) or _WHOLE.get(self.word.kind, ())
        values = {name: getattr(self.record, name, "") for name in unchanged}
        scopes: list[Any] = list(getattr(self.record, "scopes", ()))
        if self.word.kind == "scope_granted" and len(scopes) == 1:
            values |= {name: getattr(scopes[0], name) for name in ("designation", *SCOPE_FIELDS)}
        return {"keep_former": True, "type": TYPES[0]} | values | dict(self.word.data)


# An entry of these kinds states the whole list, so the form starts with the current one.
_WHOLE: Mapping[str, tuple[str, ...]] = {
    "disciplines_changed": ("disciplines",),
    "operating_names_changed": ("operating_names",),
    "fields_changed": ("fields",),
}


def _typed(value: Any) -> Iterator[str]:
    if isinstance(value, bool):
        yield "yes" if value else "no"
    elif isinstance(value, list | tuple):
        yield from map(str, value)
    elif value:
        yield str(value)


def asked(subject: Subject, name: str, entries: Sequence[Entry], policy: Policy) -> Asking | None:
    """Return the form's context for a word and a record, None where there is no such word."""
    kind_word = word(subject, name)
    if kind_word is None:
        return None
    record: Record = (
        fold.member(entries, None) if subject == "member" else fold.permit(entries, None, policy)
    )
    return Asking(subject, name, kind_word, entries, record, policy)


@cache
def _model(subject: Subject, name: str) -> type[About]:
    kind_word = word(subject, name)
    fields = fields_of(subject, kind_word) if kind_word else []
    model_fields: dict[str, Any] = {
        one.name: _field(subject, kind_word, one) for one in fields if kind_word
    }
    return create_model(f"Enter_{name.replace('-', '_')}", __base__=About, **model_fields)


def _field(subject: Subject, meant: Word, field: Field) -> tuple[Any, Any]:
    """Return the type of a form's field, and its pydantic field."""
    needed = _is_needed(subject, meant, field)
    scope = meant.kind == "designation_granted" and field.name == "discipline"
    about: dict[str, Any] = {
        "title": LABELS.get((meant.kind, field.name), field.label),
        "description": SCOPE_HINT if scope else field.hint or None,
    }
    if field.shape == "flag":
        return bool, Asked(False, **about)
    if field.shape == "day":
        return (date, Asked(**about)) if needed else (date | None, Asked(None, **about))
    if field.shape == "many":
        return list[str], Asked([], max_length=100, **about)
    limit = TEXT_MOST if field.shape in ("lines", "each") else LINE_MOST
    return str, Asked(... if needed else "", max_length=limit, **about)


def _is_needed(subject: Subject, meant: Word, field: Field) -> bool:
    required = KINDS[subject][meant.kind].model_fields.get(field.name)
    generated = (meant.kind, field.name) == ("condition_imposed", "condition")
    return required is not None and required.is_required() and not generated


def data_of(asking: Asking, submitted: About) -> dict[str, Any]:
    """Return the entry's data from a form.

    An empty field is left out, unless emptying it changes the record.
    """
    data: dict[str, Any] = {}
    for field in asking.fields:
        value = getattr(submitted, field.name)
        if field.shape == "each":
            data[field.name] = [line.strip() for line in value.splitlines() if line.strip()]
        elif (
            value or field.shape == "flag" or field.name in worded.STAYING.get(asking.word.kind, ())
        ):
            data[field.name] = value.isoformat() if isinstance(value, date) else value
        elif field.name in _WHOLE.get(asking.word.kind, ()):
            data[field.name] = []
    return data


def payload_errors(asking: Asking, error: PayloadError) -> tuple[FieldError, ...]:
    """Return the problems of an entry's data as field errors of the form."""
    return tuple(
        _error(asking, name.partition(".")[0], expected) for name, expected in error.problems
    )


def text_errors(asking: Asking, wrong: Iterable[tuple[str, TextProblem]]) -> tuple[FieldError, ...]:
    """Return the problems of texts as field errors of the form."""
    return tuple(
        _error(asking, name, f"expected {text_problem.message}") for name, text_problem in wrong
    )


def _error(asking: Asking, name: str, expected: str) -> FieldError:
    field = asking.model.model_fields.get(name)
    if field is None:
        return FieldError("", f"{name}: {expected}")
    return FieldError(name, f"“{field.title}”: {expected}")


def slips(kinds: Iterable[str]) -> list[tuple[str, str]]:
    """Return the kinds of text problems that may be accepted on purpose, as choices of the form."""
    return [
        (kind, f"It has {ACCEPTABLE[kind]}, and that is right")
        for kind in dict.fromkeys(kinds)
        if kind in ACCEPTABLE
    ]
