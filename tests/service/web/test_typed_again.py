"""What was typed when a session had ended is in the form again: every form of every desk."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from signet.web.app import ANYONE
from signet.web.typed import FIELD, NOT_TYPED, UNSEEN
from tests.authorization_rows import Row
from tests.cpd_members import NUMBER
from tests.events import OWN_PAGE, SITE, ask, get, post
from tests.forms import PostedForm, form_to, forms_on
from tests.people import Person, shell
from tests.service.typed_states import BUILT
from tests.service.web.test_authorization import (
    KNOWN,
    ROUTES,
    TABLE,
    World,
    address,
    cpd_tables_made,
    rows_kept,
    world,
)

__all__ = ["cpd_tables_made", "rows_kept", "shell", "world"]

NO_KIND_HAS = {
    f"POST /services/requests/<id_>/{page}/" for page in ("contributors/<role>", "appeal")
}
FORMS = [
    route
    for route in KNOWN
    if route.startswith("POST ")
    and ROUTES[route][1].needs is not ANYONE
    and not ROUTES[route][1].is_json
    # Where a row leaves all fields blank, nothing was typed that could be lost.
    and any(value.strip() for name, value in TABLE[route].form.items() if name not in UNSEEN)
    # A button for each thing that there is: nothing is typed there.
    and not route.endswith(("/credits/carried", "/requests/start"))
    # No kind of request has it yet: their pages aren't there in any state.
    and route not in NO_KIND_HAS
]
WITH_A_STORE = "POST /services/complaints/desk/cases/<case>/files/<file>/original/"


def pages(route: str, parts: dict[str, str]) -> Iterator[str]:
    """Yield the pages that a form may be on: its own, and those of the same function."""
    app, _ = ROUTES[route]
    own = f"GET {route.removeprefix('POST ')}"
    there = [one for one in KNOWN if one.startswith("GET ") and ROUTES[one][0] is app]
    for one in sorted(there, key=lambda each: (each != own, -len(_common(each, own)))):
        row = TABLE[one]
        if set(row.things) <= set(parts):
            yield address(row, parts)


def _common(one: str, other: str) -> str:
    at = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), len(one))
    return one[:at]


def page_with(route: str, row: Row, who: Person, parts: dict[str, str]) -> tuple[str, PostedForm]:
    """Return the page of a function that has the form, and the form."""
    app, action = ROUTES[route][0], address(row, parts)
    for page in list(pages(route, parts))[:8]:
        answered = ask(app, get(page, session=who.token))
        for form in forms_on(answered.text) if answered.status == 200 else ():
            if form.method == "post" and form.action == action and set(row.form) & set(form.names):
                return page, form
    pytest.fail("the form is on no page in this state: build one in typed_states")


@pytest.mark.parametrize("route", FORMS)
def test_the_form_is_there_again_with_what_was_typed(
    route: str, world: World, request: pytest.FixtureRequest
) -> None:
    row, (app, _) = TABLE[route], ROUTES[route]
    who = world.one(min(row.who) if isinstance(row.who, frozenset) else "")
    if route in BUILT:
        store = request.getfixturevalue("emulator") if route == WITH_A_STORE else ""
        state = BUILT[route](world, store)
        parts, row = dict(state.parts), replace(row, form={**row.form, **state.typed})
    else:
        things = world.things(row, who.member or NUMBER)
        parts = {name: world.own(thing, who, things) for name, thing in row.things.items()}
    page, _ = page_with(route, row, who, {**row.parts, **parts})
    headers = {**OWN_PAGE, "referer": f"{SITE}{page}"}
    refused = ask(app, post(address(row, parts), row.form, headers=headers))
    assert refused.status == 401
    carrying = form_to(refused.text, "/services/account/typed/")
    carried = {name: values for name, values in carrying.values.items() if name != "act"}
    for name, value in row.form.items():
        assert carried[f"{FIELD}{name}"] == [value]
    again = ask(app, post(page, carried, act="", session=who.token))
    assert again.status == 200, again.text
    wanted = _typable(again.text, address(row, parts), row.form)
    forms = [one for one in forms_on(again.text) if one.action == address(row, parts)]
    assert any(
        all(form.values.get(name) == [row.form[name]] for name in wanted) for form in forms
    ), [form.values for form in forms]
    assert all(form.values["act"] != carried[f"{FIELD}act"] for form in forms)


class _Controls(HTMLParser):
    """What can be typed or chosen in the forms to an address."""

    def __init__(self, action: str) -> None:
        super().__init__()
        self.texts: set[str] = set()
        self.choices: set[tuple[str, str]] = set()
        self._action, self._inside, self._select = action, False, ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        about = {name: value or "" for name, value in attrs}
        name, value, kind = about.get("name", ""), about.get("value", ""), about.get("type", "text")
        if tag == "form":
            self._inside = about.get("action") == self._action
        if not self._inside:
            return
        if tag == "select":
            self._select = name
        elif tag == "option":
            self.choices.add((self._select, value))
        elif kind in ("radio", "checkbox"):
            self.choices.add((name, value))
        elif tag == "textarea" or (tag == "input" and kind not in ("hidden", "file", "submit")):
            self.texts.add(name)


def _typable(html: str, action: str, said: Mapping[str, str]) -> set[str]:
    """Return the fields that a person typed or chose: no button, no hidden field."""
    reader = _Controls(action)
    reader.feed(html)
    return {
        name
        for name, value in said.items()
        if name not in NOT_TYPED and (name in reader.texts or (name, value) in reader.choices)
    }
