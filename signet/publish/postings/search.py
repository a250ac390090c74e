"""The search of jobs: one small file that the script of the pages reads whole.

Open positions are hundreds, not the tens of thousands of a register. So there are no shards, every
word counts, a place by itself too, and how many match is always known.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from signet.jobs.public import PublicJob
from signet.policy import Regulator
from signet.publish import order
from signet.publish.dates import plain_day
from signet.publish.postings import words

PATH = "jobs/search.json"
FORMAT = 1
# Values that many jobs share are written once, and named by where they stand.
SHARED = ("employer", "where", "type", "discipline", "occupation", "level", "designation")
COLUMNS = ("number", "title", *SHARED, "ends", "posted", "scope")


def index(jobs: Iterable[PublicJob], regulator: Regulator) -> bytes:
    """The file, over the live jobs; the same in whatever order they come."""
    shared: dict[str, dict[str, int]] = {name: {} for name in SHARED}

    def place(name: str, value: str) -> int:
        return shared[name].setdefault(value, len(shared[name]))

    rows = [
        [
            job.number,
            job.title,
            *(place(name, value) for name, value in _shared(job, regulator).items()),
            plain_day(job.valid_through.isoformat()),
            job.posted_on.isoformat(),
            _scope(job),
        ]
        for job in sorted(jobs, key=lambda job: (-job.posted_on.toordinal(), job.number))
    ]
    told = {
        "format": FORMAT,
        "columns": COLUMNS,
        "shared": {name: list(values) for name, values in shared.items()},
        "jobs": rows,
    }
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()


def numbers(content: bytes) -> set[str]:
    """The jobs that the file leads to."""
    return {row[0] for row in json.loads(content)["jobs"]}


def _shared(job: PublicJob, regulator: Regulator) -> dict[str, str]:
    return {
        "employer": job.employer,
        "where": words.where(job, regulator),
        "type": job.employment_type_name,
        "discipline": job.discipline,
        "occupation": job.occupation_name,
        "level": job.level_name,
        "designation": job.designation,
    }


def _scope(job: PublicJob) -> list[str]:
    """The lists that a job is on, as lists name themselves to the search."""
    found = [f"discipline:{order.slug(job.discipline)}", f"occupation:{job.occupation}"]
    if job.place is not None:
        found.append(f"place:{job.place.slug}")
    if job.remote:
        found.append("remote:true")
    return found
