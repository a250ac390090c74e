"""schema.org's own vocabulary, and what it finds wrong with structured data.

The vocabulary is a pinned extract, not ours: `tests/data/schema_org.toml` says where it is from.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

TYPES: Mapping[str, Mapping[str, Any]] = tomllib.loads(
    (Path(__file__).parent / "data" / "schema_org.toml").read_text(encoding="utf-8")
)
CONTEXT = "https://schema.org/"
# What Google's guide to job postings asks for, and the values that it takes.
# https://developers.google.com/search/docs/appearance/structured-data/job-posting
REQUIRED = ("title", "description", "datePosted", "hiringOrganization")
EMPLOYMENT = {
    "FULL_TIME", "PART_TIME", "CONTRACTOR", "TEMPORARY", "INTERN", "VOLUNTEER", "PER_DIEM", "OTHER",
}  # fmt: skip
UNITS = {"HOUR", "DAY", "WEEK", "MONTH", "YEAR"}


def lineage(type_: str) -> list[str]:
    """Return a type and all that it is."""
    above = TYPES.get(type_, {}).get("is", ())
    return [type_, *(one for parent in above for one in lineage(parent))]


def ranges(type_: str, term: str) -> set[str]:
    """Return the types of a property's values; none where the type has no such property."""
    has = (TYPES.get(one, {}).get("has", {}) for one in lineage(type_))
    return {one for properties in has for one in properties.get(term, "").split()}


def faults(node: Any, at: str = "") -> Iterator[str]:
    """Yield what is wrong with a node and all in it: unknown types, properties and values."""
    type_ = node.get("@type", "")
    if type_ not in TYPES:
        yield f"{at}: there is no type {type_!r}"
        return
    for term, given in node.items():
        if not term.startswith("@"):
            values = given if isinstance(given, list) else [given]
            for value in values:
                yield from _of_value(value, ranges(type_, term), f"{at}/{term}")


def _of_value(value: Any, taken: set[str], at: str) -> Iterator[str]:
    if not taken:
        yield f"{at}: there is no such property"
    elif not isinstance(value, dict):
        if not any(_fits(value, one) for one in taken):
            yield f"{at}: {value!r} is none of {sorted(taken)}"
    else:
        if not taken & {*lineage(value.get("@type", ""))}:
            yield f"{at}: {value.get('@type')} is none of {sorted(taken)}"
        yield from faults(value, at)


def _fits(value: Any, type_: str) -> bool:
    """Whether a plain value is one of a type of data."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    match type_:
        case "Text":
            return isinstance(value, str)
        case "Boolean":
            return isinstance(value, bool)
        case "Number" | "Float":
            return number
        case "Integer":
            return number and value == int(value)
        case "URL":
            return isinstance(value, str) and is_address(value)
        case "Date":
            return isinstance(value, str) and bool(re.fullmatch(r"\d{4}-\d\d-\d\d", value))
        case "DateTime":
            return isinstance(value, str) and bool(re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d", value))
    return False


def is_address(text: str) -> bool:
    """Whether a text is a whole address of the web."""
    return urlsplit(text).scheme in ("http", "https") and bool(urlsplit(text).netloc)


def google_faults(data: Mapping[str, Any], today: date) -> Iterator[str]:
    """Yield what is wrong with a JobPosting by Google's guide, on a day."""
    if data.get("@context") not in (CONTEXT, CONTEXT.rstrip("/")) or data["@type"] != "JobPosting":
        yield "not a JobPosting of schema.org"
    for name in REQUIRED:
        if not data.get(name):
            yield f"{name} is missing"
    if not re.search(r"<(p|ul|ol|br|h\d)\b", data.get("description", "")):
        yield "description isn't HTML with its paragraphs"
    if not re.sub(r"<[^>]*>|\s", "", data.get("description", "")):
        yield "description says nothing"
    if "name" not in {**(data.get("hiringOrganization") or {})}:
        yield "hiringOrganization has no name"
    yield from _google_days(data, today)
    yield from _google_place(data)
    yield from _google_values(data)


def _google_days(data: Mapping[str, Any], today: date) -> Iterator[str]:
    posted, until = data.get("datePosted", ""), data.get("validThrough", "")
    if posted and date.fromisoformat(posted[:10]) > today:
        yield "datePosted is ahead"
    if not until:
        yield "validThrough is missing, and our jobs end"
    elif datetime.fromisoformat(until).utcoffset() is None:
        yield "validThrough has no offset"
    elif datetime.fromisoformat(until).date() < today:
        yield "validThrough is past"


def _google_place(data: Mapping[str, Any]) -> Iterator[str]:
    remote = data.get("jobLocationType")
    if remote not in (None, "TELECOMMUTE"):
        yield f"jobLocationType is no {remote}"
    if remote and not data.get("applicantLocationRequirements"):
        yield "TELECOMMUTE without applicantLocationRequirements"
    if not remote and not data.get("jobLocation"):
        yield "neither jobLocation nor TELECOMMUTE"
    if data.get("jobLocation") and not data["jobLocation"].get("address", {}).get("addressCountry"):
        yield "jobLocation without addressCountry"


def _google_values(data: Mapping[str, Any]) -> Iterator[str]:
    kinds = data.get("employmentType", [])
    if wrong := {*([kinds] if isinstance(kinds, str) else kinds)} - EMPLOYMENT:
        yield f"employmentType is no {sorted(wrong)}"
    salary = data.get("baseSalary")
    if salary:
        value = salary.get("value", {})
        if value.get("unitText") not in UNITS:
            yield "baseSalary without its unit"
        if "value" not in value and not {"minValue", "maxValue"} <= {*value}:
            yield "baseSalary without an amount"
        if not re.fullmatch(r"[A-Z]{3}", salary.get("currency", "")):
            yield "baseSalary without its currency"
    identifier = data.get("identifier")
    if identifier and not (identifier.get("name") and identifier.get("value")):
        yield "identifier without name and value"
    if "directApply" in data and not isinstance(data["directApply"], bool):
        yield "directApply is neither true nor false"
