"""Every write of the career centre at each of its AWS calls, with each trouble."""

from __future__ import annotations

import os

import pytest

from signet import jobs
from signet.uploads.objects import Objects
from tests.faults import job_writes, named_acts, picture_writes, resume_writes
from tests.faults.matrix import cells, rewound, survives, tried, undisturbed
from tests.job_office import careers, job_tables_made
from tests.people import shell
from tests.uploading import objects_of_its_own

__all__ = ["careers", "job_tables_made", "shell"]

# Places of each write that every run tries, chosen by a seed; `make storm` tries all.
MOST = None if os.environ.get("SIGNET_FAULTS") == "all" else 2


@pytest.mark.usefixtures("careers")
@pytest.mark.parametrize("name", job_writes.WRITES)
def test_a_write_of_the_career_centre_survives_every_trouble(name: str) -> None:
    (write,) = (one for one in job_writes.writes() if one.name == name)
    survives(rewound(write), MOST)


@pytest.mark.usefixtures("careers")
def test_no_write_of_the_career_centre_is_left_out() -> None:
    tried_here: set[str] = set()
    for write in job_writes.writes():
        left = named_acts.in_trail(rewound(write))
        assert left, f"{write.name} did nothing that the trail knows of"
        tried_here |= left
    assert named_acts.in_code(jobs, "jobs.") == tried_here


def test_the_career_centre_writes_nothing_past_its_trail_but_counts() -> None:
    assert named_acts.writing(jobs) == {"store"}


@pytest.fixture
def objects(careers: None, emulator: str) -> Objects:
    """Two buckets of this test's own."""
    return objects_of_its_own(emulator)


@pytest.mark.parametrize("name", picture_writes.NAMES)
def test_a_pictures_public_copy_survives_every_trouble_as_its_file_does(
    name: str, objects: Objects
) -> None:
    (write,) = (one for one in picture_writes.writes(objects) if one.name == name)
    expected, _ = undisturbed(write)
    for cell in cells(write, MOST):
        tried(cell, expected)


def test_the_erasing_of_a_resume_survives_every_trouble(objects: Objects) -> None:
    write = resume_writes.write(objects)
    expected, _ = undisturbed(write)
    for cell in cells(write, MOST):
        tried(cell, expected)
