"""Publishing to a bucket: what is written, how it is served, and what keeps publishers apart."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest

from signet.publish.tables import LeaseRow
from signet.publish.target import lease as leases
from signet.publish.target.bucket import BucketTarget, target
from signet.publish.target.release import LAST, ReleaseError
from tests.bucket_place import (
    bucket,
    bucket_tables_made,
    buckets,
    client,
    let_lapse,
    mend,
    new_bucket,
    release,
    restore,
    served,
)
from tests.faults.aws_calls import heard

__all__ = ["bucket", "bucket_tables_made", "buckets"]

MANIFEST, *_, CURRENT = LAST
MONDAY = {
    "index.html": b"front",
    "assets/signet.0123456789.css": b"style",
    "register/members/1/index.html": b"one",
    "register/members/2/index.html": b"two",
    "register/lookup/b-a.json": b"shard",
    "register/data/members.csv": b"number\n1\n",
    MANIFEST: b"{}",
    CURRENT: b"monday",
}
TUESDAY = {**MONDAY, "register/members/1/index.html": b"one, suspended", CURRENT: b"tuesday"}
TUESDAY["register/members/3/index.html"] = b"three"
del TUESDAY["register/members/2/index.html"]


def test_what_is_released_is_served_and_only_what_changed_is_written(bucket: str) -> None:
    release(bucket, MONDAY)
    assert served(bucket) == MONDAY
    with heard() as calls:
        release(bucket, TUESDAY)
    assert served(bucket) == TUESDAY
    sent = {key for verb, key in calls if verb == "PUT" and key.startswith("site/")}
    assert sent == {
        "site/register/members/1/index.html",
        "site/register/members/3/index.html",
        f"site/{CURRENT}",
    }


def test_a_night_without_any_change_writes_nothing_to_the_bucket(bucket: str) -> None:
    release(bucket, MONDAY)
    with heard() as calls:
        assert release(bucket, MONDAY) == []
    assert [call for call in calls if call[0] not in ("GET", "HEAD", "UpdateItem")] == []


@pytest.mark.parametrize(
    ("path", "media", "caching"),
    [
        ("index.html", "text/html; charset=utf-8", "max-age=0, s-maxage=30"),
        (CURRENT, "application/json", "max-age=0, s-maxage=30"),
        ("register/data/members.csv", "text/csv; charset=utf-8", "max-age=0, s-maxage=30"),
        (
            "assets/signet.0123456789.css",
            "text/css; charset=utf-8",
            "max-age=31536000, immutable",
        ),
    ],
)
def test_each_object_says_its_type_and_how_long_copies_are_good(
    bucket: str, path: str, media: str, caching: str
) -> None:
    release(bucket, MONDAY)
    release(bucket, {**MONDAY, path: b"changed"})
    restore(bucket)
    found = client().get_object(Bucket=bucket, Key=f"site/{path}")
    assert (found["ContentType"], found["CacheControl"]) == (media, caching)


def test_pages_come_after_what_they_ask_for_and_the_day_comes_last(bucket: str) -> None:
    with heard() as calls:
        release(bucket, MONDAY)
    sent = [key.removeprefix("site/") for verb, key in calls if key.startswith("site/")]
    sent = [path for path in sent if path in MONDAY]
    assert sent[-2:] == [MANIFEST, CURRENT]
    pages = [at for at, path in enumerate(sent) if path.endswith(".html")]
    assert pages == list(range(3, 6))


def test_the_previous_release_comes_back_byte_for_byte_once(bucket: str) -> None:
    release(bucket, MONDAY)
    release(bucket, TUESDAY)
    assert restore(bucket) == 4
    assert served(bucket) == MONDAY
    with pytest.raises(ReleaseError, match="no earlier release"):
        restore(bucket)
    release(bucket, TUESDAY)
    assert served(bucket) == TUESDAY


def test_there_is_nothing_before_the_first_release(bucket: str) -> None:
    release(bucket, MONDAY)
    with pytest.raises(ReleaseError, match="no earlier release"):
        restore(bucket)


def test_a_full_build_mends_what_somebody_changed_by_hand(bucket: str) -> None:
    release(bucket, MONDAY)
    put = client().put_object
    put(Bucket=bucket, Key="site/index.html", Body=b"defaced", ContentType="text/html")
    put(Bucket=bucket, Key="site/register/members/1/index.html", Body=b"one")  # its type is lost
    put(Bucket=bucket, Key="site/stray.html", Body=b"stray")
    client().delete_object(Bucket=bucket, Key="site/register/members/2/index.html")
    written = release(bucket, MONDAY, full=True)
    assert sorted(written) == [
        "index.html",
        "register/members/1/index.html",
        "register/members/2/index.html",
    ]
    assert served(bucket) == MONDAY
    found = client().head_object(Bucket=bucket, Key="site/register/members/1/index.html")
    assert found["ContentType"] == "text/html; charset=utf-8"


def test_a_lost_manifest_is_said_and_mended_by_a_full_build(bucket: str) -> None:
    release(bucket, MONDAY)
    (manifest,) = (key for key in served(bucket, "site.state/") if key.startswith("manifest"))
    client().delete_object(Bucket=bucket, Key=f"site.state/{manifest}")
    with pytest.raises(ReleaseError, match="damaged; build with --full"):
        release(bucket, TUESDAY)
    release(bucket, MONDAY, full=True)
    release(bucket, TUESDAY)
    assert served(bucket) == TUESDAY


def test_files_that_no_build_put_there_are_left_alone(bucket: str) -> None:
    client().put_object(Bucket=bucket, Key="site/holiday.jpg", Body=b"beach")
    with pytest.raises(ReleaseError, match="no build has put there"):
        release(bucket, MONDAY)
    assert served(bucket) == {"holiday.jpg": b"beach"}


def test_a_bucket_without_versions_is_refused(buckets: None) -> None:
    with pytest.raises(ReleaseError, match="turn versioning on"):
        release(new_bucket(versions=False), MONDAY)


def test_a_bucket_that_is_not_there_is_named(buckets: None) -> None:
    with pytest.raises(ReleaseError, match="s3://nobody-has-this/site can't be used: NoSuchBucket"):
        release("nobody-has-this", MONDAY)


def test_an_address_may_name_a_prefix_and_its_state_is_beside_it(bucket: str) -> None:
    one = target(f"s3://{bucket}/registers/one/")
    with one.locked():
        staging = one.staging()
        staging.add("index.html", b"one")
        one.release(staging)
    assert served(bucket, "registers/one/") == {"index.html": b"one"}
    assert set(served(bucket, "registers/")) >= {"one/index.html", "one.state/state.json"}


def test_nothing_is_left_beside_the_site_but_two_releases(bucket: str) -> None:
    for day in range(5):
        release(bucket, {**MONDAY, CURRENT: f"day {day}".encode()})
    kept = sorted(key.partition("-")[0] for key in served(bucket, "site.state/"))
    assert kept == ["changes", "manifest", "manifest", "state.json"]


def test_two_publishers_cannot_write_at_once(bucket: str) -> None:
    release(bucket, MONDAY)
    with BucketTarget(bucket).locked(), pytest.raises(ReleaseError, match="another build"):
        release(bucket, TUESDAY)
    release(bucket, TUESDAY)
    assert served(bucket) == TUESDAY


def test_a_patient_publisher_waits_for_the_other(bucket: str) -> None:
    release(bucket, MONDAY)
    first, second = BucketTarget(bucket), BucketTarget(bucket, patience=30)
    done: list[bytes] = []

    def wait_and_read() -> None:
        with second.locked():
            second.published()
            done.append(second.read(CURRENT))

    waiting = threading.Thread(target=wait_and_read)
    with first.locked():
        waiting.start()
        staging = first.staging()
        for path, content in TUESDAY.items():
            staging.add(path, content)
        first.release(staging)
        assert done == []
    waiting.join(30)
    assert done == [b"tuesday"]


def test_one_who_lost_the_lease_can_neither_write_pages_nor_end_its_release(
    bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    release(bucket, MONDAY)
    late = BucketTarget(bucket)
    with late.locked():
        staging = late.staging()
        for path, content in TUESDAY.items():
            staging.add(path, content)
        let_lapse(bucket)
        release(bucket, {**MONDAY, CURRENT: b"wednesday"})
        with pytest.raises(ReleaseError, match="another build is writing"):
            late.release(staging)
        monkeypatch.setattr(leases, "monotonic", lambda: float("inf"))
        with pytest.raises(ReleaseError, match="lapsed"):
            late.release(staging)
    assert served(bucket) == {**MONDAY, CURRENT: b"wednesday"}


def test_a_lease_is_renewed_while_its_holder_works(
    bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leases, "RENEWED_EVERY", 0.01)
    renewed = threading.Event()
    renew = leases.Lease.renew

    def tell(lease: leases.Lease) -> None:
        renew(lease)
        renewed.set()

    monkeypatch.setattr(leases.Lease, "renew", tell)
    with BucketTarget(bucket).locked():
        let_lapse(bucket)
        for _ in range(2):  # the first may have been written before it lapsed
            renewed.clear()
            assert renewed.wait(30)
        with pytest.raises(ReleaseError, match="another build"):
            mend(bucket)
    assert LeaseRow.get(f"s3://{bucket}/site").until == 0


def test_later_holders_of_a_lease_have_higher_numbers(bucket: str) -> None:
    terms = []
    for _ in range(3):
        with leases.hold("place", "me") as lease:
            terms.append(lease.term)
    assert terms == [1, 2, 3]


def test_reading_the_look_up_again_costs_only_what_changed(bucket: str) -> None:
    release(bucket, {**MONDAY, **{f"register/lookup/b-{n}.json": b"%d" % n for n in range(9)}})
    one = BucketTarget(bucket)
    with one.locked():
        one.published()
        assert one.read("register/lookup/b-3.json") == b"3"
    release(bucket, {**served(bucket), "register/lookup/b-3.json": b"three"})
    with one.locked(), heard() as calls:
        one.published()
        assert one.read("register/lookup/b-3.json") == b"three"
        assert one.read("register/lookup/b-4.json") == b"4"
    assert [key for _, key in calls if "/lookup/" in key] == ["site/register/lookup/b-3.json"]


def test_the_state_says_in_a_few_words_which_release_stands(bucket: str) -> None:
    release(bucket, MONDAY)
    state = json.loads(served(bucket, "site.state/")["state.json"])
    assert state["standing"]
    assert state["unfinished"] == ""


def test_nothing_is_left_on_the_disk(
    bucket: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    release(bucket, MONDAY)
    assert list(tmp_path.iterdir()) == []
