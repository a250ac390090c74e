"""What the service for complaints writes, to be put under the crash matrix."""

from __future__ import annotations

import json
import os
import re
import secrets
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from lambdas.complaints import intake
from lambdas.complaints.followup import function as followup_pages
from signet import sealing
from signet.complaints import followup, receipt_codes, store
from signet.complaints.desk import access
from signet.complaints.desk.access import Opening
from signet.complaints.files import checking, leftovers
from signet.complaints.files.checking import Means
from signet.complaints.integrity.checks import Acknowledged, prove
from signet.complaints.model import FILES
from signet.complaints.receipt_codes import Filing
from signet.complaints.tables import CaseRow, FilingRow, KeyRow, seal_context
from signet.errors import Unavailable
from signet.sealing import WrappedKey
from signet.uploads.objects import Objects, _client
from tests import uploaded
from tests.complaint_desk import first, officer, seen, standing
from tests.complaint_evidence import arrive
from tests.complaint_office import INTAKE_KEY, MODELS, TODAY, file, private, said
from tests.events import ask, post
from tests.faults import matrix
from tests.faults.matrix import Write
from tests.function_ground import empty

THREE = ("100001", "100002", "100003")
WORDS = "They sealed drawings they had not read."
MORE = "And they did so again."
GROUP = re.compile(r"<span>([0-9A-Z]{4})</span>")
REFERENCE = re.compile(r"\bC-[0-9A-Z]{4}-[0-9A-Z]{4}\b")
QUESTION = "4" * 32
TOLD_OF_FILES = ("ContentType", "ContentDisposition", "CacheControl", "Metadata")
Form = dict[str, Any]


def writes(how: Means) -> list[Write]:
    """Every write of whoever complains, and of what deals with files; the desk's are its own."""
    return [
        _intake(how, "A complaint about one person", happened=WORDS),
        _intake(how, "One about three, with an address", numbers=THREE, email="a@example.com"),
        Write("The same form with other words", MODELS, *_addition(how)),
        Write("Something added with the code", MODELS, *_coming_back(how)),
        Write("An answer to a question", MODELS, *_coming_back(how, QUESTION)),
        Write("Coming back with the code", MODELS, *_looking(how)),
        Write("More files invited", MODELS, *_inviting(how)),
        Write("A file dealt with", MODELS, *_file(how)),
        Write("A file found by the clock", MODELS, *_file(how, by_clock=True)),
        Write("A respondent's answer", MODELS, *_responding(how)),
    ]


# What there is ----------------------------------------------------------------------------------


def clear(how: Means) -> None:
    """Leave nothing in tables and buckets."""
    empty(MODELS)
    _clear_buckets(how)


def _clear_buckets(how: Means) -> None:
    for key in list(how.objects.kept(FILES)):
        how.objects.erase(key)
    for one in how.objects.lying(FILES):
        how.objects.clear(one.key)


@cache
def _files_of(_write: str) -> list[tuple[bool, dict[str, Any]]]:
    """Return what a worker keeps of the files that preparing a write left: nothing yet."""
    return []


def rewound(write: Write, how: Means) -> Write:
    """Return the same write, prepared once a worker, with its files: see `matrix.rewound`."""
    rows, files = matrix.rewound(write), _files_of(write.name)

    def put_back() -> Any:
        _clear_buckets(how)
        form = rows.prepare()
        if not files:
            files.extend(_lying(how))
        for is_checked, told in files:
            bucket = how.objects.evidence if is_checked else how.objects.quarantine
            how.objects.client.put_object(Bucket=bucket, **told)
        return form

    return replace(write, prepare=put_back)


def _lying(how: Means) -> Iterator[tuple[bool, dict[str, Any]]]:
    """Yield each file: whether it is a checked one, and how it was put there."""
    checked = [(True, key) for key in how.objects.kept(FILES)]
    for is_checked, key in (*checked, *((False, one.key) for one in how.objects.lying(FILES))):
        bucket = how.objects.evidence if is_checked else how.objects.quarantine
        found = how.objects.client.get_object(Bucket=bucket, Key=key)
        told = {name: found[name] for name in TOLD_OF_FILES if name in found}
        yield is_checked, told | {"Key": key, "Body": found["Body"].read()}


def swept(how: Means) -> None:
    """Let the clock come by until every claim has run out and been taken up."""
    now = datetime.now(UTC)
    while leftovers.sweep(how, now, TODAY) != leftovers.Swept() or any(_claimed()):
        continue


def _claimed() -> Iterator[FilingRow]:
    return iter(FilingRow.news.query("waiting", limit=1))


def texts() -> Counter[str]:
    """Everything that was said and is kept, opened with the office's key, and how often."""
    keys = {(row.case, row.part): WrappedKey(row.recipient, row.wrapped) for row in KeyRow.scan()}
    found: Counter[str] = Counter()
    for of, part, box in _sealed():
        key = keys.get((of, part))
        if key is not None:
            found[_text(sealing.opened(box, key, private, seal_context(of, part)))] += 1
    return found


def _sealed() -> Iterator[tuple[str, str, bytes]]:
    for case in CaseRow.scan(CaseRow.sealed.exists()):
        yield case.case, case.part, case.sealed
    for filing in FilingRow.scan(FilingRow.sealed.exists()):
        yield filing.filing, filing.part, filing.sealed


def _text(content: bytes) -> str:
    """Return what was said, with every id as the same word: those of two runs differ."""
    text = content.decode()
    with suppress(ValueError):
        told = json.loads(text)
        if isinstance(told, dict) and {"happened", "text"} & told.keys():
            text = str(told.get("happened") or told.get("text"))
    return re.sub(r"\b(?:[0-9a-f]{32}){1,2}\b", "ID", text)


