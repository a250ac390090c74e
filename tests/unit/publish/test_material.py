"""What is left of Material's style sheet: the rules that can apply here, in their order."""

import pytest

from signet.publish.render import assets, material


@pytest.mark.parametrize(
    ("sheet", "left"),
    [
        ("body{margin:0}", "body{margin:0}"),
        (".md-typeset h1,.md-nav a{color:red}", ".md-typeset h1{color:red}"),
        (".md-nav__link:hover{color:red}", ""),
        ("a:not(.md-button){color:red}", "a:not(.md-button){color:red}"),
        ("[data-md-color-scheme=slate]{color:red}", ""),
        ("@media print{.md-x{top:0}.md-typeset a{top:0}}", "@media print{.md-typeset a{top:0}}"),
        ("@media print{.md-nav{display:none}}", ""),
        ("@keyframes x{0%{top:0}}", ""),
        ("a{--x:url(\"data:image/svg+xml,<svg d='}'/>\")}", "a{--x:linear-gradient(#0000,#0000)}"),
        ("a{top:0}b{top:1px}a{top:2px}", "a{top:0}b{top:1px}a{top:2px}"),
    ],
)  # fmt: skip
def test_rules_of_parts_that_the_site_lacks_are_left_out(sheet: str, left: str) -> None:
    assert material.reduced(sheet) == left


def test_material_as_installed_keeps_how_text_lists_and_tables_look() -> None:
    sheet = assets.collect()[assets.MATERIAL].content.decode()
    assert all(f".md-typeset {part}" in sheet for part in ("ul", "table", "code", "dd"))
    assert ".md-nav" not in sheet
    assert len(sheet) < 40_000
