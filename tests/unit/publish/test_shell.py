"""The shell and the guidance pages: what MkDocs is asked for, and what is made of it."""

from __future__ import annotations

import dataclasses
import hashlib
import re
import shutil
from pathlib import Path

import pytest
from jinja2 import DictLoader, Environment

from signet import policy as policies
from signet.publish.render import assets, shell
from signet.publish.site import Site

SITE = Site(url="https://register.example")
ROOT = Path(__file__).resolve().parents[3]
CSS = tuple((ROOT / "site" / "assets").glob("*.css"))
ASSET = re.compile(r'(?:href|src)="/(assets/[^"]+)"')
INTERNAL = re.compile(r'href="/([^"#]*)(?:#([^"]*))?"')


@pytest.fixture(scope="module")
def made() -> shell.Shell:
    return shell.build(policies.load(), SITE)


@pytest.fixture
def own_site(tmp_path: Path) -> Path:
    """Return a copy of the site's sources that a test may break."""
    shutil.copy(shell.ROOT / "mkdocs.yml", tmp_path)
    shutil.copytree(shell.ROOT / "site", tmp_path / "site")
    hook = tmp_path / "signet" / "publish" / "render" / "guidance.py"
    hook.parent.mkdir(parents=True)
    shutil.copy(shell.ROOT / "signet" / "publish" / "render" / "guidance.py", hook)
    return tmp_path


def html(made: shell.Shell) -> dict[str, str]:
    return {path: body.decode() for path, body in made.files.items() if path.endswith(".html")}


def test_gives_the_guidance_pages_and_the_front_page(made: shell.Shell) -> None:
    assert {
        "index.html",
        "about/register/index.html",
        "about/status/index.html",
        "about/designations/index.html",
        "about/scope/index.html",
        "about/permits/index.html",
        "about/data-and-corrections/index.html",
        "about/accessibility/index.html",
        "complaints/index.html",
        "register/not-found-help/index.html",
    } == set(html(made))


def test_publishes_nothing_that_no_page_asks_for(made: shell.Shell) -> None:
    asked = set(ASSET.findall(made.template))
    for page in html(made).values():
        asked.update(ASSET.findall(page))
    # Pages with assets of their own name them in the code or the template that makes them.
    sources = (*(ROOT / "signet").rglob("*.py"), *(ROOT / "site").rglob("*.html"), *CSS)
    words = "".join(source.read_text(encoding="utf-8") for source in sources)
    asked.update(one.path for name, one in assets.collect().items() if name in words)
    assert asked == {path for path in made.files if path.startswith("assets/")}


def test_no_style_sheet_asks_for_a_picture_that_no_page_may_load(made: shell.Shell) -> None:
    sheets = [content for path, content in made.files.items() if path.endswith(".css")]
    assert len(sheets) > 1
    assert not [sheet for sheet in sheets if b"data:" in re.sub(rb"/\*.*?\*/", b"", sheet)]


def test_the_style_sheet_names_typefaces_as_they_are_published(made: shell.Shell) -> None:
    (sheet,) = (made.files[path] for path in made.files if path.startswith("assets/signet."))
    named = re.findall(rb"url\((.*?)\)", sheet)
    assert len(named) == 2
    assert all(path.removeprefix(b"/").decode() in made.files for path in named)


def test_an_asset_is_named_by_its_content(made: shell.Shell) -> None:
    for path, content in made.files.items():
        if path.startswith("assets/"):
            assert f".{hashlib.sha256(content).hexdigest()[:10]}." in path


