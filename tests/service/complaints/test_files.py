"""Files of complaints: checked, sealed to the office, and nothing left where they arrived."""

from __future__ import annotations

import json
import logging
import re
import threading
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.client import BaseClient
from botocore.exceptions import EndpointConnectionError

from lambdas.complaints import files
from signet.complaints import store
from signet.complaints.files import checking, claims, leftovers
from signet.complaints.files.checking import Means
from signet.complaints.files.claims import DECIDED
from signet.complaints.files.leftovers import QUARANTINED, Swept
from signet.complaints.integrity.checks import prove
from signet.complaints.model import Copy, File, FileState
from signet.complaints.receipt_codes import Filing
from signet.complaints.tables import FilingRow, KeyRow
from signet.errors import Unavailable
from signet.transactions.tables import AuditRow
from signet.uploads.content import Reason
from signet.uploads.scanner import Missing
from tests import armed, uploaded
from tests.complaint_evidence import (
    RULES,
    Silent,
    arrive,
    bytes_of,
    evidence,
    invited,
    kept,
    known,
    post,
    quarantined,
    read_copy,
    read_name,
)
from tests.complaint_office import MODELS, TODAY, calls, complaint_tables_made, office, shell
from tests.infra.waiting import PATIENCE

__all__ = ["calls", "complaint_tables_made", "evidence", "office", "shell"]
CANARY = "zebrafish-7731"
FIT_OR_NOT = [uploaded.png(), uploaded.GIF_SCRIPT]
TICK = {"source": "aws.events", "detail-type": "Scheduled Event"}


def now() -> datetime:
    return datetime.now(UTC)


def told_of(*keys: str) -> dict[str, Any]:
    """Return the event by which the store tells of what arrived."""
    return {"Records": [{"s3": {"object": {"key": key}}} for key in keys]}


def sweep(how: Means, later: timedelta = timedelta()) -> Swept:
    return leftovers.sweep(how, now() + later, TODAY)


def key_parts(filing: Filing) -> list[str]:
    return [row.part for row in KeyRow.query(filing.locator)]


def dumped() -> str:
    return repr([row.serialize() for model in MODELS for row in model.scan()])


# -- the way of a good file


@pytest.mark.parametrize(
    ("content", "kind"),
    [(uploaded.pdf(), "pdf"), (uploaded.png(), "png"), (uploaded.PROGRESSIVE, "jpeg")],
    ids=["pdf", "png", "jpeg"],
)
def test_a_file_is_sealed_so_that_the_office_alone_can_open_it(
    evidence: Means, content: bytes, kind: str
) -> None:
    filing, id_ = invited()
    assert post(evidence, id_, content, "My photo.jpg") == 303
    file = checking.process(quarantined(evidence)[0], evidence, TODAY)
    assert file == known(id_)
    assert file is not None
    assert (file.state, file.kind, file.size) == (FileState.SEALED, kind, len(content))
    assert read_copy(evidence, filing, id_, Copy.ORIGINAL) == content
    assert read_name(filing, id_) == "My photo"
    assert quarantined(evidence) == []
    assert kept(evidence) == sorted(file.object_key(copy) for copy in Copy)
    for key in kept(evidence):
        assert content not in bytes_of(evidence, evidence.objects.evidence, key)


def test_the_clean_copy_is_without_what_the_picture_tells_beside_what_it_shows(
    evidence: Means,
) -> None:
    filing, id_ = invited()
    photograph = uploaded.with_segment(0xE1, b"Exif\0\0" + CANARY.encode())
    checking.process(arrive(evidence, id_, photograph), evidence, TODAY)
    assert read_copy(evidence, filing, id_, Copy.ORIGINAL) == photograph
    assert read_copy(evidence, filing, id_, Copy.CLEAN) == uploaded.JPEG


def test_the_office_is_told_of_it_and_the_trail_says_so_by_the_day(evidence: Means) -> None:
    filing, id_ = invited()
    checking.process(arrive(evidence, id_, uploaded.png()), evidence, TODAY)
    (news,) = FilingRow.news.query("unseen")
    assert (news.filing, news.part) == (filing.locator, store.file_key(id_))
    (line,) = AuditRow.query(f"complaint#{filing.locator}")
    assert line.part.startswith(f"{TODAY}T00:00:00+00:00#")
    said = json.loads(line.body)
    assert (said["what"], said["by"]) == ("complaint-file-sealed", "signet")
    assert said["detail"] == {"file": id_, "reason": ""}
    assert list(FilingRow.news.query("waiting")) == []


