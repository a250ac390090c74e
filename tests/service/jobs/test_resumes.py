"""Résumés go by themselves once nothing has named them for as long as the policy says."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from signet.errors import NotFound, Unavailable
from signet.jobs.applicants import applications, profiles, resumes
from signet.transactions import audit
from signet.uploads import actions, store
from signet.uploads.model import State, Upload
from signet.uploads.objects import Objects
from signet.uploads.scanner import StandIn
from signet.uploads.tables import UploadRow
from tests import uploaded
from tests.entries import POLICY
from tests.job_office import (
    JOBS,
    TODAY,
    application,
    careers,
    clean_file,
    company,
    job_tables_made,
    live,
    of,
    on_register,
    profile,
)
from tests.people import shell
from tests.uploading import objects_of_its_own

__all__ = ["careers", "job_tables_made", "shell"]
pytestmark = pytest.mark.usefixtures("careers")
MEMBER, OWNER = "100001", "account#ana"
WANTED = POLICY.uploads[resumes.PURPOSE]
DAYS = WANTED.unused_days
SENT = date(2040, 11, 1)  # of every clean file of the office


@pytest.fixture(autouse=True)
def objects(careers: None, emulator: str, monkeypatch: pytest.MonkeyPatch) -> Objects:
    """Return the store, as the clock finds it."""
    made = objects_of_its_own(emulator)
    monkeypatch.setattr(resumes, "connect", lambda: made)
    return made


def kept(objects: Objects, owner: str = OWNER, purpose: str = resumes.PURPOSE) -> Upload:
    """Return a checked file with its content in the store."""
    upload = store.get(owner, clean_file(owner, purpose))
    objects.keep(upload.key, uploaded.pdf(), "application/pdf")
    return upload


def come_by(on: date) -> int:
    """Run the schedule on a day, again and again; return how many files were removed."""
    gone = 0
    while some := resumes.erase(of("clock", today=on)):
        gone += some
    return gone


def is_there(upload: Upload, objects: Objects) -> bool:
    """Whether a file is; a row without its content, or the other way round, is an error."""
    try:
        held = actions.find(upload.owner, upload.id)
    except NotFound:
        assert objects.kept(upload.key) == []
        return False
    assert objects.kept(upload.key) == [held.key]
    return True


def test_a_resume_that_was_never_used_goes_after_its_time(objects: Objects) -> None:
    unused = kept(objects)
    assert come_by(SENT + timedelta(days=DAYS - 1)) == 0
    assert is_there(unused, objects)
    assert come_by(SENT + timedelta(days=DAYS)) == 1
    assert not is_there(unused, objects)
    assert not list(UploadRow.scan())
    (line,) = audit.of_subject(f"files#{OWNER}")
    assert (line.what, line.by) == ("file-removed", "clock")


def test_a_resume_stays_while_an_application_names_it_and_its_time_begins_when_it_is_let_go(
    objects: Objects,
) -> None:
    file, number = kept(objects), live(company(granted=1))
    applications.apply(of("ana"), number, application(resume=file.id))
    gone = TODAY + timedelta(days=30 + JOBS.application_days)
    assert come_by(gone) == 0
    while applications.erase(of("clock", today=gone)):
        continue
    assert come_by(gone + timedelta(days=DAYS - 1)) == 0
    assert is_there(file, objects)
    assert come_by(gone + timedelta(days=DAYS)) == 1
    assert not is_there(file, objects)


def test_a_resume_that_another_application_or_the_profile_names_as_well_stays(
    objects: Objects,
) -> None:
    file, number = kept(objects), live(company(granted=1))
    applications.apply(of("ana"), number, application(resume=file.id))
    profiles.save(of("ana"), MEMBER, on_register(), profile(resume=file.id))
    applications.withdraw(of("ana"), number)
    late = TODAY + timedelta(days=DAYS)
    assert come_by(late) == 0
    assert is_there(file, objects)
    profiles.save(of("ana", today=late), MEMBER, on_register(), profile())
    assert come_by(late + timedelta(days=DAYS - 1)) == 0
    assert come_by(late + timedelta(days=DAYS)) == 1


def test_one_that_is_used_just_when_the_clock_finds_it_stays(
    objects: Objects, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, number = kept(objects), live(company(granted=1))
    get = store.get

    def then_used(owner: str, id_: str) -> Upload:
        found = get(owner, id_)
        applications.apply(of("ana"), number, application(resume=file.id))
        return found

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(store, "get", then_used)
        assert come_by(SENT + timedelta(days=DAYS)) == 0
    assert is_there(file, objects)


def test_what_the_store_could_not_erase_is_gone_for_everybody_and_erased_the_next_time(
    objects: Objects, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, due = kept(objects), SENT + timedelta(days=DAYS)

    def unreachable(*_: object) -> None:
        raise Unavailable

    with monkeypatch.context() as broken:
        broken.setattr(Objects, "erase", unreachable)
        with pytest.raises(Unavailable):
            come_by(due)
    assert store.get(OWNER, file.id).state is State.REMOVED
    assert come_by(due) == 1
    assert not is_there(file, objects)


def test_many_go_in_portions(objects: Objects, monkeypatch: pytest.MonkeyPatch) -> None:
    files = [kept(objects, f"account#{at}") for at in range(7)]
    assert resumes.erase(of("clock", today=SENT + timedelta(days=DAYS)), limit=3) == 3
    assert come_by(SENT + timedelta(days=DAYS)) == 4
    assert not [one for one in files if is_there(one, objects)]


def test_no_other_file_goes_by_itself(objects: Objects) -> None:
    picture = kept(objects, "company#acme", "company-picture")
    evidence = kept(objects, f"member#{MEMBER}", "cpd-evidence")
    assert come_by(SENT + timedelta(days=4000)) == 0
    assert is_there(picture, objects)
    assert is_there(evidence, objects)


@pytest.mark.parametrize("content", [uploaded.pdf(), uploaded.EICAR], ids=["clean", "refused"])
def test_what_was_sent_and_checked_is_listed_whatever_came_of_it(
    objects: Objects, content: bytes
) -> None:
    now = datetime(2040, 11, 1, 19, tzinfo=UTC)
    upload = actions.invite(replace(of("ana"), now=now), OWNER, WANTED, back="/", id_="f" * 32)
    assert come_by(SENT + timedelta(days=DAYS)) == 0, "what never arrived goes by itself already"
    objects.client.put_object(Bucket=objects.quarantine, Key=upload.key, Body=content)
    checked = actions.check(upload, POLICY, actions.Means(objects, StandIn()), now)
    assert checked.state in (State.CLEAN, State.REFUSED)
    assert come_by(SENT + timedelta(days=DAYS)) == 1
    assert not list(UploadRow.scan())
    assert objects.kept(upload.key) == []
