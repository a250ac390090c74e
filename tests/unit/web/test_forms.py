"""Forms: what one model makes of what was typed, and how the page tells what to put right."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BeforeValidator, Field

from signet.errors import FieldError, Invalid
from signet.web.form_view import FormView
from signet.web.forms import Form, FormInvalid, Says, read, values_of
from tests.events import ACT, ask, get, post
from tests.example_service import BASE, GOOD, Activity, build, environment
from tests.forms import assert_form_is, assert_page_holds_together, form_to


@pytest.fixture(scope="module", autouse=True)
def _settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with environment(tmp_path_factory.mktemp("services")):
        yield


def sent(**values: str | list[str]) -> dict[str, list[str]]:
    fields: dict[str, Any] = {**GOOD, **values}
    return {name: value if isinstance(value, list) else [value] for name, value in fields.items()}


def faults(**values: str | list[str]) -> dict[str, str]:
    with pytest.raises(FormInvalid) as found:
        read(Activity, sent(**values))
    return {fault.field: fault.message for fault in found.value.errors}


def test_what_was_typed_becomes_the_model() -> None:
    made = read(
        Activity,
        sent(
            title="  Course ", hours="2.5", topics=["safety", "ethics"], confirmed="yes",
            act=ACT, ended_on="", reflection="One\nTwo",
        ),
    )  # fmt: skip
    assert made == Activity(
        title="Course", category="courses", started_on=date(2026, 3, 14), hours=Decimal("2.5"),
        kind="formal", better_practitioner=True, topics=("safety", "ethics"),
        reflection="One\nTwo", confirmed=True,
    )  # fmt: skip


class Numbers(Form):
    """Numbers as forms ask for them, plain and as a field's own reading takes them."""

    credits: int = Field(title="Credits", ge=0)
    years: Annotated[int, Field(ge=0)] | None = Field(None, title="Years")
    rate: Annotated[Decimal, Says("", "Enter a percentage, such as 5")] = Field(title="Rate")
    pay: Annotated[Decimal | None, BeforeValidator(lambda _: 1000)] = Field(None, title="Pay")


@pytest.mark.parametrize("typed", ["1_0", "1e1", "٥", "２"])
def test_a_number_is_written_in_plain_digits(typed: str) -> None:
    whole = "must be a whole number, such as 3"
    with pytest.raises(FormInvalid) as wrong:
        read(Numbers, {name: [typed] for name in Numbers.model_fields})
    assert {one.field: one.message for one in wrong.value.errors} == {
        "credits": f"“Credits” {whole}",
        "years": f"“Years” {whole}",
        "rate": "Enter a percentage, such as 5",
    }
    plain = read(Numbers, {"credits": [" 10 "], "rate": ["2.5"], "pay": ["1\u00a0000 e"]})
    assert (plain.credits, plain.rate, plain.pay) == (10, Decimal("2.5"), Decimal(1000))


@pytest.mark.parametrize(
    ("field", "typed", "message"),
    [
        ("title", "", "Enter what you did"),
        ("title", " \t ", "Enter what you did"),
        ("title", "x" * 41, "“What did you do?” can have at most 40 characters"),
        ("title", ["a", "b"], "“What did you do?” can’t be accepted as it is"),
        ("category", "", "Choose a category"),
        ("category", "golf", "Choose one of the answers listed for “Category”"),
        ("started_on", "", "Answer “First day”"),
        ("started_on", "2026-02-30", "“First day” must be a real date, such as 2026-03-14"),
        ("started_on", "yesterday", "“First day” must be a real date, such as 2026-03-14"),
        ("started_on", "0026-03-14", "“First day” must be a real date, such as 2026-03-14"),
        ("ended_on", "2126-03-14", "“Last day” must be a real date, such as 2026-03-14"),
        ("ended_on", "2026-03-13", "The last day can’t be before the first"),
        ("hours", "two", "“Hours” must be a number, such as 2.5"),
        ("hours", "NaN", "“Hours” must be a number, such as 2.5"),
        ("hours", "-1", "“Hours” must be 0 or more"),
        ("hours", "1000", "“Hours” must be 999 or less"),
        *(
            ("hours", typed, "“Hours” must be a number, such as 2.5")
            for typed in ("1e1", "1E1", "1_0", "٥", "２", "0.1e1")
        ),
        ("hours", "1.25", "“Hours” must be a number, such as 2.5"),
        (
            "better_practitioner",
            "perhaps",
            "Answer yes or no to “Did it make you a better practitioner?”",
        ),
        ("topics", ["a", "b", "c"], "Choose at most 2 for “Topics”"),
        ("reflection", "x" * 2001, "“What did you learn?” can have at most 2,000 characters"),
    ],
)
def test_each_fault_is_said_in_plain_words(
    field: str, typed: str | list[str], message: str
) -> None:
    assert faults(**{field: typed}) == {field: message}


