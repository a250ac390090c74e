"""A form as its template sees it: fields with label, hint, value and error."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from enum import Enum
from types import NoneType
from typing import Any, Literal, NamedTuple, get_args, get_origin

from annotated_types import MaxLen
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from signet.errors import FieldError, Invalid
from signet.web.forms import Values

LINE_MOST = 200  # characters of an answer of one line
_YES_NO = (("yes", "Yes"), ("no", "No"))


class Choice(NamedTuple):
    """One option to choose."""

    value: str
    label: str
    hint: str
    chosen: bool


class FieldView(NamedTuple):
    """One field. `id` is the control's, to which the error summary links."""

    name: str
    id: str
    label: str
    hint: str
    values: tuple[str, ...]
    error: str
    required: bool
    maxlength: int | None
    choices: tuple[Choice, ...]

    @property
    def value(self) -> str:
        """The single value, or ""."""
        return self.values[0] if self.values else ""

    @property
    def described_by(self) -> str:
        """The ids of hint and error, for aria-describedby; may be empty."""
        parts = (("hint", self.hint), ("error", self.error))
        return " ".join(f"{self.id}-{part}" for part, words in parts if words)


class FormView:
    """A form for its template.

    `values` are what was typed (`request.form`) or what is stored (`forms.values_of`); `faults` are
    the field errors of an Invalid; `act` is `request.new_id()` for a new form, `request.act` for
    one that is shown again.
    """

    def __init__(
        self,
        model: type[BaseModel],
        values: Values | None = None,
        faults: Sequence[FieldError] = (),
        act: str = "",
    ) -> None:
        self.model = model
        self.operation_id = act
        self.errors = tuple(faults)
        self._values: Values = values or {}

    @classmethod
    def again(
        cls, model: type[BaseModel], values: Values, invalid: Invalid, operation_id: str
    ) -> FormView:
        """Return the form as it was submitted, with its errors, the form's own or a rule's."""
        problems = invalid.errors or (FieldError("", invalid.message),)
        return cls(model, values, problems, operation_id)

    @property
    def summary(self) -> tuple[tuple[str, str], ...]:
        """The errors as (id of the field or "", message), for the top of the page."""
        known = self.model.model_fields
        return tuple(
            (_id(error.field) if error.field in known else "", error.message)
            for error in self.errors
        )

    def field(self, name: str, choices: Iterable[Sequence[str]] = ()) -> FieldView:
        """Return one field of the model. Raises KeyError for any other name.

        `choices` are (value, label) or (value, label, hint), for options that the model doesn't
        list itself.
        """
        field = self.model.model_fields[name]
        values = tuple(self._values.get(name, ()))
        return FieldView(
            name=name,
            id=_id(name),
            label=field.title or name.replace("_", " ").capitalize(),
            hint=field.description or "",
            values=values,
            error=next((f.message for f in self.errors if f.field == name), ""),
            required=field.is_required(),
            maxlength=next((m.max_length for m in field.metadata if isinstance(m, MaxLen)), None),
            choices=tuple(_choices(choices or _listed(field), values)),
        )


def shaped(
    form: FormView, choices: Mapping[str, Iterable[Sequence[str]]]
) -> list[tuple[str, FieldView]]:
    """Return all fields of a form with the shape of each: day, flag, choice, many, lines, line."""
    names = form.model.model_fields
    return [
        (_shape(names[name], name in choices), form.field(name, choices.get(name, ())))
        for name in names
    ]


def _shape(field: FieldInfo, listed: bool) -> str:
    kinds = {field.annotation, *get_args(field.annotation)} - {NoneType}
    if date in kinds:
        return "day"
    if get_origin(field.annotation) is Literal and get_args(field.annotation) == ("yes",):
        return "flag"
    if get_origin(field.annotation) in (tuple, list):
        return "many"
    if listed or _listed(field):
        return "choice"
    most = next((m.max_length for m in field.metadata if isinstance(m, MaxLen)), None)
    return "line" if most is not None and most <= LINE_MOST else "lines"


def _id(name: str) -> str:
    return f"field-{name}"


def _choices(listed: Iterable[Sequence[str]], chosen: Sequence[str]) -> Iterable[Choice]:
    for value, label, *hint in listed:
        yield Choice(value, label, hint[0] if hint else "", value in chosen)


def _listed(field: FieldInfo) -> Sequence[Sequence[str]]:
    """Return the options that a model lists itself: a Literal's, an Enum's, yes and no."""
    kind: Any = field.annotation
    inner = [part for part in get_args(kind) if part not in (NoneType, Ellipsis)]
    if get_origin(kind) is not Literal and len(inner) == 1:
        kind = inner[0]  # of an optional field, or of each in a list
    if kind is bool:
        return _YES_NO
    if get_origin(kind) is Literal:
        return [(str(value), _worded(str(value))) for value in get_args(kind)]
    if isinstance(kind, type) and issubclass(kind, Enum):
        return [(str(one.value), _worded(str(one.value))) for one in kind]
    return ()


def _worded(value: str) -> str:
    return value.replace("_", " ").replace("-", " ").capitalize()


def blank(model: type[BaseModel], operation_id: str, **values: str) -> FormView:
    """Return an empty form, with known values already filled in."""
    filled: Mapping[str, Sequence[str]] = {name: [value] for name, value in values.items()}
    return FormView(model, filled, (), operation_id)
