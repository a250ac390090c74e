"""What holds of every page with a form: its controls are the model's fields, no more, no less."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from html.parser import HTMLParser

from pydantic import BaseModel

CONTROLS = frozenset({"input", "select", "textarea", "button"})


@dataclass
class PostedForm:
    """A form as a browser would see it: where it goes, and what it holds by name."""

    action: str
    method: str
    names: list[str] = field(default_factory=list)
    values: dict[str, list[str]] = field(default_factory=dict)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[PostedForm] = []
        self.ids: list[str] = []
        self.described: list[str] = []
        self.labels: list[str] = []
        self.links: list[str] = []
        self._open: PostedForm | None = None
        self._select = ""
        self._area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        about = {name: value or "" for name, value in attrs}
        self.ids += [about["id"]] if "id" in about else []
        self.described += about.get("aria-describedby", "").split()
        self.labels += [about["for"]] if tag == "label" and "for" in about else []
        self.links += [about["href"]] if tag == "a" and "href" in about else []
        if tag == "form":
            self._open = PostedForm(about.get("action", ""), about.get("method", "get").lower())
            self.forms.append(self._open)
        if tag in CONTROLS and about.get("name") and self._open:
            self._control(tag, about)
        if tag == "option" and "selected" in about and self._open:
            self._open.values.setdefault(self._select, []).append(about.get("value", ""))

    def _control(self, tag: str, about: dict[str, str]) -> None:
        assert self._open
        name = about["name"]
        self._open.names.append(name)
        self._select = name if tag == "select" else self._select
        self._area = name if tag == "textarea" else ""
        ticked = about.get("type") not in ("radio", "checkbox") or "checked" in about
        if tag == "input" and ticked:
            self._open.values.setdefault(name, []).append(about.get("value", ""))

    def handle_data(self, data: str) -> None:
        if self._area and self._open:
            # The parser of a browser drops the first line end.
            self._open.values.setdefault(self._area, []).append(data.removeprefix("\n"))

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = ""
        if tag == "form":
            self._open = None


def forms_on(html: str) -> list[PostedForm]:
    """Every form of a page."""
    reader = _Reader()
    reader.feed(html)
    return reader.forms


def form_to(html: str, action: str) -> PostedForm:
    """Return the one posted form of a page that goes to an address."""
    (found,) = [f for f in forms_on(html) if f.method == "post" and f.action == action]
    return found


def assert_form_is(
    html: str, model: type[BaseModel], action: str, *, besides: Iterable[str] = ()
) -> PostedForm:
    """Hold the names of a page's form against its model: the fields and `act`, no others.

    Every hint, fault, label and link of the page must lead to something, too. `besides` are
    further names that the page explains. Gives the form.
    """
    found = form_to(html, action)
    assert set(found.names) == {*model.model_fields, "act", *besides}
    assert found.values["act"], "a form without its act can be sent twice"
    assert_page_holds_together(html)
    return found


def assert_page_holds_together(html: str) -> None:
    """Ids are there once; labels, descriptions and links into the page find theirs."""
    reader = _Reader()
    reader.feed(html)
    assert len(reader.ids) == len(set(reader.ids)), "an id is there twice"
    targets = [link[1:] for link in reader.links if link.startswith("#")]
    assert {*reader.described, *reader.labels, *targets} <= set(reader.ids)
