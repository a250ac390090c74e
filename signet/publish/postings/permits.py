"""Which employers hold a permit, according to the register and not to themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from signet.jobs.postings.public import PublicJob
from signet.publish.lookup import normal
from signet.publish.public import Headline
from signet.register.model import PermitRecord


class Permits:
    """The permits with the names they are held under; `verdict` returns the verdict on one."""

    def __init__(
        self, records: Iterable[PermitRecord], verdict: Callable[[PermitRecord], Headline]
    ) -> None:
        self._records = {record.number: record for record in records}
        self._verdict = verdict

    def in_force(self, number: str) -> str:
        """Return the number of a permit in force, or "" for any other."""
        record = self._records.get(number)
        return number if record and self._verdict(record).answer == "in_force" else ""

    def held(self, job: PublicJob) -> PublicJob:
        """Return the job with its permit's verdict, or without the permit if the names differ.

        Any company could enter any number, and borrow another's good standing, so a permit is shown
        only if it is held under the employer's name. It is shown with its verdict, as on its own
        page.
        """
        record = self._records.get(job.permit)
        if record is None or _bare(job.employer) not in map(_bare, _names(record)):
            return replace(job, permit="")
        return replace(job, permit_verdict=self._verdict(record).words)


def held_by(record: PermitRecord, name: str) -> bool:
    """Tell whether a permit is held under a name, ignoring its legal form and capitals."""
    return _bare(name) in set(map(_bare, _names(record)))


def _names(record: PermitRecord) -> Iterator[str]:
    yield record.legal_name
    yield from record.operating_names


def _bare(name: str) -> tuple[str, ...]:
    """Return a name's words without legal form: "Kestrel Ltd." and "KESTREL LIMITED" are alike."""
    return tuple(word for word in normal.asked(name) if word not in normal.LEGAL_FORMS)
