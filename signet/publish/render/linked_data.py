"""Records as linked data in schema.org's vocabulary, for the programs that read pages."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup
from pydantic_core import to_json

from signet.policy import Policy, Regulator
from signet.publish.public import Headline, PublicMember, PublicPermit
from signet.publish.render.dates import plain_day

# The only characters that could end a script element, or be read as markup.
_UNSAFE = (("<", "\\u003c"), (">", "\\u003e"), ("&", "\\u0026"))


def script(value: object) -> Markup:
    """Return JSON that can't end the script element that contains it."""
    text = to_json(value).decode()
    for character, escaped in _UNSAFE:
        text = text.replace(character, escaped)
    return Markup(text)  # noqa: S704 - nothing left in it that ends the element


class LinkedData:
    """Describes members and permit holders, naming the regulator that recognizes them."""

    def __init__(self, policy: Policy) -> None:
        self._keeper = _keeper(policy.regulator)
        self._good = frozenset(s.code for s in policy.statuses.values() if s.good)

    def person(self, member: PublicMember, address: str) -> dict[str, Any]:
        """Return the data of a member; designations only while they may be used (DES-4)."""
        body = _said("Person", member, address)
        others = [other.name for other in member.other_names]
        if member.native_name:
            others.append(member.native_name)
        if others:
            body["alternateName"] = others
        if member.designations and member.status in self._good:
            body["hasCredential"] = [
                self._credential(designation.code, designation.name)
                for designation in member.designations
            ]
        return body

    def organization(self, permit: PublicPermit, address: str) -> dict[str, Any]:
        """Return the data of a permit holder; the permit only while it is in force (PER-2)."""
        body = _said("Organization", permit, address)
        body["legalName"] = permit.name
        others = [*permit.operating_names, *(former.name for former in permit.former_names)]
        if others:
            body["alternateName"] = others
        if permit.headline.answer == "in_force":
            credential = self._credential("Permit to practise", permit.number)
            body["hasCredential"] = {**credential, "expires": permit.expires_on}
        return body

    def _credential(self, category: str, name: str) -> dict[str, Any]:
        return {
            "@type": "EducationalOccupationalCredential",
            "credentialCategory": category,
            "name": name,
            "recognizedBy": self._keeper,
        }


def _keeper(regulator: Regulator) -> dict[str, str]:
    return {
        "@type": "Organization",
        "name": regulator.name,
        "alternateName": regulator.short_name,
    }


def _said(kind: str, record: PublicMember | PublicPermit, address: str) -> dict[str, Any]:
    return {
        "@context": "https://schema.org",
        "@type": kind,
        "name": record.name,
        "identifier": record.number,
        "url": address,
        "description": in_words(record.headline),
    }


def in_words(headline: Headline) -> str:
    """Return a verdict in one line: "Not in force since 4 May 2015 (Expired)"."""
    since = f" since {plain_day(headline.since)}" if headline.since else ""
    reason = f" ({headline.reason})" if headline.reason else ""
    return f"{headline.words}{since}{reason}"
