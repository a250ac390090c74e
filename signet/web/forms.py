"""Forms: one pydantic model gives the names, the limits, the messages and the validation."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple, TypeVar, get_args, get_origin

from annotated_types import MaxLen
from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails, PydanticCustomError

from signet import text
from signet.errors import FieldError, Invalid

ACT = "act"
_MANY = (list, tuple, set, frozenset)
_OWN_FAULT = "own_fault"
_YEARS = (1900, 2100)
# What int and Decimal accept and nobody means: "1e1", "1_0", digits of other scripts.
_NO_NUMBER = re.compile(r"[_eE]|[^\x00-\x7f]")
_LINE_MOST = 254  # a text that may be longer has several lines
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
_UNSEEN = "“{title}” has a character that can’t be seen ({code}). Type it, don’t paste it"
_WORDS_BY_TEXT = {
    "control": _UNSEEN,
    "invisible": _UNSEEN,
    "direction": "“{title}” has a mark that turns text round ({code}). Type it, don’t paste it",
    "replacement": "“{title}” has a symbol where a letter was lost. Type the letter",
    "private-use": "“{title}” has a character that others can’t read ({code})",
    "line-end": "“{title}” must be on one line",
}
_OTHERWISE = "“{title}” can’t be accepted as it is"
_NOT_ASKED = "This form doesn’t ask for all of what was sent. Open the page again"

Model = TypeVar("Model", bound=BaseModel)
Values = Mapping[str, Sequence[str]]


class Form(BaseModel):
    """What a form may hold: these fields and no others.

    A field's `title` is its label, its `description` the hint under it; limits are pydantic's own.
    `Says` in its Annotated gives it other messages than the usual ones.
    """

    model_config = ConfigDict(
        defer_build=True,  # a cold start shouldn't wait for forms that it may not need
        extra="forbid",
        frozen=True,
        str_strip_whitespace=True,
        hide_input_in_errors=True,
    )


class Says(NamedTuple):
    """A field's own messages: when it is left empty, and when it is wrong in any way."""

    missing: str = ""
    wrong: str = ""


class Lines(NamedTuple):
    """Marks a short text that may have several lines all the same."""


def field_error(field: str, message: str) -> PydanticCustomError:
    """Return the error that a model's validator raises about one field.

    The message is shown, so it never holds what was typed.
    """
    return PydanticCustomError(_OWN_FAULT, "fault", {"field": field, "message": message})


class FormInvalid(Invalid):
    """What was typed isn't accepted. `values` are shown again in the form."""

    def __init__(
        self, model: type[BaseModel], values: Values, faults: Sequence[FieldError]
    ) -> None:
        super().__init__(*faults)
        self.model = model
        self.values = values


def read(model: type[Model], form: Values) -> Model:
    """Return what a form, from `request.form`, says as a model.

    Raises FormInvalid with an error for each wrong field. `operation_id` is the request's, not the
    form's. A field left empty counts as not given.
    """
    values = {name: list(texts) for name, texts in form.items() if name != ACT}
    wrong = {problem.field: problem for problem in _text_errors(model, values)}
    wrong |= {problem.field: problem for problem in _number_errors(model, values)}
    try:
        submitted = model.model_validate(dict(_given(model, values)))
    except ValidationError as error:
        others = [one for one in _errors(model, error) if one.field not in wrong]
        raise FormInvalid(model, values, _in_order(model, [*wrong.values(), *others])) from None
    wrong |= {problem.field: problem for problem in _day_errors(submitted)}
    if wrong:
        raise FormInvalid(model, values, _in_order(model, wrong.values()))
    return submitted


def read_json(model: type[Model], content: Any) -> Model:
    """Return what a JSON client sent, from `request.json()`, as a model.

    Raises FormInvalid, without values.
    """
    try:
        return model.model_validate(content)
    except ValidationError as error:
        raise FormInvalid(model, {}, _errors(model, error)) from None


def values_of(form: BaseModel) -> dict[str, list[str]]:
    """Return the form values of something stored, as a person would type them."""
    return {name: list(_typed(getattr(form, name))) for name in type(form).model_fields}


def _typed(value: Any) -> Iterator[str]:
    if isinstance(value, _MANY):
        for one in value:
            yield from _typed(one)
    elif isinstance(value, bool):
        yield "yes" if value else "no"
    elif value is not None:
        yield str(getattr(value, "value", value))


def takes_many(field: FieldInfo) -> bool:
    """Tell whether a field holds any number of values, such as ticked boxes."""
    return (get_origin(field.annotation) or field.annotation) in _MANY


