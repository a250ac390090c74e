"""Words that no clerk would say stay off the pages: cheap, and only as good as its list."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from signet.publish import project
from signet.publish.render import history, lists, scope_lists
from signet.register.verdict import members, permits

ROOT = Path(__file__).resolve().parents[2]
# What was found on pages and sounded translated; the English that took its place stands in git.
FORBIDDEN = (
    r"\banew\b",
    r"grows? old",
    r"stated end",
    r"names nobody",
    r"nobody at present",
    r"none at present",
    r"Days are ",
    r"\bsomebody\b",
    r"\bneedn[’']t\b",
    r"\bspelt\b",
    r"whoever it is about",
    r"something to put right",
    r"put (it )?right\b",
    r"\d of 2\b",
    r"activity that count\b",
    r"is told yes",
    r"isn[’']t asked for here",
    r"the facts on this page",
    r"to be read without",
    r"with where they stand",
    r"answered for by",
    r"\bfindable\b",
    r"unasked-for",
    r"goes away soon",
    r"vouch",
    r"how far it is",
    r"how it goes on",
    r"\bgoes on\b",
    r"should it come to",
    r"of those who work here",
    r"up to which day",
    r"stands? beside",
    r"as a rule",
    r"without a measure",
    r"\bwhoever\b",
    r"that it was paid with",
    r"sent back",
    r"\bnobody\b",
)
# What pages and mail of the services don't say, and what a clerk says.
SERVICES = {
    r"\banew\b": "again",
    r"\bsomebody\b": "someone",
    r"\bwhoever\b": "the person, no matter who",
    r"\baudit trail\b": "audit log",
    r"\btaken? back\b": "voided, withdrawn, removed",
    r"\bwritten down\b": "recorded",
    r"\bput right\b": "corrected",
    r"\bneedn[’']t\b": "don't have to",
    r"\beverybody\b": "everyone",
    r"nobody has (seen|looked)": "not seen yet",
    r"waits that": "is waiting",
}
# Names in code that only this project understood, and what they are called. Rows, forms and JSON
# keep theirs.
NAMES = {
    "anew": "again",
    "facts": "context",
    "go_on": "continue_…",
    "hears_of": "subscribes",
    "occasion": "context",
    "take_back": "void, withdraw, remove",
    "whoever": "account",
}
PUBLIC = ("site/guidance", "site/letters", "site/pages", "site/shared", "site/theme")
NOT_SHOWN = re.compile(r"\{#.*?#\}|\{%.*?%\}|<!--.*?-->|(?m:^ *//[^\n]*)", re.DOTALL)
STRINGS = re.compile(r'"""(?:.*?)"""|#[^\n]*|"((?:[^"\\\n]|\\.)*)"', re.DOTALL)


def sources() -> dict[str, str]:
    """Return what visitors read, by the file that it stands in."""
    found = {
        path.relative_to(ROOT).as_posix(): NOT_SHOWN.sub("", path.read_text("utf-8"))
        for folder in PUBLIC
        for path in sorted((ROOT / folder).rglob("*"))
        if path.suffix in {".md", ".html", ".typ"}
    }
    for module in (history, lists, project, scope_lists, members, permits):
        path = Path(module.__file__ or "")
        words = [one[1] for one in STRINGS.finditer(path.read_text("utf-8")) if one[1]]
        found[path.name] = "\n".join(words)
    return found


@pytest.mark.parametrize("pattern", FORBIDDEN)
def test_no_public_page_says_what_a_clerk_wouldn_t(pattern: str) -> None:
    wrong = re.compile(pattern, re.IGNORECASE)
    said = {name: found[0] for name, text in sources().items() if (found := wrong.search(text))}
    assert said == {}


@pytest.mark.parametrize(("pattern", "instead"), SERVICES.items())
def test_no_page_or_mail_of_the_services_says_it_in_dialect(pattern: str, instead: str) -> None:
    wrong = re.compile(pattern, re.IGNORECASE)
    texts = {
        path.relative_to(ROOT).as_posix(): NOT_SHOWN.sub("", path.read_text("utf-8"))
        for path in sorted((ROOT / "site" / "services").rglob("*"))
        if path.suffix in {".html", ".txt"}
    }
    assert len(texts) > 100
    said = {name: found[0] for name, text in texts.items() if (found := wrong.search(text))}
    assert said == {}, f"say: {instead}"


@pytest.mark.parametrize(("name", "instead"), NAMES.items())
def test_no_function_class_or_module_is_named_in_dialect(name: str, instead: str) -> None:
    defined = re.compile(rf"^ *(?:def|class) _?{name}\b", re.MULTILINE)
    paths = [*(ROOT / "signet").rglob("*.py"), *(ROOT / "lambdas").rglob("*.py")]
    wrong = [
        path.relative_to(ROOT).as_posix()
        for path in sorted(paths)
        if path.stem == name or defined.search(path.read_text("utf-8"))
    ]
    assert wrong == [], f"call it: {instead}"


def test_the_words_are_looked_for_where_people_read_them() -> None:
    found = sources()
    assert "Permits this member is responsible for" in found["site/pages/member.html"]
    assert "Scope of practice granted" in found["history.py"]
    assert "Everyone on the register in this place" in found["lists.py"]


def test_a_status_that_the_policy_doesn_t_know_is_shown_as_words() -> None:
    assert history.in_words("under_review") == "Under review"
