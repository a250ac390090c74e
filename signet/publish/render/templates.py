"""The Jinja environment of the register's pages, built so that rendering a page is cheap.

Eighteen thousand pages are rendered a night, so what Jinja does for each of them is kept small:
page templates are inlined into the shell before they are compiled, attributes are read directly,
and escaped values are cached.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from jinja2 import (
    ChoiceLoader,
    DictLoader,
    Environment,
    FileSystemLoader,
    StrictUndefined,
    Template,
    nodes,
)
from jinja2.compiler import CodeGenerator, Frame
from markupsafe import Markup, escape

from signet.policy import Policy
from signet.publish.render import assets, history
from signet.publish.render.dates import plain_day
from signet.publish.render.shell import ROOT

_PAGES = ROOT / "site" / "pages"
_THEME = ROOT / "site" / "theme"
_SHARED = ROOT / "site" / "shared"
_PARTS = (
    "verdict", "what_now", "tools", "preview", "scope_block", "conditions_list", "member_periods",
    "permit_periods", "history_block", "job_search",
)  # fmt: skip
_NAME_KINDS = {"former": "Former name", "known_as": "Also known as", "native": "Native script"}
# Shape as well as colour: a disc with a tick, an octagon with a cross, a triangle, a square.
_SHAPES = {
    "good": '<circle cx="24" cy="24" r="22"/><path d="M13.500 24.500l7.500 7.500 14-15.500"/>',
    "bad": '<path d="M15 2h18l13 13v18l-13 13H15L2 33V15z"/><path d="M16 16l16 16m0-16l-16 16"/>',
    "warn": '<path d="M24 3l22 41h-44z"/><path d="M24 18v12M24 37v.1"/>',
    "neutral": '<path d="M4 4h40v40h-40z"/><path d="M14 24h20"/>',
}
_ICONS = {
    tone: Markup('<svg class="icon" viewBox="0 0 48 48" aria-hidden="true">{}</svg>').format(
        Markup(shape)  # noqa: S704 - the constants above
    )
    for tone, shape in _SHAPES.items()
}
_EXTENDS_SHELL = '{% extends "shell" %}\n'
_BLOCK = re.compile(r"\{% block (\w+) %\}(.*?)\{% endblock %\}\n?", re.DOTALL)


@lru_cache(maxsize=65536)
def _day(iso: str) -> Markup:
    words = plain_day(iso)
    if words == iso:
        return escape(iso)
    return Markup(f'<time datetime="{iso}">{words}</time>')  # noqa: S704 - a date, just parsed


# `typed`, because text and markup that look the same are equal, and only one of them is safe.
_remembered = lru_cache(maxsize=8192, typed=True)(escape)


def _escaped(value: object) -> Markup:
    return value if type(value) is Markup else _remembered(value)


class _Generator(CodeGenerator):
    """Compiles `record.name` to a plain attribute access, and `{{ … }}` to a cached escape.

    The pages hold dataclasses, so Jinja's search for an attribute or else an item finds nothing
    more; a wrong name is an error.
    """

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:  # noqa: N802 - Jinja's name
        self.visit(node.node, frame)
        self.write(f".{node.attr}")

    def _output_child_pre(self, node: Any, frame: Frame, finalize: Any) -> None:  # noqa: ARG002
        self.write("environment.escaped(")


class _Names(dict[str, str]):
    """The names of codes; a code that the policy doesn't know is written as words."""

    def __missing__(self, code: str) -> str:
        return history.in_words(code)


class _Environment(Environment):
    code_generator_class = _Generator
    escaped = staticmethod(_escaped)


def environment(shell: str, policy: Policy) -> Environment:
    """Return the environment with the shell, the register's templates and the policy's names."""
    new_environment = _Environment(
        loader=ChoiceLoader(
            [DictLoader({"shell": shell}), FileSystemLoader([_PAGES, _THEME, _SHARED])]
        ),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
    )
    new_environment.filters.update(day=_day, plain_day=plain_day)
    new_environment.globals.update(
        icons=_ICONS,
        name_kinds=_NAME_KINDS,
        good_statuses=frozenset(s.code for s in policy.statuses.values() if s.good),
        status_names=_Names({s.code: s.name for s in policy.statuses.values()}),
        permit_status_names=_Names(
            {"expired": "Expired", **{s.code: s.name for s in policy.permit_statuses.values()}}
        ),
        register_name=policy.regulator.register_name,
        contact=policy.regulator.by_telephone,
        as_at=(assets.address("as-at.js"), assets.integrity("as-at.js")),
    )
    parts = new_environment.get_template("parts.html").module
    new_environment.globals.update({name: getattr(parts, name) for name in _PARTS})
    shared = new_environment.get_template("job_shown.html").module
    new_environment.globals.update(job_shown=shared.job_shown)  # type: ignore[attr-defined]
    new_environment.globals.update(job_seek=parts.job_seek_form())  # type: ignore[attr-defined]
    return new_environment


def filled(made: Environment, shell: str, name: str) -> Template:
    """Return the template of a page that extends the shell, with its blocks inlined.

    It renders as inheritance would, without the cost of inheritance on each page.
    """
    source = (_PAGES / name).read_text(encoding="utf-8")
    if not source.startswith(_EXTENDS_SHELL):
        raise ValueError(f"{name} doesn't begin with {_EXTENDS_SHELL.strip()}")
    source = source.removeprefix(_EXTENDS_SHELL)
    blocks = {block[1]: block[2] for block in _BLOCK.finditer(source)}
    head = _BLOCK.sub("", source)
    text = _BLOCK.sub(lambda block: blocks.get(block[1], block[2]), shell)
    template = made.from_string(head.strip() + text)
    # Jinja chains the globals and copies the chain for each page; a plain dict copies faster.
    template.globals = dict(template.globals)
    return template