def test_something_that_no_form_of_ours_sends_is_refused_without_repeating_it() -> None:
    """Threat 11: nobody sets a field that the form doesn't have."""
    found = faults(status="declared", member="100001")
    assert found == {"": "This form doesn’t ask for all of what was sent. Open the page again"}


def test_faults_stand_in_the_order_of_the_form() -> None:
    assert list(faults(title="", category="", started_on="", kind="")) == [
        "title", "category", "started_on", "kind",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("Co\x00urse", "can’t be seen (U+0000). Type it, don’t paste it"),
        ("Co\u200burse", "can’t be seen (U+200B). Type it, don’t paste it"),
        ("Co\u202eurse", "turns text round (U+202E). Type it, don’t paste it"),
        ("Co\ufffdrse", "a letter was lost. Type the letter"),
        ("Co\ue000rse", "others can’t read (U+E000)"),
        ("Course\non soil", "must be on one line"),
    ],
)
def test_a_line_has_no_character_that_misleads(typed: str, message: str) -> None:
    (said,) = faults(title=typed).items()
    assert said[0] == "title"
    assert said[1].startswith("“What did you do?” ")
    assert said[1].endswith(message)


def test_a_line_may_be_of_any_script_and_end_in_a_blank() -> None:
    for typed in ("Cours d’été, O’Brien", "می‌خواهم", "क्‍ष", "王小明", "👩‍🔧 Café \n"):
        assert read(Activity, sent(title=typed)).title == typed.strip()


def test_text_of_several_lines_loses_what_nobody_sees_and_nothing_else() -> None:
    typed = "One\r\n\u202bTwo\u202c \x0bthree\u200b, \ufffd\u200f 👩‍🔧\tend"
    kept = "One\r\nTwo three, \ufffd\u200f 👩‍🔧\tend"
    assert read(Activity, sent(reflection=typed)).reflection == kept


def test_every_fault_of_a_form_is_told_at_once() -> None:
    assert list(faults(title="a\u200bb", hours="two")) == ["title", "hours"]


def test_the_error_holds_no_value() -> None:
    with pytest.raises(FormInvalid) as found:
        read(Activity, sent(started_on="canary", hours="canary"))
    assert "canary" not in str(found.value) + repr(found.value)
    assert found.value.__cause__ is None


def test_what_is_kept_reads_back_as_it_was() -> None:
    held = read(Activity, sent(hours="2.5", topics=["ethics"], ended_on="2026-03-15"))
    assert read(Activity, values_of(held)) == held


text = st.text(max_size=30)


@given(st.dictionaries(st.sampled_from([*Activity.model_fields, "act", "x"]), st.lists(text)))
def test_whatever_is_typed_is_taken_or_told_of(values: dict[str, list[str]]) -> None:
    example = build()
    answer = ask(example.app, post(BASE, {k: v for k, v in values.items() if k != "act"}))
    assert (answer.status, len(example.added)) in {(422, 0), (303, 1)}
    assert ('id="faults"' in answer.text) == (answer.status == 422)


