"""Forms: one pydantic model gives the names, the limits, the messages and the validation."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar, get_origin

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails, PydanticCustomError

from signet.errors import Fault, Invalid

ACT = "act"
_MANY = (list, tuple, set, frozenset)
_OWN_FAULT = "own_fault"
# No form asks for them, and no page, letter or spreadsheet shows them.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_WORDS = {
    "missing": "Answer “{title}”",
    "string_too_long": "“{title}” can have at most {max_length:,} characters",
    "string_too_short": "“{title}” must have at least {min_length:,} characters",
    "too_short": "Choose at least {min_length:,} for “{title}”",
    "too_long": "Choose at most {max_length:,} for “{title}”",
    "greater_than": "“{title}” must be more than {gt}",
    "greater_than_equal": "“{title}” must be {ge} or more",
    "less_than": "“{title}” must be less than {lt}",
    "less_than_equal": "“{title}” must be {le} or less",
    "literal_error": "Choose one of the answers listed for “{title}”",
    "enum": "Choose one of the answers listed for “{title}”",
}
_A_NUMBER = "“{title}” must be a number, such as 2.5"
_WORDS_BY_KIND = {
    "date": "“{title}” must be a real date, such as 2026-03-14",
    "int": "“{title}” must be a whole number, such as 3",
    "float": _A_NUMBER,
    "decimal": _A_NUMBER,
    "finite": _A_NUMBER,
    "bool": "Answer yes or no to “{title}”",
}
_OTHERWISE = "“{title}” can’t be taken as it is"
_NOT_ASKED = "Something was sent that isn’t asked for here"

Model = TypeVar("Model", bound=BaseModel)
Values = Mapping[str, Sequence[str]]


class Form(BaseModel):
    """What a form may hold: these fields and no others.

    A field's `title` is its label, its `description` the hint under it; limits are pydantic's own.
    `Says` in its Annotated gives it other messages than the usual ones.
    """

    model_config = ConfigDict(
        defer_build=True,  # a function's start shouldn't wait for forms that nobody has asked for
        extra="forbid",
        frozen=True,
        str_strip_whitespace=True,
        hide_input_in_errors=True,
    )


class Says(NamedTuple):
    """A field's own messages: when it is left empty, and when it is wrong in any way."""

    missing: str = ""
    wrong: str = ""


def fault(field: str, message: str) -> PydanticCustomError:
    """What a model's validator raises to find fault with one field.

    The message is shown, so it never holds what was typed.
    """
    return PydanticCustomError(_OWN_FAULT, "fault", {"field": field, "message": message})


class FormInvalid(Invalid):
    """What was typed can't be taken. `values` are shown again in the form."""

    def __init__(self, model: type[BaseModel], values: Values, faults: Sequence[Fault]) -> None:
        super().__init__(*faults)
        self.model = model
        self.values = values


def read(model: type[Model], form: Values) -> Model:
    """What a form says, from `request.form`. Raises FormInvalid with a fault for each wrong field.

    `act` is the request's, not the form's. A field left empty counts as not given.
    """
    values = {name: list(given) for name, given in form.items() if name != ACT}
    try:
        return model.model_validate(dict(_given(model, values)))
    except ValidationError as error:
        raise FormInvalid(model, values, _faults(model, error)) from None


def read_json(model: type[Model], content: Any) -> Model:
    """What a JSON client says, from `request.json()`. Raises FormInvalid, without values."""
    try:
        return model.model_validate(content)
    except ValidationError as error:
        raise FormInvalid(model, {}, _faults(model, error)) from None


def values_of(held: BaseModel) -> dict[str, list[str]]:
    """What the form of something that is there shows: its values as they would be typed."""
    return {name: list(_typed(getattr(held, name))) for name in type(held).model_fields}


def _typed(value: Any) -> Iterator[str]:
    if isinstance(value, _MANY):
        for one in value:
            yield from _typed(one)
    elif isinstance(value, bool):
        yield "yes" if value else "no"
    elif value is not None:
        yield str(getattr(value, "value", value))


def takes_many(field: FieldInfo) -> bool:
    """Whether a field holds any number of values, such as ticked boxes."""
    return (get_origin(field.annotation) or field.annotation) in _MANY


def _given(model: type[BaseModel], values: Values) -> Iterator[tuple[str, Any]]:
    for name, sent in values.items():
        field = model.model_fields.get(name)
        cleaned = [_CONTROL.sub("", value) for value in sent]
        full = [value for value in cleaned if value.strip()]
        if field is None or (field and takes_many(field)):
            yield name, full
        elif full:
            # Twice the same name for one answer is nothing a page of ours sends: it fails.
            yield name, full[0] if len(sent) == 1 else full


def _faults(model: type[BaseModel], error: ValidationError) -> tuple[Fault, ...]:
    found: dict[str, Fault] = {}
    for details in error.errors(include_url=False, include_input=False):
        one = _fault(model, details)
        found.setdefault(one.field, one)
    order = {name: position for position, name in enumerate(model.model_fields)}
    return tuple(sorted(found.values(), key=lambda f: order.get(f.field.partition(".")[0], -1)))


def _fault(model: type[BaseModel], details: ErrorDetails) -> Fault:
    kind, context = details["type"], details.get("ctx", {})
    name = ".".join(map(str, details["loc"]))
    if kind == _OWN_FAULT:
        return Fault(context["field"], context["message"])
    if kind == "extra_forbidden":
        return Fault("", _NOT_ASKED)  # names come from outside too
    if kind in ("value_error", "assertion_error"):
        return Fault(name, str(context["error"]))
    field = model.model_fields.get(str(details["loc"][0])) if details["loc"] else None
    return Fault(name, _message(kind, context, field))


def _message(kind: str, context: Mapping[str, Any], field: FieldInfo | None) -> str:
    title = (field.title if field else None) or "This"
    says = next((m for m in field.metadata if isinstance(m, Says)), Says()) if field else Says()
    own = says.missing if kind in ("missing", "too_short") else says.wrong
    by_kind = _WORDS_BY_KIND.get(kind.partition("_")[0], _OTHERWISE)
    return own or _WORDS.get(kind, by_kind).format(title=title, **context)
