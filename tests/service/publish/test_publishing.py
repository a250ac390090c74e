"""The publishing functions and the build command, from the database to a bucket."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from itertools import count
from json import JSONDecodeError
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from lambdas.publishing import nightly, shared, urgent
from signet.cli.build import main
from signet.publish import pipeline
from signet.publish.postings.source import StoreJobs
from signet.publish.render import shell
from signet.publish.snapshot import StoreSource
from signet.publish.steps import Build
from signet.publish.target.release import FolderTarget, ReleaseError
from signet.publish.verify import VerificationFailed
from signet.register.tables import RegisterRow
from tests.bucket_place import bucket, bucket_tables_made, buckets, let_lapse, served
from tests.built_site import POLICY, SITE, Ledger, made_shell, tree
from tests.faults.aws_calls import answers_lost, heard, killed_at_call, throttled
from tests.office import entered, signet

__all__ = ["bucket", "bucket_tables_made", "buckets"]

# Killed right before each call that publishing makes; else, to be quick, before every eighth.
EVERY_CALL = os.environ.get("SIGNET_FAULTS") == "all"


def today() -> Any:
    return datetime.now(ZoneInfo(POLICY.regulator.time_zone)).date()


@pytest.fixture
def register(bucket: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Yield a small register, and the settings of functions that publish to a bucket."""
    ledger = Ledger()
    for number in ("100001", "100002", "100003"):
        ledger.practitioner(number, f"Family{number}")
    ledger.permit("P-1", "Lonepine Ltd.", "100001")
    monkeypatch.setenv("SIGNET_SITE_BUCKET", bucket)
    monkeypatch.setenv("SIGNET_SITE_URL", SITE.url)
    made = made_shell()
    monkeypatch.setattr(shell, "build", lambda policy, site: made)
    for remembered in (shared._bind, shared._bucket, shared._shell):
        remembered.cache_clear()
    assert signet("import", ledger.write(tmp_path / "records")) == 0
    yield bucket
    shared._bucket.cache_clear()


def fresh(folder: Path) -> dict[str, bytes]:
    """Return what a build into an empty folder makes of the register as it is."""
    build = shared.build(0)
    target = FolderTarget(folder)
    whole = Build(
        StoreSource(), target, build.as_of, POLICY, SITE, build.progress, jobs=StoreJobs()
    )
    pipeline.run(whole)
    return tree(folder)


def rows(*records: str) -> dict[str, Any]:
    """Return an event of the register's stream: a row written of each record."""
    return {
        "Records": [
            {"dynamodb": {"SequenceNumber": str(at), "Keys": {"record": {"S": record}}}}
            for at, record in enumerate(records, 1)
        ]
    }


def suspend(number: str) -> None:
    assert entered("member", number, "suspension", str(today()), "--reason", "discipline") == 0


def page(bucket: str, number: str) -> bytes:
    return served(bucket)[f"register/members/{number}/index.html"]


def test_the_nightly_function_makes_the_bucket_what_a_fresh_build_makes_a_folder(
    register: str, tmp_path: Path
) -> None:
    report = nightly.handler({}, None)
    assert (report["members"], report["permits"]) == (3, 1)
    assert served(register) == fresh(tmp_path / "site")
    assert nightly.handler({}, None)["written"] == 0
    assert nightly.handler({"full": True}, None)["written"] == 0


def test_a_suspension_that_the_stream_tells_of_is_published_and_little_else_is_written(
    register: str,
) -> None:
    nightly.handler({}, None)
    suspend("100001")
    with heard() as calls:
        answer = urgent.handler(rows("member#100001", "member#100001"), None)
    assert answer == {"members": 1, "permits": 1, "batchItemFailures": []}
    assert b"Not permitted to practise" in page(register, "100001")
    assert b"Not permitted to practise" not in page(register, "100002")
    sent = [key for verb, key in calls if verb == "PUT" and key.startswith("site/")]
    assert len(sent) < 12