def _given(model: type[BaseModel], values: Values) -> Iterator[tuple[str, Any]]:
    for name, sent in values.items():
        field = model.model_fields.get(name)
        cleaned = [text.for_reading(value) for value in sent]
        full = [value for value in cleaned if value.strip()]
        if field is None or (field and takes_many(field)):
            yield name, full
        elif full:
            # No page of ours sends a name twice for a single value: validation then fails.
            yield name, full[0] if len(sent) == 1 else full


def _text_errors(model: type[BaseModel], values: Values) -> Iterator[FieldError]:
    """Yield an error for characters that a text of one line can't have.

    In texts of several lines they are removed instead.
    """
    for name, sent in values.items():
        field = model.model_fields.get(name)
        if field is None or not _is_line(field):
            continue
        for text_problem in (
            text_problem for value in sent for text_problem in text.forbidden(value.strip())
        ):
            if text_problem.kind in _WORDS_BY_TEXT:
                title = field.title or "This"
                yield FieldError(
                    name,
                    _WORDS_BY_TEXT[text_problem.kind].format(title=title, code=text_problem.code),
                )
                break


def _number_errors(model: type[BaseModel], values: Values) -> Iterator[FieldError]:
    """Yield an error for each number that isn't written in plain digits."""
    for name, sent in values.items():
        field = model.model_fields.get(name)
        kind = _number_kind(field.annotation, *field.metadata) if field else ""
        if kind and any(_NO_NUMBER.search(value.strip()) for value in sent):
            yield FieldError(name, _message(kind, {}, field))


def _number_kind(*annotation: Any) -> str:
    """Return "int" or "decimal" for a field of numbers; "" for others and those that parse text."""
    if any(isinstance(one, BeforeValidator) for one in annotation):
        return ""
    if annotation[0] in (int, Decimal):
        return "int" if annotation[0] is int else "decimal"
    nested = get_args(annotation[0])
    if hasattr(annotation[0], "__metadata__"):
        return _number_kind(*nested)
    return next(filter(None, map(_number_kind, nested)), "")


def _day_errors(form: BaseModel) -> Iterator[FieldError]:
    """Yield an error for each date that exists but that nobody means, as of the year 26."""
    for name, field in type(form).model_fields.items():
        value = getattr(form, name)
        if isinstance(value, date) and not _YEARS[0] <= value.year <= _YEARS[1]:
            yield FieldError(name, _message("date", {}, field))


def _is_line(field: FieldInfo) -> bool:
    limit = next((m.max_length for m in field.metadata if isinstance(m, MaxLen)), None)
    several = any(isinstance(m, Lines) for m in field.metadata)
    return field.annotation is str and limit is not None and limit <= _LINE_MOST and not several


def _in_order(model: type[BaseModel], errors: Iterable[FieldError]) -> tuple[FieldError, ...]:
    order = {name: position for position, name in enumerate(model.model_fields)}
    return tuple(sorted(errors, key=lambda f: order.get(f.field.partition(".")[0], -1)))


def _errors(model: type[BaseModel], error: ValidationError) -> tuple[FieldError, ...]:
    by_field: dict[str, FieldError] = {}
    for details in error.errors(include_url=False, include_input=False):
        one = _error(model, details)
        by_field.setdefault(one.field, one)
    return _in_order(model, by_field.values())


def _error(model: type[BaseModel], details: ErrorDetails) -> FieldError:
    kind, context = details["type"], details.get("ctx", {})
    name = ".".join(map(str, details["loc"]))
    if kind == _OWN_FAULT:
        return FieldError(context["field"], context["message"])
    if kind == "extra_forbidden":
        return FieldError("", _NOT_ASKED)  # the names are user input too
    if kind in ("value_error", "assertion_error"):
        return FieldError(name, str(context["error"]))
    field = model.model_fields.get(str(details["loc"][0])) if details["loc"] else None
    return FieldError(name, _message(kind, context, field))


def _message(kind: str, context: Mapping[str, Any], field: FieldInfo | None) -> str:
    title = (field.title if field else None) or "This"
    says = next((m for m in field.metadata if isinstance(m, Says)), Says()) if field else Says()
    own = says.missing if kind in ("missing", "too_short") else says.wrong
    by_kind = _WORDS_BY_KIND.get(kind.partition("_")[0], _OTHERWISE)
    return own or _WORDS.get(kind, by_kind).format(title=title, **context)
