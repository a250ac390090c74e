"""Answers as pages show them: each label with what was answered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from pydantic import BaseModel

from signet.web.form_view import FieldView, FormView, shaped
from signet.web.forms import values_of
from signet.web.words import plain_day


def shown_answers(
    answers: BaseModel, choices: Mapping[str, Iterable[Sequence[str]]]
) -> list[tuple[str, list[str]]]:
    """Return (label, values) of each answer; a choice as its label, and without mere consents."""
    form = FormView(type(answers), values_of(answers))
    return [
        (field.label, _shown(shape, field))
        for shape, field in shaped(form, choices)
        if shape != "flag"
    ]


def _shown(shape: str, field: FieldView) -> list[str]:
    if shape == "day":
        return [plain_day(value) for value in field.values]
    return [one.label for one in field.choices if one.chosen] or list(field.values)