def test_a_file_goes_no_more_by_itself_once_it_arrived(evidence: Means) -> None:
    filing, id_ = invited()
    how = evidence._replace(scanner=Silent())
    checking.process(arrive(how, id_, uploaded.png()), how, TODAY)
    part = store.file_key(id_)
    assert FilingRow.get(filing.locator, part).expires is None
    assert FilingRow.get(part, "file").expires is None


# -- what isn't taken


OVER = RULES.size + 1


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", Reason.EMPTY),
        (uploaded.EICAR, Reason.KIND),
        (uploaded.raw_png(after=uploaded.EICAR), Reason.MALWARE),
        (uploaded.raw_png(about=uploaded.chunk(b"tEXt", b"k\0" + uploaded.EICAR)), Reason.MALWARE),
        (uploaded.GIF_SCRIPT, Reason.KIND),
        (uploaded.raw_png(after=uploaded.archive()), Reason.TWO_THINGS),
        (armed.ARMED["file attached"](), Reason.ACTIVE),
        (uploaded.png()[:40], Reason.BROKEN),
        (uploaded.raw_png(60_000, 60_000, rows=b""), Reason.TOO_MANY_PIXELS),
        (
            armed.one_page(
                b"", uploaded.stream(zlib.compress(bytes(501_000_000), 9)), page=b"/Contents 4 0 R"
            ),
            Reason.BOMB,
        ),
        (uploaded.JPEG + bytes(OVER - len(uploaded.JPEG)), Reason.TOO_LARGE),
    ],
    ids=lambda value: str(value) if isinstance(value, Reason) else "",
)
def test_what_cant_be_taken_is_refused_and_nothing_of_it_stays(
    evidence: Means, content: bytes, reason: Reason
) -> None:
    filing, id_ = invited()
    file = checking.process(arrive(evidence, id_, content, "holiday.png"), evidence, TODAY)
    assert file is not None
    assert (file.state, file.reason) == (FileState.REFUSED, reason)
    assert known(id_) == file
    assert quarantined(evidence) == kept(evidence) == []
    assert key_parts(filing) == [store.file_key(id_)]
    assert read_name(filing, id_) == "holiday"
    assert [news.part for news in FilingRow.news.query("unseen")] == [store.file_key(id_)]


def test_a_file_of_the_largest_size_passes_the_store_and_one_byte_more_doesnt(
    evidence: Means,
) -> None:
    filing, id_ = invited()
    at_most = uploaded.with_segment(0xFE, b"x" * 60_000)
    room = RULES.size - len(at_most)
    padded = at_most[:2] + b"".join(
        b"\xff\xfe" + (65_000).to_bytes(2, "big") + bytes(64_998) for _ in range(room // 65_002)
    )
    padded += b"\xff\xfe" + (room % 65_002 - 2).to_bytes(2, "big") + bytes(room % 65_002 - 4)
    padded += at_most[2:]
    assert len(padded) == RULES.size
    assert post(evidence, id_, padded + b"x") == 400
    assert quarantined(evidence) == []
    assert post(evidence, id_, padded) == 303
    file = checking.process(quarantined(evidence)[0], evidence, TODAY)
    assert file is not None
    assert (file.state, file.size) == (FileState.SEALED, RULES.size)
    assert read_copy(evidence, filing, id_, Copy.ORIGINAL) == padded


@pytest.mark.parametrize("first", FIT_OR_NOT, ids=["fit", "not"])
def test_another_file_sent_after_it_was_decided_is_removed(evidence: Means, first: bytes) -> None:
    _, id_ = invited()
    decided = checking.process(arrive(evidence, id_, first), evidence, TODAY)
    before, rows = kept(evidence), dumped()
    assert checking.process(arrive(evidence, id_, uploaded.pdf()), evidence, TODAY) is None
    assert known(id_) == decided
    assert quarantined(evidence) == []
    assert (kept(evidence), dumped()) == (before, rows)


@pytest.mark.parametrize("key", ["complaints/" + "0" * 32, "complaints/x", "complaints/../etc"])
def test_what_nobody_was_invited_to_send_is_removed(evidence: Means, key: str) -> None:
    evidence.objects.client.put_object(Bucket=evidence.objects.quarantine, Key=key, Body=b"x")
    assert checking.process(key, evidence, TODAY) is None
    assert quarantined(evidence) == []


def test_what_comes_after_its_invitation_lapsed_is_removed(evidence: Means) -> None:
    _, id_ = invited()
    late = TODAY + timedelta(days=store.INVITED_DAYS)
    assert checking.process(arrive(evidence, id_, uploaded.png()), evidence, late) is None
    assert quarantined(evidence) == kept(evidence) == []
    assert known(id_).state is FileState.INVITED


def test_being_told_of_what_isnt_there_changes_nothing(evidence: Means) -> None:
    _, id_ = invited()
    before = dumped()
    assert checking.process(File(id=id_, invited_on=TODAY).key, evidence, TODAY) is None
    assert dumped() == before


# -- the scanner fails closed


@pytest.mark.parametrize("scanner", [Silent(), Missing()])
def test_a_file_that_cant_be_scanned_waits_and_is_tried_again(
    evidence: Means, scanner: Any
) -> None:
    filing, id_ = invited()
    how = evidence._replace(scanner=scanner)
    key = arrive(how, id_, uploaded.png())
    file = checking.process(key, how, TODAY)
    assert file is not None
    assert file.state is FileState.CHECKING
    assert quarantined(how) == [key]
    assert kept(how) == key_parts(filing) == []
    assert sweep(how).sealed == 0
    assert sweep(evidence).sealed == 1
    assert read_copy(evidence, filing, id_, Copy.ORIGINAL) == uploaded.png()
    assert quarantined(evidence) == []


def test_a_scanner_that_never_answers_is_asked_for_a_day_then_the_office_is_told(
    evidence: Means,
) -> None:
    filing, id_ = invited()
    silent = Silent()
    how = evidence._replace(scanner=silent)
    arrive(how, id_, uploaded.png())
    for _ in range(3):
        assert sweep(how) == Swept()
    assert silent.asked == 3
    assert sweep(how, QUARANTINED).gone == 1
    assert quarantined(how) == kept(how) == []
    assert (known(id_).state, known(id_).reason) == (FileState.REFUSED, Reason.GONE)
    assert [row.part for row in FilingRow.news.query("unseen")] == [store.file_key(id_)]
    assert key_parts(filing) == []
    assert sweep(how, QUARANTINED) == Swept()


# -- two at once, one late, one that was stopped


def test_of_many_workers_at_once_one_deals_with_a_file(evidence: Means) -> None:
    filing, id_ = invited()
    key = arrive(evidence, id_, uploaded.png())
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: checking.process(key, evidence, TODAY), range(24)))
    assert sum(file is not None for file in found) == 1
    assert len(kept(evidence)) == len(Copy)
    assert len(list(AuditRow.query(f"complaint#{filing.locator}"))) == 1
    assert read_copy(evidence, filing, id_, Copy.CLEAN) == uploaded.png()