def left(how: Means, *receipts: Acknowledged) -> object:
    """All rows by their kind and all that was said, once everything was proved to fit."""
    swept(how)
    proof = prove(how.objects, receipts)
    assert not proof.findings, "\n".join(map(str, proof.findings))
    rows: Counter[str] = Counter()
    for model in MODELS:
        for row in model.scan():
            part = re.split(r"[#:/]", str(getattr(row, "part", "")))[0]
            kind = "" if re.fullmatch(r"[0-9a-fTZ.-]*", part) else part
            rows[f"{model.Meta.table_name} {kind}".strip()] += 1
    objects = len(list(how.objects.kept(FILES))), len(how.objects.lying(FILES))
    return dict(sorted(rows.items())), dict(sorted(texts().items())), objects


@cache
def _own_client(process: int, endpoint: str, region: str) -> Any:
    return _client.__wrapped__(endpoint, region, "local", "local")


def means_of(how: Means) -> Means:
    """Return the same means with connections of this process's own."""
    theirs = how.objects.client
    own = _own_client(os.getpid(), theirs.meta.endpoint_url, theirs.meta.region_name)
    # Who signs stays who it was.
    own._request_signer._credentials = theirs._request_signer._credentials
    return how._replace(objects=Objects(own, how.objects.quarantine, how.objects.evidence))


# Filing, and coming back -------------------------------------------------------------------------


def send(form: Form) -> tuple[str, tuple[str, ...]]:
    """Send a form by its page; gives the code and the references on the receipt."""
    answered = ask(intake.app, post(f"{intake.BASE}send", form, act=""))
    if answered.status == 503:
        raise Unavailable
    assert answered.status == 200, answered.status
    code = "-".join(GROUP.findall(answered.text))
    return code, tuple(sorted({*REFERENCE.findall(answered.text)}))


def new_form(**fields: Any) -> Form:
    """Return a form that was just opened."""
    signed = receipt_codes.signed(secrets.token_bytes(16), INTAKE_KEY)
    return said(happened=WORDS) | {"submission": signed} | fields


def _intake(how: Means, name: str, **fields: Any) -> Write:
    def prepare() -> Form:
        clear(how)
        return new_form(**fields)

    return Write(name, MODELS, prepare, send, lambda _, told: left(how, _receipt(told)))


def _receipt(told: Any) -> Acknowledged:
    code, references = told
    return Acknowledged(code, "the receipt", references)


def _addition(how: Means) -> Any:
    def prepare() -> Form:
        clear(how)
        form = new_form(numbers=THREE)
        send(form)
        return form | {"happened": MORE}

    def after(_: Form, told: object) -> object:
        return left(how, Acknowledged(str(told), "the receipt"))

    return prepare, lambda form: send(form)[0], after


def _coming_back(how: Means, question: str = "") -> Any:
    def prepare() -> Form:
        clear(how)
        filing = Filing(file().code)
        if question:
            part = store.question_key(TODAY, question)
            about = seal_context(filing.locator, part)
            box = sealing.direct(b"Which drawings?", filing.reader.public_key(), about)
            FilingRow(filing.locator, part, sealed=box).save()
        return {"code": filing.code, "act": secrets.token_hex(16)}

    def do(form: Form) -> str:
        opened, act = followup.open_filing(form["code"]), form["act"]
        if question:
            followup.answer(opened, question, MORE, operation_id=act, today=TODAY)
        else:
            followup.add(opened, MORE, operation_id=act, today=TODAY)
        return "thank you"

    return prepare, do, lambda form, _: left(how, Acknowledged(form["code"], "the code"))


def _responding(how: Means) -> Any:
    """Answer as a respondent what they were asked, by a code of their own."""

    def prepare() -> Form:
        clear(how)
        case = standing(first(file()), stage="within", told_on=TODAY)
        opening, by = Opening("Ana Lee", TODAY, "You are complained of."), officer()
        code = access.open_(by, seen(case), opening, secrets.token_bytes(16))
        access.write(officer(), seen(case), by.operation, "Which?", TODAY, asks=True)
        return {"code": code, "act": secrets.token_hex(16)}

    def do(form: Form) -> str:
        found = followup.open_filing(form["code"], receipt_codes.RESPONDENT)
        (asked,) = found.questions
        followup.answer(found, asked.id, MORE, operation_id=form["act"], today=TODAY)
        return "thank you"

    return prepare, do, lambda *_: left(how)


def _looking(how: Means) -> Any:
    """Send the page itself: a code that was typed counts, until it was right."""

    def prepare() -> Form:
        clear(how)
        return {"receipt": file().code}

    def do(form: Form) -> str:
        answered = ask(
            followup_pages.app,
            post(followup_pages.BASE, form, act=""),
        )
        if answered.status == 503:
            raise Unavailable
        assert answered.status == 200, answered.status
        return "what it leads to"

    return prepare, do, lambda form, _: left(how, Acknowledged(form["receipt"], "the code"))


def _inviting(how: Means) -> Any:
    def prepare() -> Form:
        clear(how)
        return {"code": file(today=TODAY - timedelta(days=1)).code}

    def do(form: Form) -> tuple[str, ...]:
        return followup.invite(followup.open_filing(form["code"]), today=TODAY, limit=20)

    return prepare, do, lambda form, _: left(how, Acknowledged(form["code"], "the code"))


# Files --------------------------------------------------------------------------------------------


def _file(how: Means, *, by_clock: bool = False) -> Any:
    def prepare() -> str:
        clear(how)
        return arrive(how, file().files[0], uploaded.png())

    def do(key: str) -> str:
        own = means_of(how)
        if by_clock:
            leftovers.sweep(own, datetime.now(UTC), TODAY)
        else:
            checking.process(key, own, TODAY)
        return "told nobody"

    return prepare, do, lambda *_: left(how)
