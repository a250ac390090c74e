"""Matching the companies that a member hides a career profile from (JOB-5).

A line names a company, its permit, or the domain of its e-mail or website. A company matches by its
current and former names, by the clients that it recruits for, by its permit numbers and by its
domains, including former ones. So neither a new name nor a new address reveals a profile to a
company it was hidden from. In doubt, the profile is hidden.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple
from unicodedata import combining, normalize
from urllib.parse import urlsplit

from signet.jobs.companies.naming import company_key
from signet.jobs.model import Client, Company, User

_LITTLE = frozenset({"the", "and", "et", "le", "la", "les"})
_PERMIT = re.compile(r"(?:permit\s*)?(?:no\.?\s*)?(p[\s-]*\d+)", re.IGNORECASE)
_DOMAIN = re.compile(r"(?:\S+@|https?://)?(?:www\.)?([\w-]+(?:\.[\w-]+)+)(?:/\S*)?", re.IGNORECASE)


class Known(NamedTuple):
    """What identifies a company: the words of its names, its domains, its permits."""

    names: frozenset[tuple[str, ...]]
    domains: frozenset[str]
    permits: frozenset[str]


def known_by(company: Company, clients: Iterable[Client], users: Iterable[User]) -> Known:
    """Return what identifies a company and the clients that it recruits for."""
    every = list(clients)
    names = [company.name, *company.former_names]
    for client in every:
        names += [client.name, *client.former_names]
    marks = [company.website, company.email, company.permit, *company.former_marks]
    marks += [user.email for user in users]
    for client in every:
        marks += [client.website, *client.former_marks]
    return Known(
        frozenset(words for name in names if (words := _words(name))),
        frozenset(filter(None, map(_domain, marks))),
        frozenset(filter(None, map(_permit, marks))),
    )


def publicly_known_by(company: Company) -> Known:
    """Return what identifies a company and isn't private, as its addresses and clients are."""
    links = tuple(mark for mark in company.former_marks if "@" not in mark)
    return known_by(company.model_copy(update={"email": "", "former_marks": links}), (), ())


def hides(said: str, known: Known) -> bool:
    """Tell whether any line that a member wrote matches a company."""
    return any(_meets(line, known) for line in lines(said))


def lines(said: str) -> Iterator[str]:
    """Yield the lines that name anything."""
    return (line.strip() for line in said.splitlines() if _words(line))


def _meets(line: str, known: Known) -> bool:
    permit, domain = _permit(line), _domain(line)
    if permit or domain:
        return permit in known.permits or domain in known.domains
    words = _words(line)
    squeezed = {"".join(words), "".join(filter(str.isalnum, line.casefold()))}
    hosts = {domain.partition(".")[0].replace("-", "") for domain in known.domains}
    return any(_same(words, name) for name in known.names) or bool(squeezed & hosts)


def _same(said: tuple[str, ...], name: tuple[str, ...]) -> bool:
    """Tell whether one name begins with the other: "Acme" matches Acme Geomatics and its branches.

    A company name of one word is matched only by itself, or Delta would match Delta Surveys Ltd.
    """
    if name[: len(said)] == said:
        return True
    return len(name) > 1 and said[: len(name)] == name


def _words(name: str) -> tuple[str, ...]:
    """Return the words of a name, without diacritics, articles and conjunctions."""
    plain = "".join(c for c in normalize("NFKD", name) if not combining(c))
    return tuple(word for word in company_key(plain).split() if word not in _LITTLE)


def _permit(text: str) -> str:
    match = _PERMIT.fullmatch(text.strip())
    return re.sub(r"[\s-]", "", match[1]).casefold() if match else ""


def _domain(text: str) -> str:
    text = text.strip()
    if "//" in text:
        text = urlsplit(text).hostname or ""
    match = _DOMAIN.fullmatch(text)
    return match[1].casefold() if match else ""