class Held:
    """A scanner that answers when it is let: until then its worker is as good as stopped."""

    name = "held"

    def __init__(self) -> None:
        self.asked, self.let = threading.Event(), threading.Event()

    def finds_malware(self, data: bytes, seconds: float) -> bool:  # noqa: ARG002 - the port's
        self.asked.set()
        assert self.let.wait(PATIENCE)
        return False


def run_out(how: Means) -> None:
    """Sweep until a claim that nobody gives back has run out."""
    for _ in range(claims.SWEEPS):
        sweep(how)


@pytest.mark.parametrize("again", [uploaded.png(), uploaded.png(5, 5)], ids=["same", "other"])
def test_a_worker_that_comes_late_overwrites_nothing_of_another_s(
    evidence: Means, again: bytes
) -> None:
    """Also when its sender sent another in its place meanwhile."""
    filing, id_ = invited()
    scanner = Held()
    key = arrive(evidence, id_, uploaded.png())
    with ThreadPoolExecutor(1) as pool:
        late = pool.submit(checking.process, key, evidence._replace(scanner=scanner), TODAY)
        assert scanner.asked.wait(PATIENCE)
        arrive(evidence, id_, again)
        run_out(evidence)
        assert sweep(evidence).sealed == 1
        before, rows = kept(evidence), dumped()
        scanner.let.set()
        assert late.result() is None
    assert (kept(evidence), dumped()) == (before, rows)
    assert read_copy(evidence, filing, id_, Copy.ORIGINAL) == again
    assert read_copy(evidence, filing, id_, Copy.CLEAN) == again


def test_while_somebody_is_at_it_nobody_else_is(evidence: Means) -> None:
    _, id_ = invited()
    scanner = Held()
    key = arrive(evidence, id_, uploaded.png())
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(checking.process, key, evidence._replace(scanner=scanner), TODAY)
        assert scanner.asked.wait(PATIENCE)
        assert checking.process(key, evidence, TODAY) is None
        assert sweep(evidence).sealed == 0
        scanner.let.set()
        assert first.result() == known(id_)
    assert known(id_).state is FileState.SEALED


class Stopped(BaseException):
    """What no code of ours catches: to what is stored, the same as a killed process."""


