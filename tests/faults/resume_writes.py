"""The erasing of résumés that nothing names, to be put under the crash matrix, with the store."""

from __future__ import annotations

from datetime import timedelta

from signet.jobs.applicants import resumes
from signet.transactions.context import Context
from signet.uploads import removal, store
from signet.uploads.objects import Objects
from tests import uploaded
from tests.employing import NOW
from tests.entries import POLICY
from tests.faults import job_writes
from tests.faults.matrix import Write
from tests.faults.picture_writes import own
from tests.function_ground import empty
from tests.job_office import MODELS, clean_file

NAME = "A résumé erased"
OWNER = "account#ana"
WANTED = POLICY.uploads[resumes.PURPOSE]


def write(objects: Objects) -> Write:
    """Run the schedule until nothing is due."""

    def prepare() -> dict[str, str]:
        empty(MODELS)
        upload = store.get(OWNER, clean_file(OWNER))
        objects.keep(upload.key, uploaded.pdf(), "application/pdf")
        return {}

    def left(*_told: object) -> object:
        return job_writes.left(), len(objects.kept("account/"))

    return Write(NAME, MODELS, prepare, lambda _: _come_by(own(objects)), left)


def _come_by(objects: Objects) -> None:
    late = NOW + timedelta(days=WANTED.unused_days)
    clock = Context("clock", "", late, late.date(), POLICY)
    while removal.erase_unused(clock, WANTED, lambda: objects, limit=25):
        continue
