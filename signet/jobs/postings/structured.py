"""A job's structured data: schema.org's JobPosting, as search engines ask for it."""

from __future__ import annotations

import json
from datetime import datetime, time
from typing import Any
from urllib.parse import urljoin
from zoneinfo import ZoneInfo

from signet.jobs.model import Way
from signet.jobs.postings.public import PublicJob, PublicState
from signet.policy.pack import Regulator

CONTEXT = "https://schema.org/"


def job_posting(job: PublicJob, url: str, regulator: Regulator) -> dict[str, Any] | None:
    """Return the JobPosting of a live job whose page is at `url`; None once it is over.

    It contains nothing that the page doesn't show. For a job that can be done from home but has a
    place, only the place is given: "telecommute" is for jobs without one.
    """
    if job.state is not PublicState.LIVE:
        return None
    last = datetime.combine(job.valid_through, time(23, 59, 59), ZoneInfo(regulator.time_zone))
    document: dict[str, Any] = {
        "@context": CONTEXT,
        "@type": "JobPosting",
        "title": job.title,
        "description": job.description,
        "datePosted": job.posted_on.isoformat(),
        "validThrough": last.isoformat(),
        "url": url,
        "identifier": _identifier(job),
        "hiringOrganization": _organization(job, url),
        "industry": job.discipline,
        "occupationalCategory": f"{job.occupation} {job.occupation_name}",
        "employmentType": job.employment_type_schema,
        **({"directApply": True} if job.way is Way.SITE else {}),
        **_where(job, regulator),
    }
    if job.pay is not None and job.pay.period_schema:
        document["baseSalary"] = _salary(job)
    if job.designation:
        document["qualifications"] = job.designation
    return document


def script(data: dict[str, Any]) -> str:
    """Return structured data as the text of a script element, escaped so that it can't end it."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


def _identifier(job: PublicJob) -> dict[str, str]:
    # schema.org asks for the hiring organization's own identifier, together with its name.
    return {"@type": "PropertyValue", "name": job.employer, "value": job.number}


def _organization(job: PublicJob, url: str) -> dict[str, str]:
    organization = {"@type": "Organization", "name": job.employer}
    if job.employer_website:
        organization["sameAs"] = job.employer_website
    if job.employer_logo is not None:
        organization["logo"] = urljoin(url, job.employer_logo.address)
    return organization


def _where(job: PublicJob, regulator: Regulator) -> dict[str, Any]:
    if job.place is None:
        country = {"@type": "Country", "name": regulator.country_name or regulator.country}
        return {"jobLocationType": "TELECOMMUTE", "applicantLocationRequirements": country}
    address = {
        "@type": "PostalAddress",
        "addressLocality": job.place.name,
        "addressRegion": job.place.province,
        "addressCountry": job.place.country,
    }
    return {"jobLocation": {"@type": "Place", "address": address}}


def _salary(job: PublicJob) -> dict[str, Any]:
    assert job.pay is not None  # noqa: S101 - its caller has checked it
    value: dict[str, Any] = {"@type": "QuantitativeValue", "unitText": job.pay.period_schema}
    least, limit = job.pay.least, job.pay.most
    if least is not None and least == limit:
        value["value"] = float(least)
    else:
        ends = {"minValue": least, "maxValue": limit}
        value |= {name: float(end) for name, end in ends.items() if end is not None}
    return {"@type": "MonetaryAmount", "currency": job.pay.currency, "value": value}