def stopped_after(number: int, act: Callable[[], object]) -> bool:
    """Do something that is stopped after its n-th call to AWS; False when it came to its end."""
    real = BaseClient._make_api_call  # type: ignore[attr-defined]
    left = [number]

    def call(self: BaseClient, operation: str, arguments: Any) -> Any:
        left[0] -= 1
        answer = real(self, operation, arguments)
        if left[0] == 0:
            raise Stopped
        return answer

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseClient, "_make_api_call", call)
        try:
            act()
        except Stopped:
            return True
    return False


@pytest.mark.parametrize("content", FIT_OR_NOT, ids=["fit", "not"])
def test_a_worker_stopped_anywhere_leaves_the_file_to_be_done_again_or_all_done(
    evidence: Means, content: bytes
) -> None:
    """Stopped before a call it was stopped after the one before."""
    sent: list[tuple[Filing, str]] = []
    stopped = True
    while stopped:  # one call later each time, until it comes to its end
        sent.append(invited())
        key = arrive(evidence, sent[-1][1], content)
        number = len(sent)
        stopped = stopped_after(number, lambda key=key: checking.process(key, evidence, TODAY))  # type: ignore[misc]
    assert len(sent) > 6
    run_out(evidence)
    sweep(evidence)
    assert prove(evidence.objects).findings == ()
    assert quarantined(evidence) == []
    for filing, id_ in sent:
        assert known(id_).state in DECIDED
        assert len(list(AuditRow.query(f"complaint#{filing.locator}"))) == 1
        if known(id_).state is FileState.SEALED:
            assert read_copy(evidence, filing, id_, Copy.CLEAN) == content


def test_copies_of_a_worker_that_was_stopped_late_are_found_and_removed(evidence: Means) -> None:
    """It put its copies after another had decided, and was stopped before it could see that."""
    _, id_ = invited()
    checking.process(arrive(evidence, id_, uploaded.png()), evidence, TODAY)
    right = kept(evidence)
    stray = known(id_).model_copy(update={"claim": 9}).object_key(Copy.CLEAN)
    evidence.objects.keep(stray, b"sealed", "application/octet-stream")
    evidence.objects.keep("complaints/" + "0" * 32 + "/2/clean", b"sealed", "text/plain")
    assert len(prove(evidence.objects).findings) == 2
    assert sweep(evidence).strays == 2
    assert kept(evidence) == right
    assert sweep(evidence) == Swept()
    assert prove(evidence.objects).findings == ()


# -- the function


def test_the_store_tells_of_a_file_and_it_is_sealed_at_once(evidence: Means) -> None:
    filing, id_ = invited(now().date())
    key = arrive(evidence, id_, uploaded.png())
    assert files.handler(told_of(key, "member/100001/x"), None) == {"taken": 1}
    assert read_copy(evidence, filing, id_, Copy.CLEAN) == uploaded.png()
    assert files.handler(told_of(key), None) == {"taken": 0}


def test_the_clock_finds_what_the_store_never_told_of(evidence: Means) -> None:
    filing, id_ = invited(now().date())
    arrive(evidence, id_, uploaded.png())
    assert files.handler(TICK, None)["sealed"] == 1
    assert read_copy(evidence, filing, id_, Copy.CLEAN) == uploaded.png()
    assert not any(files.handler(TICK, None).values())


