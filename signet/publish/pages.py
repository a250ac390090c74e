"""The register's pages: what may be shown, rendered into the shell."""

from __future__ import annotations

import json
from datetime import date
from functools import lru_cache
from typing import Any

from jinja2 import (
    BaseLoader,
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
from signet.publish import assets
from signet.publish.public import (
    Change,
    DataFile,
    Headline,
    IndexPage,
    ListPage,
    PublicMember,
    PublicPermit,
    ScopeListPage,
)
from signet.publish.shell import ROOT
from signet.publish.site import Site

_PARTS = ("verdict", "scope_block", "history_block")
_FOLDERS = {"member": "/register/members/", "permit": "/register/permits/"}
_NAME_KINDS = {"former": "Former name", "known_as": "Also known as", "native": "Native script"}
_FORMATS = {
    "text/csv": "CSV",
    "application/jsonl": "JSON Lines",
    "application/x-ndjson": "JSON Lines",
    "application/json": "JSON",
    "application/atom+xml": "Atom",
}
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
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
# Inside a script element only these could end it, or be taken for markup.
_UNSAFE = (("<", "\\u003c"), (">", "\\u003e"), ("&", "\\u0026"))


@lru_cache(maxsize=65536)
def plain_day(iso: str) -> str:
    """A date in words, "21 November 2026", from ISO form; what isn't a date comes back as it is."""
    try:
        day = date.fromisoformat(iso)
    except ValueError:
        return iso
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


@lru_cache(maxsize=65536)
def _day(iso: str) -> Markup:
    words = plain_day(iso)
    if words == iso:
        return escape(iso)
    return Markup('<time datetime="{}">{}</time>').format(iso, words)


def _script_json(value: object) -> Markup:
    """JSON that can't leave the script element it stands in."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for character, escaped in _UNSAFE:
        text = text.replace(character, escaped)
    return Markup(text)  # noqa: S704 - nothing left in it that ends the element


class _DirectAttributes(CodeGenerator):
    """Compiles `record.name` to just that: the pages hold dataclasses, and most of what rendering
    costs would be Jinja's search for an attribute or else an item. A wrong name is an error."""

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:  # noqa: N802 - Jinja's name
        self.visit(node.node, frame)
        self.write(f".{node.attr}")


class _FastEnvironment(Environment):
    code_generator_class = _DirectAttributes


class Pages:
    """Renders each kind of page; made once, then asked for page after page.

    `shell` is the template that `signet.publish.shell` compiled. Every method gives a whole HTML
    document, and the same one for the same input.
    """

    def __init__(self, shell: str, site: Site, policy: Policy) -> None:
        self._site = site
        self._keeper = {
            "@type": "Organization",
            "name": policy.regulator.name,
            "alternateName": policy.regulator.short_name,
        }
        self._good = _names(policy.statuses.values(), good_only=True)
        self._environment = _environment(shell, policy, self._good)
        self._member, self._permit = self._load("member.html"), self._load("permit.html")
        self._list, self._scope_list = self._load("list.html"), self._load("scope_list.html")

    def member(self, member: PublicMember) -> str:
        """The page of one member, standing first (STA, SCO-1)."""
        address = f"{self._site.url}{_FOLDERS['member']}{member.number}/"
        return self._member.render(
            member=member,
            address=address,
            linked=_script_json(self._person(member, address)),
            practising=any(d.practises for d in member.designations),
            until_words="Stated end",
            verdict_notes=_member_notes(member),
        )

    def permit(self, permit: PublicPermit) -> str:
        """The page of one permit, with who answers for it (PER-2, PER-5, SCO-3)."""
        address = f"{self._site.url}{_FOLDERS['permit']}{permit.number}/"
        return self._permit.render(
            permit=permit,
            address=address,
            linked=_script_json(self._company(permit, address)),
            until_words="Last valid day",
            verdict_notes=(("What this means", "/about/status/#permits"),),
        )

    def list_page(self, page: ListPage) -> str:
        """One page of a browse list."""
        return self._list.render(
            page=page, address=self._site.url + page.path, folder=_FOLDERS[page.kind]
        )

    def scope_list(self, page: ScopeListPage) -> str:
        """The professional technologists entitled to a discipline or an activity (SCO-3)."""
        return self._scope_list.render(page=page, address=self._site.url + page.path)

    def index_page(self, page: IndexPage) -> str:
        """A page of links into lists."""
        return self._once("index.html", page.path, page=page)

    def changes(self, changes: tuple[Change, ...]) -> str:
        """The recent changes, grouped by the day they were published."""
        return self._once("changes.html", "/register/changes/", changes=changes)

    def data(self, files: tuple[DataFile, ...]) -> str:
        """What can be downloaded, and on what terms."""
        return self._once("data.html", "/register/data/", files=files, formats=_FORMATS)

    def register(self) -> str:
        """The look-up page."""
        script = assets.address("lookup.js")
        return self._once("register.html", "/register/", lookup_script=script)

    def not_found(self) -> str:
        """The page for addresses that don't exist."""
        return self._once("not_found.html", "")

    def _load(self, name: str) -> Template:
        template = self._environment.get_template(name)
        # Jinja chains the globals and copies the chain for each page; a plain dict copies faster.
        template.globals = dict(template.globals)
        return template

    def _once(self, template: str, path: str, **facts: Any) -> str:
        address = self._site.url + path
        return self._environment.get_template(template).render(address=address, **facts)

    def _person(self, member: PublicMember, address: str) -> dict[str, Any]:
        """schema.org's view of a member; credentials only while they may be used (DES-4)."""
        said: dict[str, Any] = {
            "@context": "https://schema.org",
            "@type": "Person",
            "name": member.name,
            "identifier": member.number,
            "url": address,
            "description": _in_words(member.headline),
        }
        others = [other.name for other in member.other_names]
        if member.native_name:
            others.append(member.native_name)
        if others:
            said["alternateName"] = others
        if member.status in self._good:
            said["hasCredential"] = [
                self._credential(held.code, held.name) for held in member.designations
            ]
        return said

    def _company(self, permit: PublicPermit, address: str) -> dict[str, Any]:
        said: dict[str, Any] = {
            "@context": "https://schema.org",
            "@type": "Organization",
            "name": permit.name,
            "legalName": permit.name,
            "identifier": permit.number,
            "url": address,
            "description": _in_words(permit.headline),
        }
        others = [*permit.operating_names, *(former.name for former in permit.former_names)]
        if others:
            said["alternateName"] = others
        if permit.headline.tone in {"good", "warn"}:
            credential = self._credential("Permit to practise", permit.number)
            said["hasCredential"] = {**credential, "expires": permit.expires_on}
        return said

    def _credential(self, category: str, name: str) -> dict[str, Any]:
        return {
            "@type": "EducationalOccupationalCredential",
            "credentialCategory": category,
            "name": name,
            "recognizedBy": self._keeper,
        }


def _environment(shell: str, policy: Policy, good: frozenset[str]) -> Environment:
    own: BaseLoader = FileSystemLoader([ROOT / "site" / "pages", ROOT / "site" / "theme"])
    environment = _FastEnvironment(
        loader=ChoiceLoader([DictLoader({"shell": shell}), own]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
    )
    environment.filters.update(day=_day, plain_day=plain_day)
    environment.globals.update(
        icons=_ICONS,
        name_kinds=_NAME_KINDS,
        good_statuses=good,
        status_names={s.code: s.name for s in policy.statuses.values()},
        permit_status_names={s.code: s.name for s in policy.permit_statuses.values()},
        register_name=policy.regulator.register_name,
        contact=policy.regulator.contact,
    )
    parts = environment.get_template("parts.html").module
    environment.globals.update({name: getattr(parts, name) for name in _PARTS})
    return environment


def _names(statuses: Any, *, good_only: bool) -> frozenset[str]:
    chosen = [status for status in statuses if status.good or not good_only]
    return frozenset(word for status in chosen for word in (status.code, status.name))


def _member_notes(member: PublicMember) -> tuple[tuple[str, str], ...]:
    """The links under the headline: what limits it comes before what it means."""
    notes = [("What this means", "/about/status/")]
    if member.scopes and member.headline.tone != "bad":
        notes.insert(0, ("Only within the scope of practice below", "#scope"))
    if member.conditions:
        count = len(member.conditions)
        words = "1 condition" if count == 1 else f"{count} conditions"
        notes.insert(0, (f"Subject to {words} on practice", "#conditions"))
    return tuple(notes)


def _in_words(headline: Headline) -> str:
    since = f" since {plain_day(headline.since)}" if headline.since else ""
    reason = f" ({headline.reason})" if headline.reason else ""
    return f"{headline.words}{since}{reason}"
