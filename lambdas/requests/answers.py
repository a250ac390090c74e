"""Answers as pages show them, and letters as both sides open them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from pydantic import BaseModel

from signet.errors import NotFound
from signet.letters import documents
from signet.requests import operation, store
from signet.requests.kind import Section
from signet.requests.model import Letter
from signet.requests.operation import Case
from signet.web.answer import Download
from signet.web.form_view import FieldView, FormView, shaped
from signet.web.forms import values_of
from signet.web.request import whole_number
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


def shown_sections(case: Case) -> list[tuple[Section, list[tuple[str, list[str]]]]]:
    """Return each section that has valid answers, with its answers as `shown_answers` does."""
    answers = operation.answers_of(case)
    return [
        (section, shown_answers(answers[section.name], section.choices(case.policy)))
        for section in case.kind.sections
        if section.name in answers
    ]


def _shown(shape: str, field: FieldView) -> list[str]:
    if shape == "day":
        return [plain_day(value) for value in field.values]
    return [one.label for one in field.choices if one.chosen] or list(field.values)


def letter_of(case: Case, about: str) -> Letter:
    """Return the letter that an address names, by its decision. Raises NotFound."""
    number = whole_number(about)
    letter = case.file.letter(number) if number else None
    if letter is None:
        raise NotFound("There is no such letter.")
    return letter


def letter_at(base: str, letter: Letter) -> str:
    """Return the address of a letter below a request's page."""
    return f"{base}letters/{letter.about}/letter.pdf"


def letter_file(case: Case, letter: Letter) -> Download:
    """Return a letter's bytes as they were stored."""
    content = store.letter_content(case.file.id, letter.about)
    name = f"{operation.reference(case.file.id)}-{letter.what}-{letter.made_on}.pdf"
    return Download(content, documents.PDF, name)
