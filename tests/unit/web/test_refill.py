"""A form is shown again with what was typed, whatever it consists of."""

from __future__ import annotations

from signet.web.refill import AGAIN, MEANWHILE, NO_FORM, refill
from signet.web.typed import CHANGED, SIGNED_IN, Fields, Typed
from tests.forms import form_to, forms_on

PAGE = """<!doctype html>
<html lang="en"><body>
<!-- as it is --><article class="service">
<form method="post" action="/other"><input name="title" value="untouched"></form>
<form method="post" action="/services/x/"><input type="hidden" name="act" value="new">
<input type="hidden" name="version" value="2"><input name="title" value="saved &amp; kept" required>
<textarea name="text">
old &lt;text&gt; &#233;</textarea>
<input type="checkbox" name="tick" value="a" checked><input type="checkbox" name="tick" value="b">
<input type="checkbox" name="consent" value="yes">
<select name="kind"><option value="1" selected>One</option><option value="2">Two</option></select>
<input name="link" value=""><input name="link" value="">
<input type="file" name="file"><button name="go" value="1">Send</button>
</form></article>&copy; 2026</body></html>"""
FIELDS: Fields = {
    "act": ["old"],
    "version": ["1"],
    "title": ['<script>"&'],
    "text": ["two\nlines </textarea>"],
    "tick": ["b"],
    "consent": ["yes"],
    "kind": ["2"],
    "link": ["first", "second"],
}


def shown(why: str = SIGNED_IN, action: str = "/services/x/") -> str:
    return refill(PAGE, Typed("/services/x/", action, FIELDS, why))


def test_each_control_is_as_it_was_left_and_the_act_is_new() -> None:
    form = form_to(shown(), "/services/x/")
    assert form.values == {
        "act": ["new"],
        "version": ["1"],
        "title": ['<script>"&'],
        "text": ["two\nlines </textarea>"],
        "tick": ["b"],
        "kind": ["2"],
        "link": ["first", "second"],
        "file": [""],
    }, "and what is consented to is consented to anew"
    assert AGAIN in shown()


def test_nothing_else_of_the_page_changes() -> None:
    html = shown()
    assert form_to(html, "/other").values == {"title": ["untouched"]}
    for same in ("<!doctype html>", "<!-- as it is -->", "&copy; 2026", '<input type="file"'):
        assert same in html
    assert "<script>" not in html


def test_after_somebody_else_changed_it_both_are_there_and_the_version_is_theirs() -> None:
    html = shown(CHANGED)
    assert MEANWHILE in html
    assert form_to(html, "/services/x/").values["version"] == ["2"]
    assert "Saved now: <bdi>saved &amp; kept</bdi>" in html
    assert "Saved now: <bdi>old &lt;text&gt; é</bdi>" in html
    assert "Saved now" not in shown()


def test_where_the_form_is_gone_the_words_are_there_to_copy() -> None:
    html = shown(action="/services/y/")
    assert NO_FORM in html
    assert "two\nlines &lt;/textarea&gt;" in html
    assert form_to(html, "/services/x/").values["title"] == ["saved & kept"]


def test_of_two_forms_to_one_address_the_one_of_the_same_thing_is_filled() -> None:
    page = "".join(
        f'<form method="post" action="/a"><input type="hidden" name="about" value="{one}">'
        '<input name="text" value=""></form>'
        for one in "xyz"
    )
    html = refill(page, Typed("/a", "/a", {"about": ["y"], "text": ["typed"]}, SIGNED_IN))
    assert [form.values["text"] for form in forms_on(html)] == [[""], ["typed"], [""]]
