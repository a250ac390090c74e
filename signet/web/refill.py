"""Filling in the form of any page again with what a person typed.

It works on the page that the function makes for everyone, read as a browser reads it: so a form
needs no code of its own for this, and none can be forgotten.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape, unescape
from html.parser import HTMLParser

from signet.web.typed import CHANGED, NOT_TYPED, Typed

AGAIN = "We have restored what you typed. Nothing is saved yet. Check it and send it."
MEANWHILE = (
    "We have restored what you typed, next to what is saved now. Your changes aren’t saved yet."
)
NO_FORM = "The form that you filled in is no longer on this page. This is what you typed:"
_TICKED = ("checkbox", "radio")
_NOT_FILLED = ("hidden", "file", "password", "submit", "button", "image", "reset")
_ARTICLE = '<article class="service">'


def refill(html: str, typed: Typed) -> str:
    """Return a page with its form as it was typed; without the form, with the text to copy."""
    forms = _Forms(typed)
    forms.feed(html)
    reader = _Refilling(typed, forms.meant)
    reader.feed(html)
    reader.close()
    if reader.found:
        return "".join(reader.out)
    return html.replace(_ARTICLE, f"{_ARTICLE}\n{_to_copy(typed)}", 1)


def _to_copy(typed: Typed) -> str:
    parts = [f'<section class="kept"><p class="said" role="status">{escape(NO_FORM)}</p>']
    for at, (name, value) in enumerate(typed.words):
        parts.append(
            f'<div class="field"><label for="kept-{at}">{escape(name)}</label>'
            f'<textarea id="kept-{at}" rows="4" readonly>\n{escape(value)}</textarea></div>'
        )
    return "".join((*parts, "</section>"))


class _Forms(HTMLParser):
    """Finds which form of a page is meant: several may post to one address, each for one item."""

    def __init__(self, typed: Typed) -> None:
        super().__init__()
        self._typed = typed
        self._fits: list[
            int
        ] = []  # for each form, how many of its hidden fields agree; -1 for none

    @property
    def meant(self) -> int:
        """The index of the form among all of the page, -1 where none fits."""
        best = max(self._fits, default=-1)
        return self._fits.index(best) if best >= 0 else -1

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        about = {name: value or "" for name, value in attrs}
        if tag == "form":
            is_post = about.get("method", "").lower() == "post"
            action = about.get("action", "").partition("?")[0]
            self._fits.append(0 if is_post and action == self._typed.action else -1)
        name = about.get("name", "")
        is_hidden = tag == "input" and about.get("type") == "hidden" and name not in NOT_TYPED
        if is_hidden and self._fits and self._fits[-1] >= 0:
            self._fits[-1] += about.get("value", "") in self._typed.fields.get(name, [])


class _Refilling(HTMLParser):
    """Copies a page unchanged, except for the controls of one form."""

    def __init__(self, typed: Typed, meant: int) -> None:
        super().__init__(convert_charrefs=False)
        self._to_come = meant + 1  # forms until the one that is meant
        self.out: list[str] = []
        self.found = False
        self._typed = typed
        self._left = {name: list(values) for name, values in typed.fields.items()}
        self._inside = False
        self._area: tuple[str, list[str]] | None = None
        self._select: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        about = {name: value or "" for name, value in attrs}
        text = self.get_starttag_text() or ""
        if tag == "form":
            self._begin(text)
        elif not self._inside:
            self._put(text)
        elif tag == "input":
            self._put(self._input(about, text))
        elif tag == "textarea" and about.get("name") in self._typed.fields:
            self._area = (about["name"], [])
            self.out.append(text)
        elif tag == "select":
            self._select = about.get("name", "")
            self._put(text)
        elif tag == "option" and self._select in self._typed.fields and self._select:
            self._put(self._option(about, self._typed.fields[self._select]))
        else:
            self._put(text)

    handle_startendtag = handle_starttag

    def _begin(self, text: str) -> None:
        self._put(text)
        self._to_come -= 1
        if self._to_come == 0:
            self._inside = self.found = True
            words = MEANWHILE if self._typed.why == CHANGED else AGAIN
            self.out.append(f'<p class="said" role="status">{escape(words)}</p>')

    def _input(self, about: Mapping[str, str], text: str) -> str:
        name, kind = about.get("name", ""), about.get("type", "text").lower()
        if kind in _TICKED:
            if name in NOT_TYPED:
                return text
            return _tag("input", about, checked=about.get("value", "on") in self._given(name))
        if name == "version" and self._typed.why != CHANGED and self._left.get(name):
            # The version as sent is kept, so that the write finds changes made meanwhile.
            return _tag("input", {**about, "value": self._left[name][0]})
        if kind in _NOT_FILLED or not self._left.get(name) or name in NOT_TYPED:
            return text
        typed = self._left[name].pop(0)
        return _tag("input", {**about, "value": typed}) + self._beside(
            about.get("value", ""), typed
        )

    def _given(self, name: str) -> list[str]:
        return self._typed.fields.get(name, [])

    def _option(self, about: Mapping[str, str], chosen: list[str]) -> str:
        if about.get("value", "") in chosen:
            return _tag("option", {**about, "selected": "selected"})
        return _tag("option", {name: value for name, value in about.items() if name != "selected"})

    def _beside(self, now: str, typed: str) -> str:
        """Return what is saved, as HTML, if someone else changed it under what was typed."""
        if self._typed.why != CHANGED or now.strip() == typed.strip():
            return ""
        text = escape(now).replace("\n", "<br>") or "nothing"
        return f'<p class="field__now">Saved now: <bdi>{text}</bdi></p>'

    def handle_endtag(self, tag: str) -> None:
        beside = ""
        if tag == "textarea" and self._area:
            beside = self._filled_area(*self._area)
        if tag == "form":
            self._inside = False
        if tag == "select":
            self._select = None
        self._put(f"</{tag}>{beside}")

    def _filled_area(self, name: str, parts: list[str]) -> str:
        self._area = None
        now, left = "".join(parts).removeprefix("\n"), self._left[name]
        typed = left.pop(0) if left else now
        # Browsers drop the first line break of a textarea.
        self._put("\n" + escape(typed))
        return self._beside(now, typed)

    def _put(self, text: str) -> None:
        self.out.append(text)

    def handle_data(self, data: str) -> None:
        self._text(data, data)

    def handle_entityref(self, name: str) -> None:
        self._text(f"&{name};", unescape(f"&{name};"))

    def handle_charref(self, name: str) -> None:
        self._text(f"&#{name};", unescape(f"&#{name};"))

    def _text(self, raw: str, meant: str) -> None:
        if self._area:
            self._area[1].append(meant)
        else:
            self._put(raw)

    def handle_comment(self, data: str) -> None:
        self._put(f"<!--{data}-->")

    def handle_decl(self, decl: str) -> None:
        self._put(f"<!{decl}>")


def _tag(name: str, about: Mapping[str, str], *, checked: bool | None = None) -> str:
    """Return a start tag; without `checked` that attribute stays as it is."""
    attributes = dict(about)
    if checked is not None:
        attributes.pop("checked", None)
        attributes |= {"checked": "checked"} if checked else {}
    written = "".join(f' {key}="{escape(value)}"' for key, value in attributes.items())
    return f"<{name}{written}>"