def test_whatever_the_stream_did_or_lost_the_next_night_gives_a_fresh_build(
    register: str, tmp_path: Path
) -> None:
    nightly.handler({}, None)
    for number in ("100001", "100002", "100003"):
        suspend(number)
    event = rows("member#100003", "member#100001")  # out of order, and one lost
    urgent.handler(event, None)
    urgent.handler(event, None)
    nightly.handler({}, None)
    assert served(register) == fresh(tmp_path / "site")


def test_a_record_that_cannot_be_published_holds_up_no_other(
    register: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    nightly.handler({}, None)
    for number in ("100001", "100002", "100003"):
        suspend(number)
    words = ("--condition", "C1", "--text", "Reports to ada@example.org each month.")
    assert entered("member", "100002", "condition", str(today()), *words) == 0
    event = rows("member#100001", "member#100002", "member#100003", "contacts#7")
    del event["Records"][3]["dynamodb"]["Keys"]
    answer = urgent.handler(event, None)
    assert answer["batchItemFailures"] == [{"itemIdentifier": "4"}, {"itemIdentifier": "2"}]
    assert b"Not permitted to practise" in page(register, "100001")
    assert b"Not permitted to practise" not in page(register, "100002")
    assert b"Not permitted to practise" in page(register, "100003")
    with pytest.raises(VerificationFailed):
        nightly.handler({}, None)


def test_a_permit_that_cannot_be_read_holds_up_nobody_and_stays_as_it_was_published(
    register: str,
) -> None:
    nightly.handler({}, None)
    permit = "register/permits/P-1/index.html"
    before = served(register)[permit]
    RegisterRow(
        "permit#P-1", "act#2026-11-24T00:00:00.000000Z#spoilt", body="[", permit="P-1"
    ).save()
    suspend("100001")
    answer = urgent.handler(rows("member#100001", "permit#P-1"), None)
    assert answer["batchItemFailures"] == [{"itemIdentifier": "2"}]
    assert b"Not permitted to practise" in page(register, "100001")
    assert served(register)[permit] == before
    with pytest.raises(JSONDecodeError):  # the night's alarm tells somebody
        nightly.handler({}, None)


def test_before_the_first_night_there_is_nothing_to_publish_to(register: str) -> None:
    answer = urgent.handler(rows("member#100001"), None)
    assert answer == {"members": 0, "permits": 0, "batchItemFailures": []}
    assert served(register) == {}


def test_while_another_publishes_the_whole_batch_comes_again(
    register: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    nightly.handler({}, None)
    monkeypatch.setattr(urgent, "PATIENCE_SECONDS", 0.0)
    other = shared.build(0).target
    with other.locked():
        shared._bucket.cache_clear()
        with pytest.raises(ReleaseError, match="another build is writing"):
            urgent.handler(rows("member#100001"), None)


@pytest.mark.parametrize("trouble", [throttled, answers_lost])
def test_the_night_comes_through_throttling_and_lost_answers(
    register: str, tmp_path: Path, trouble: Any
) -> None:
    with trouble(7):
        nightly.handler({}, None)
    assert served(register) == fresh(tmp_path / "site")


def test_publishing_that_was_killed_is_mended_by_the_next_night(
    register: str, tmp_path: Path
) -> None:
    nightly.handler({}, None)
    suspend("100001")
    event = rows("member#100001")
    for number in count(1) if EVERY_CALL else count(6, 8):
        shared._bucket.cache_clear()  # connections aren't shared with a process that is forked
        if not killed_at_call(number, partial(urgent.handler, event, None)):
            break
        let_lapse(register)
        nightly.handler({}, None)
        assert served(register) == fresh(tmp_path / str(number))
        assert main(["--out", f"s3://{register}", "--restore"]) == 0
    assert number > 20


def test_the_build_command_publishes_to_a_bucket_and_takes_it_back(
    register: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = f"s3://{register}"
    assert main(["--out", out]) == 0
    before = fresh(tmp_path / "site")
    assert served(register) == before
    suspend("100001")
    assert main(["--out", out, "--only", "member/100001"]) == 0
    assert b"Not permitted to practise" in page(register, "100001")
    assert main(["--out", out, "--restore"]) == 0
    assert served(register) == before
    assert main(["--out", "s3://nobody-has-this", "--quiet"]) == 2
    assert "NoSuchBucket" in capsys.readouterr().err
