"""What is written of a company's pictures, to be put under the crash matrix, with the store."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from typing import Any

from signet.errors import NotFound
from signet.jobs import tables
from signet.jobs.companies import pictures
from signet.transactions.context import Context
from signet.uploads import actions, store
from signet.uploads.checking import LEASE
from signet.uploads.model import AlreadySent, Upload
from signet.uploads.objects import NAME, UNSEEN, Objects, _client
from signet.uploads.scanner import StandIn
from tests import uploaded
from tests.employing import NOW
from tests.entries import POLICY
from tests.faults import job_writes
from tests.faults.matrix import Write
from tests.function_ground import empty
from tests.job_office import MODELS, company

Form = dict[str, str]
NAMES = ("A picture checked", "A picture removed")
BY = "acme-owner"


def writes(objects: Objects) -> list[Write]:
    """Return writes that check a picture, which gives it its public copy, and remove both."""
    return [
        _write(objects, "A picture checked", dict, _check),
        _write(objects, "A picture removed", {"checked": "yes"}.copy, _remove),
    ]


def _write(
    objects: Objects, name: str, before: Callable[[], Form], do: Callable[[Objects, Form], object]
) -> Write:
    def prepare() -> Form:
        form = before() | _sent(objects) | {"act": secrets.token_hex(16)}
        if form.pop("checked", ""):
            _check(objects, form)
        return form

    def left(form: Form, _told: object) -> object:
        _come_back(objects, form)
        kept, lying = objects.kept("company/"), objects.lying("company/")
        return job_writes.left(), len(kept), len(lying)

    return Write(name, MODELS, prepare, lambda form: do(own(objects), form), left)


def _sent(objects: Objects) -> Form:
    """Leave nothing but a picture that has arrived and wasn't checked."""
    empty(MODELS)
    for key in (*objects.kept("company/"), *(one.key for one in objects.lying("company/"))):
        objects.erase(key)
    owner, wanted = tables.company(company()), POLICY.uploads["company-picture"]
    file = secrets.token_hex(16)
    context = _context(secrets.token_hex(16))
    upload = actions.invite(context, owner, wanted, back="/", id_=file)
    objects.client.put_object(
        Bucket=objects.quarantine,
        Key=upload.key,
        Body=uploaded.png(),
        ContentType=UNSEEN,
        Metadata={NAME: "logo.png"},
    )
    return {"owner": owner, "file": file}


def _context(operation: str) -> Context:
    return Context(BY, operation, NOW, NOW.date(), POLICY)


def _means(objects: Objects) -> actions.Means:
    return actions.Means(objects, StandIn(), beside=pictures.copy_changes)


def _check(objects: Objects, form: Form) -> object:
    with suppress(AlreadySent):  # it was decided on, and what lay there still is cleared away
        actions.check(_held(form), POLICY, _means(objects), NOW)
    return "told"


def _remove(objects: Objects, form: Form) -> object:
    with suppress(NotFound):  # it is gone already
        upload = _held(form)
        beside = pictures.removal_changes(upload)
        actions.remove(_context(form["act"]), upload, objects, beside=beside)
    return "told"


def _come_back(objects: Objects, form: Form) -> None:
    """Once the time of a check that was broken off is over its sender checks again."""
    with suppress(AlreadySent, NotFound):
        actions.check(_held(form), POLICY, _means(objects), NOW + 2 * LEASE)


def _held(form: Form) -> Upload:
    return store.get(form["owner"], form["file"])


@cache
def _own_client(process: int, endpoint: str, region: str) -> Any:
    return _client.__wrapped__(endpoint, region, "local", "local")


def own(objects: Objects) -> Objects:
    """Return the same buckets, with connections of this process's own."""
    meta = objects.client.meta
    own = _own_client(os.getpid(), meta.endpoint_url, meta.region_name)
    return Objects(own, objects.quarantine, objects.evidence)