# The page --------------------------------------------------------------------------------------


def test_the_names_on_the_page_are_the_models_fields() -> None:
    found = assert_form_is(ask(build().app, get(BASE)).text, Activity, BASE)
    assert found.values["act"] == ["000102030405060708090a0b0c0d0e0f"]


def test_the_check_of_names_notices_one_too_many_and_one_too_few() -> None:
    html = ask(build().app, get(BASE)).text
    for before, after in ((' name="hours"', ""), (' name="hours"', ' name="status"')):
        with pytest.raises(AssertionError):
            assert_form_is(html.replace(before, after), Activity, BASE)


def test_a_form_of_something_that_is_there_shows_it() -> None:
    values = form_to(ask(build().app, get(f"{BASE}filled")).text, BASE).values
    assert values["title"] == ["Course on soil mechanics"]
    assert values["category"] == ["courses"]
    assert values["better_practitioner"] == ["yes"]
    assert values["topics"] == ["ethics"]
    assert values["started_on"] == ["2026-03-14"]
    assert "".join(values["reflection"]) == "One\nTwo <b>"


def test_a_form_can_come_with_an_answer_filled_in() -> None:
    html = ask(build().app, get(f"{BASE}?category=service")).text
    assert form_to(html, BASE).values["category"] == ["service"]


def test_a_form_with_faults_comes_back_with_everything_that_was_typed() -> None:
    typed = {
        **GOOD, "title": "", "hours": "two <b>", "reflection": "Line\r\n\"two\"",
        "topics": ["safety"], "kind": "", "confirmed": "yes",
    }  # fmt: skip
    example = build()
    answer = ask(example.app, post(BASE, typed))
    assert answer.status == 422
    assert example.added == []
    values = assert_form_is(answer.text, Activity, BASE).values
    assert values["act"] == [ACT]
    assert values["hours"] == ["two <b>"]
    assert "".join(values["reflection"]) == 'Line\n"two"'
    assert (values["topics"], values["category"]) == (["safety"], ["courses"])
    assert "kind" not in values
    assert "two <b>" not in answer.text


def test_the_summary_names_each_fault_and_leads_to_its_field() -> None:
    text = ask(build().app, post(BASE, {**GOOD, "title": "", "kind": ""})).text
    assert "<title>Error: Add an activity" in text
    assert '<a href="#field-title">Enter what you did</a>' in text
    assert '<a href="#field-kind">Answer “Kind”</a>' in text
    assert text.index('id="faults"') < text.index("<h1>")
    assert_page_holds_together(text)


def test_the_fault_stands_by_its_field_for_those_who_hear_the_page() -> None:
    text = ask(build().app, post(BASE, {**GOOD, "title": ""})).text
    assert 'aria-describedby="field-title-hint field-title-error" aria-invalid="true"' in text
    assert '<span class="hide">Error: </span>Enter what you did' in text


def test_a_page_without_faults_has_no_summary() -> None:
    text = ask(build().app, get(BASE)).text
    assert 'class="faults"' not in text
    assert "Error:" not in text.replace('<span class="hide">Error: </span>Choose a file', "")


def test_a_fault_of_a_rule_is_shown_like_one_of_the_form() -> None:
    view = FormView.again(Activity, {}, Invalid(FieldError("title", "It is there already")), ACT)
    assert view.field("title").error == "It is there already"
    whole = FormView.again(Activity, {}, Invalid(message="The year is closed."), ACT)
    assert whole.summary == (("", "The year is closed."),)


def test_a_field_says_what_it_is_asked_and_how_much_it_takes() -> None:
    view = FormView(Activity)
    title = view.field("title")
    assert (title.label, title.required, title.maxlength) == ("What did you do?", True, 40)
    assert not view.field("hours").required
    assert [c.label for c in view.field("kind").choices] == ["Formal", "Informal"]
    assert [c.value for c in view.field("better_practitioner").choices] == ["yes", "no"]
    with pytest.raises(KeyError):
        view.field("status")
