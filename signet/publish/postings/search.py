"""The search of jobs: two small files that the pages' script loads whole.

Open positions number in the hundreds, not in the tens of thousands like a register. So there are no
shards, every word counts, even a place alone, and the number of matches is always known. The words
of descriptions are in a file of their own, since results needn't wait for it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from unicodedata import category, normalize

from markupsafe import Markup

from signet.jobs.postings.public import PublicJob
from signet.policy import Policy
from signet.publish.postings import words
from signet.publish.render import order
from signet.publish.render.dates import plain_day

PATH = "jobs/search.json"
WORDS_PATH = "jobs/search-words.json"
FORMAT = 1
# Values that many jobs share are written once, and given by their position. `also` is searched
# and not shown.
SHARED = ("employer", "where", "type", "discipline", "occupation", "level", "designation", "also")
_WORD = re.compile(r"[^\W_]+(?:[+#]+)?")
# What people type for a job that can be done from home; the beginning of a word matches too.
REMOTE = "remotely work from home based wfh teleworking telecommuting hybrid"
COLUMNS = ("number", "title", *SHARED, "ends", "posted", "scope")


def index(jobs: Iterable[PublicJob], policy: Policy) -> bytes:
    """Return the search file of the live jobs, which doesn't depend on their order."""
    shared: dict[str, dict[str, int]] = {name: {} for name in SHARED}

    def place(name: str, value: str) -> int:
        return shared[name].setdefault(value, len(shared[name]))

    rows = [
        [
            job.number,
            job.title,
            *(place(name, value) for name, value in _shared(job, policy).items()),
            plain_day(job.valid_through.isoformat()),
            job.posted_on.isoformat(),
            _scope(job),
        ]
        for job in sorted(jobs, key=lambda job: (-job.posted_on.toordinal(), job.number))
    ]
    header = {
        "format": FORMAT,
        "columns": COLUMNS,
        "shared": {name: list(values) for name, values in shared.items()},
        "jobs": rows,
    }
    return json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode()


def description_words(jobs: Iterable[PublicJob]) -> bytes:
    """Return the file of the words in descriptions, each with the jobs that have it.

    Jobs are given by their position in `jobs`. The file doesn't depend on the order of the
    argument.
    """
    ordered = sorted(jobs, key=lambda job: job.number)
    by_word: dict[str, list[int]] = {}
    for at, job in enumerate(ordered):
        for word in set(plain_words(Markup(job.description).striptags())):  # noqa: S704 - is safe
            by_word.setdefault(word, []).append(at)
    listed = sorted(by_word)
    header = {
        "format": FORMAT,
        "jobs": [job.number for job in ordered],
        "words": listed,
        "found": [by_word[word] for word in listed],
    }
    return json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode()


def plain_words(text: str) -> list[str]:
    """Return the words of a text without case, accents and apostrophes, as jobs.js reads them."""
    bare = "".join(
        sign
        for sign in normalize("NFKD", text)
        if sign not in "'’‘ʼ`´" and not category(sign).startswith("M")
    )
    return _WORD.findall(bare.lower())


def numbers(content: bytes) -> set[str]:
    """Return the numbers of the jobs in the search file."""
    return {row[0] for row in json.loads(content)["jobs"]}


def _shared(job: PublicJob, policy: Policy) -> dict[str, str]:
    return {
        "employer": job.employer,
        "where": words.where(job, policy.regulator),
        "type": job.employment_type_name,
        "discipline": job.discipline,
        "occupation": f"{job.occupation} {job.occupation_name}",
        "level": job.level_name,
        "designation": job.designation,
        "also": " ".join(_also(job, policy)),
    }


def _also(job: PublicJob, policy: Policy) -> Iterator[str]:
    if job.place is not None and policy.jobs is not None:
        yield policy.jobs.province_names.get(job.place.province, "")
    if job.remote or job.place is None:
        yield REMOTE
    if job.posted_by:
        yield job.posted_by


def _scope(job: PublicJob) -> list[str]:
    """Return the lists that a job is on, as the lists name themselves to the search."""
    scopes = [f"discipline:{order.slug(job.discipline)}", f"occupation:{job.occupation}"]
    if job.place is not None:
        scopes.append(f"place:{job.place.slug}")
    if job.remote:
        scopes.append("remote:true")
    return scopes