def test_the_same_sources_give_the_same_bytes_on_another_day(
    made: shell.Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")  # what MkDocs takes for the date of the build
    again = shell.build(policies.load(), SITE)
    assert again.template == made.template
    assert again.files == made.files


def test_links_between_guidance_pages_lead_to_a_page_and_a_heading(made: shell.Shell) -> None:
    pages = html(made)
    for source, page in pages.items():
        for path, anchor in INTERNAL.findall(page):
            if path.startswith("about/"):
                target = pages[f"{path}index.html"]
                assert not anchor or f'id="{anchor}"' in target, (source, path, anchor)


def test_no_page_has_inline_scripts_or_styles(made: shell.Shell) -> None:
    for page in (*html(made).values(), made.template):
        assert not re.search(r"<script(?![^>]*\bsrc=)", page)
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=", page)


def test_a_notice_stands_on_every_page_and_is_only_text() -> None:
    notice = "Made up {{ 7 * 7 }} {% block x %} <b>people</b>"
    noticed = shell.build(policies.load(), dataclasses.replace(SITE, notice=notice))
    shown = "Made up {{ 7 * 7 }} {% block x %} &lt;b&gt;people&lt;/b&gt;"
    environment = Environment(loader=DictLoader({"shell": noticed.template}), autoescape=True)
    filled = environment.from_string('{% extends "shell" %}').render()
    for page in (*html(noticed).values(), filled):
        assert shown in page


def test_names_of_another_regulator_come_from_its_pack() -> None:
    policy = policies.load()
    other = policy._replace(
        regulator=policy.regulator._replace(
            name="College of Surveyors of Ruritania",
            short_name="CSR",
            jurisdiction="Ruritania",
            register_name="Roll of Surveyors",
        ),
    )
    built = shell.build(other, SITE)
    for page in (*html(built).values(), built.template):
        assert "Roll of Surveyors" in page
        assert policy.regulator.name not in page
        assert policy.regulator.short_name not in page


def test_every_page_says_where_the_office_is_and_how_it_is_reached(made: shell.Shell) -> None:
    regulator = policies.load().regulator
    assert regulator.address
    assert regulator.telephone
    assert regulator.email
    for page in (*html(made).values(), made.template):
        footer = page[page.index("<footer") :]
        for line in (*regulator.address, f'href="tel:{regulator.telephone}"'):
            assert line in footer
        assert f"mailto:{regulator.email}" in footer.replace("&#64;", "@")


def test_where_a_page_says_to_call_it_says_the_number(made: shell.Shell) -> None:
    number = policies.load().regulator.telephone
    asked = 0
    for path, page in html(made).items():
        main = page[page.index("<main") : page.index("</main>")]
        for line in re.findall(r"<(?:p|li)[^>]*>(.*?)</(?:p|li)>", main, re.DOTALL):
            if re.search(r"\b[Cc]all (the Registrar|us|\d)|\bor call\b|[Aa]sk the Registrar", line):
                asked += 1
                assert number in line, (path, line)
    assert asked > 4


def test_a_regulator_without_telephone_or_address_has_none_invented() -> None:
    policy = policies.load()
    bare = policy.regulator._replace(address=(), telephone="", email="")
    built = shell.build(policy._replace(regulator=bare), SITE)
    for page in (*html(built).values(), built.template):
        assert 'id="contact"' not in page
        assert "tel:" not in page
        assert "mailto:" not in page


def test_a_visitor_signs_in_from_every_page(made: shell.Shell) -> None:
    for page in (*html(made).values(), made.template):
        header = page[page.index("<header") : page.index("</header>")]
        assert '<a class="enter enter--in" href="/services/">Sign in</a>' in header
        assert "For members" not in page


def test_guidance_explains_every_designation_and_standing_of_the_pack(made: shell.Shell) -> None:
    policy, pages = policies.load(), html(made)
    for designation in policy.designations.values():
        assert designation.code in pages["about/designations/index.html"]
        assert designation.name in pages["about/designations/index.html"]
    for status in policy.statuses.values():
        assert f'<th scope="row">{status.name}</th>' in pages["about/status/index.html"]


@pytest.mark.parametrize("anonymous", [False, True])
def test_guidance_on_complaints_says_who_must_be_named_as_the_pack_has_it(anonymous: bool) -> None:
    """COM-8."""
    policy = policies.load()
    assert policy.complaints is not None
    other = policy._replace(complaints=policy.complaints._replace(members_anonymous=anonymous))
    page = html(shell.build(other, SITE))["complaints/index.html"]
    assert ("they are told who complained" in page) is not anonymous
    assert ("You can stay anonymous, no matter who it is about" in page) is anonymous


def test_a_dead_link_in_guidance_is_an_error_that_names_the_page(own_site: Path) -> None:
    page = own_site / "site" / "guidance" / "about" / "scope.md"
    page.write_text(page.read_text() + "\n[gone](nowhere.md)\n")
    with pytest.raises(shell.ShellError, match=r"about/scope\.md.*nowhere\.md"):
        shell.build(policies.load(), SITE, root=own_site)


def test_an_unknown_fact_in_guidance_is_an_error_that_names_the_page(own_site: Path) -> None:
    page = own_site / "site" / "guidance" / "about" / "permits.md"
    page.write_text(page.read_text() + "\n{{ regulator.pager }}\n")
    with pytest.raises(shell.ShellError, match=r"about/permits\.md.*pager"):
        shell.build(policies.load(), SITE, root=own_site)


def test_a_page_that_is_not_in_the_navigation_is_an_error(own_site: Path) -> None:
    (own_site / "site" / "guidance" / "stray.md").write_text("# Stray\n")
    with pytest.raises(shell.ShellError, match=r"stray\.md"):
        shell.build(policies.load(), SITE, root=own_site)


def test_an_asset_that_is_not_there_is_an_error_that_names_it() -> None:
    with pytest.raises(assets.AssetError, match=r"missing\.css"):
        assets.address("missing.css")


def test_dark_is_the_same_by_the_system_and_by_choice() -> None:
    css = (assets.OWN / "signet.css").read_text()
    by_system = re.search(r':root:not\(\[data-scheme="light"\]\) \{(.*?)\}', css, re.DOTALL)
    by_choice = re.search(r'\n:root\[data-scheme="dark"\] \{(.*?)\}', css, re.DOTALL)
    assert by_system is not None
    assert by_choice is not None
    assert by_system[1].split() == by_choice[1].split()
