"""Which employers hold a permit: what the register says, not what they say of themselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from signet.jobs.public import PublicJob
from signet.publish import project
from signet.publish.lookup import normal
from signet.publish.project import Viewpoint
from signet.register.model import PermitRecord


class Permits:
    """The permits in force, and the names they are held under."""

    def __init__(self, records: Iterable[PermitRecord], view: Viewpoint) -> None:
        self._names = {
            record.number: frozenset(map(_bare, _names(record)))
            for record in records
            if project.permit_headline(record, True, view).tone != "bad"
        }

    def in_force(self, number: str) -> str:
        """The number of a permit in force, "" for any other."""
        return number if number in self._names else ""

    def held(self, job: PublicJob) -> PublicJob:
        """The job with its employer's permit left out, unless it is held under that very name.

        Any company can name any number, and would borrow another's good standing.
        """
        if job.permit and _bare(job.employer) not in self._names.get(job.permit, ()):
            return replace(job, permit="")
        return job


def held_by(record: PermitRecord, name: str) -> bool:
    """Tell whether a permit is held under a name, whatever its legal form and capitals."""
    return _bare(name) in set(map(_bare, _names(record)))


def _names(record: PermitRecord) -> Iterator[str]:
    yield record.legal_name
    yield from record.operating_names


def _bare(name: str) -> tuple[str, ...]:
    """A name's words without its legal form: "Kestrel Ltd." and "KESTREL LIMITED" are one."""
    return tuple(word for word in normal.asked(name) if word not in normal.LEGAL_FORMS)