def test_one_file_that_cant_be_kept_holds_up_no_other_and_the_call_comes_again(
    evidence: Means, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = sorted(invited(now().date())[1] for _ in range(3))
    for id_ in ids:
        arrive(evidence, id_, uploaded.png())
    real = BaseClient._make_api_call  # type: ignore[attr-defined]

    def refusing(self: BaseClient, operation: str, arguments: Any) -> Any:
        if operation == "PutObject" and ids[0] in arguments["Key"]:
            raise EndpointConnectionError(endpoint_url="store")
        return real(self, operation, arguments)

    with monkeypatch.context() as patch:
        patch.setattr(BaseClient, "_make_api_call", refusing)
        with pytest.raises(Unavailable):
            files.handler(TICK, None)
    states = [known(id_).state for id_ in ids]
    assert states == [FileState.CHECKING, FileState.SEALED, FileState.SEALED]
    assert files.handler(TICK, None)["sealed"] == 1
    assert prove(evidence.objects).findings == ()


def test_the_worker_uses_no_more_rights_than_it_has(
    evidence: Means, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No scan, no query of a filing, no deleting of rows: what its role allows, and no more."""
    heard: set[tuple[str, str]] = set()
    real = BaseClient._make_api_call  # type: ignore[attr-defined]

    def noted(self: BaseClient, operation: str, arguments: Any) -> Any:
        place = arguments.get("IndexName") or arguments.get("TableName") or arguments.get("Bucket")
        if operation == "TransactWriteItems":
            heard.update(
                (kind, one["TableName"].removeprefix("signet-"))
                for item in arguments["TransactItems"]
                for kind, one in item.items()
            )
        else:
            heard.add((operation, str(place).removeprefix("signet-").partition("-")[0]))
        return real(self, operation, arguments)

    ids = [invited()[1] for _ in range(3)]
    monkeypatch.setattr(BaseClient, "_make_api_call", noted)
    arrive(evidence, ids[0], uploaded.png())
    arrive(evidence, ids[1], uploaded.GIF_SCRIPT)
    sweep(evidence)
    arrive(evidence, ids[2], uploaded.png())
    late = evidence._replace(scanner=Silent())
    sweep(late)
    sweep(late, QUARANTINED)
    arrive(evidence, ids[0], uploaded.png())
    sweep(evidence)
    # The test itself puts into quarantine; a function that only checks it may not.
    assert heard - {("PutObject", "quarantine")} == {
        ("GetItem", "followups"),
        ("Query", "news"),
        ("UpdateItem", "followups"),
        ("Update", "followups"),
        ("Put", "followups"),
        ("Put", "casekeys"),
        ("Put", "audit"),
        ("HeadObject", "quarantine"),
        ("GetObject", "quarantine"),
        ("DeleteObject", "quarantine"),
        ("ListObjectsV2", "quarantine"),
        ("PutObject", "evidence"),
        ("ListObjectsV2", "evidence"),
    }


# -- nobody is told by it who sent what, or when


def test_after_the_worker_nothing_shows_what_a_file_held_or_was_called(
    evidence: Means, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    exif = b"Exif\0\0MM\0*" + f"{CANARY} 51.0447 N".encode()
    shown = uploaded.raw_png(about=uploaded.chunk(b"tEXt", f"Author\0{CANARY}".encode()))
    held = [
        uploaded.with_segment(0xE1, exif),
        uploaded.with_segment(0xFE, CANARY.encode()),
        shown,
        uploaded.pdf(CANARY),
        CANARY.encode(),  # refused
        shown + uploaded.EICAR,  # refused
    ]
    ids = []
    for content in held:
        ids.append(invited()[1])
        assert post(evidence, ids[-1], content, f"{CANARY}.png") == 303
    silent = evidence._replace(scanner=Silent())
    with caplog.at_level(logging.INFO):
        sweep(silent)
        files.handler(TICK, None)
        files.handler(told_of(*(f"complaints/{id_}" for id_ in ids)), None)
    said = caplog.text + "".join(capfd.readouterr()) + dumped()
    for key in kept(evidence):
        found = evidence.objects.client.get_object(Bucket=evidence.objects.evidence, Key=key)
        said += repr(found) + key
        assert CANARY.encode() not in found["Body"].read()
    assert CANARY not in said
    assert len(kept(evidence)) == 4 * len(Copy)
    assert quarantined(evidence) == []


def test_the_log_names_no_file_as_that_would_tell_when_it_was_sent(
    evidence: Means, caplog: pytest.LogCaptureFixture
) -> None:
    filing, id_ = invited()
    arrive(evidence, id_, uploaded.png())
    with caplog.at_level(logging.INFO, "signet"):
        sweep(evidence._replace(scanner=Silent()))
        files.handler(TICK, None)
    ours = [line.getMessage() for line in caplog.records if line.name.startswith("signet")]
    assert len(ours) == 2
    assert not any(id_ in line or filing.locator in line for line in ours)


def test_of_when_a_file_was_sent_nothing_but_the_day_is_kept(evidence: Means) -> None:
    _, id_ = invited()
    how = evidence._replace(scanner=Silent())
    arrive(evidence, id_, uploaded.png())
    moment = re.compile(r"\d\d:\d\d|T\d\d|\b\d{10}\b")
    sweep(how)
    assert not moment.search(in_the_open())
    sweep(evidence)
    assert not moment.search(in_the_open())


def in_the_open() -> str:
    """All rows without what is sealed, which may look like anything, and without midnights."""
    rows = [row.serialize() for model in MODELS for row in model.scan()]
    text = json.dumps(rows, default=lambda _sealed: "")
    return text.replace("T00:00:00+00:00", "").replace(str(midnight()), "")


def midnight() -> int:
    """When invitations of today lapse: a midnight, so not a moment."""
    return int(store.midnight(TODAY + timedelta(days=store.INVITED_DAYS)).timestamp())
