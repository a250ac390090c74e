"""What functions do to rows and files, held against the rights of their roles on AWS.

No emulator refuses what a role doesn't allow. So whatever tests let a function do is compared with
`infra/functions`: a right that is missing there would be missed on AWS alone.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from fnmatch import fnmatch
from functools import cache
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from botocore.client import BaseClient

from infra.bundle.wheels import NEEDS, SEALING
from infra.functions import FUNCTIONS
from signet.jobs.digest import unsubscribe
from signet.letters import documents
from signet.transactions import sealed_mail
from signet.web.app import App

ROOT = Path(__file__).resolve().parents[1]
APP = str(ROOT / "signet" / "web" / "app.py")
PARTS = {
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "ConditionCheck": "ConditionCheckItem",
}
WRITING = {"PutItem", "UpdateItem", "DeleteItem"}
CALLED = "_make_api_call"  # of a client, whatever is asked of it
ON_OBJECTS = {"HeadObject": "GetObject", "ListObjectsV2": "ListBucket"}
Done = tuple[str, str]  # an action, and the table, TABLE/INDEX or kind of bucket


ROLES = {one.name: one for one in FUNCTIONS}
MODULES = {ROOT.joinpath(*one.module.split(".")).with_suffix(".py"): one.name for one in FUNCTIONS}


@cache
def tables() -> frozenset[str]:
    """Return the tables that exist. Tests point functions at others, to see what they do."""
    return frozenset(table for role in ROLES.values() for table in role.tables)


def exceeded(function: str, service: str, operation: str, said: Mapping[str, Any]) -> list[Done]:
    """Return what of a call the function's role wouldn't allow."""
    role = ROLES[function]
    if service == "dynamodb":
        held = {**role.tables, **role.indexes}
        done = [one for one in _on_rows(operation, said) if one[1].partition("/")[0] in tables()]
        beyond = [one for one in done if one[0] not in held.get(one[1], ())]
        beyond += [
            (f"{action} {key.partition('#')[0]}", where)
            for action, where, key in _keys(operation, said)
            for whose in (
                role.reaches(where),
                role.writes.get(where, ()) if action in WRITING else (),
            )
            if whose and not any(fnmatch(key, one) for one in whose)
        ]
        return beyond + [
            (f"UpdateItem {name}", where)
            for where, names in _updated(operation, said)
            if where in role.attributes
            for name in sorted(names - set(role.attributes[where]))
        ]
    if service == "s3":
        action = ON_OBJECTS.get(operation, operation)
        kind = str(said.get("Bucket", "")).removeprefix("signet-").partition("-")[0]
        held = {name.rpartition("-")[2]: actions for name, actions in role.buckets.items()}
        known = kind in ("quarantine", "evidence")
        return [(action, kind)] if known and action not in held.get(kind, ()) else []
    if service == "kms":
        return [] if role.unwraps else [(operation, "keys")]
    if service == "lambda":
        return [] if "documents" in role.settings else [(operation, "documents")]
    return []


def _on_rows(operation: str, said: Mapping[str, Any]) -> Iterator[Done]:
    if operation == "TransactWriteItems":
        for item in said["TransactItems"]:
            ((kind, part),) = item.items()
            yield PARTS[kind], _plain(part["TableName"])
    elif "RequestItems" in said:
        yield from ((operation, _plain(table)) for table in said["RequestItems"])
    elif "TableName" in said and not operation.startswith("Describe"):
        index = said.get("IndexName")
        table = _plain(said["TableName"])
        yield operation, f"{table}/{index}" if index else table


def _updated(operation: str, said: Mapping[str, Any]) -> Iterator[tuple[str, set[str]]]:
    """Yield the attributes that updates name, by table."""
    parts = [said] if operation == "UpdateItem" else []
    if operation == "TransactWriteItems":
        parts = [item["Update"] for item in said["TransactItems"] if "Update" in item]
    for part in parts:
        named = set(part.get("ExpressionAttributeNames", {}).values()) | set(part["Key"])
        yield _plain(part["TableName"]), named


def _keys(operation: str, said: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Yield the hash keys of rows that a call is about, where they are named `owner` or `key`."""
    for action, where, row in _rows(operation, said):
        for name in ("owner", "key"):
            if name in row:
                yield action, where, row[name]["S"]


def _rows(operation: str, said: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    if operation == "TransactWriteItems":
        for item in said["TransactItems"]:
            ((kind, part),) = item.items()
            yield PARTS[kind], _plain(part["TableName"]), part.get("Key") or part.get("Item", {})
    elif "RequestItems" in said:
        for table, asked in said["RequestItems"].items():
            yield from ((operation, _plain(table), row) for row in asked.get("Keys", ()))
    elif operation == "Query" and "KeyConditionExpression" in said:
        index, table = said.get("IndexName"), _plain(said["TableName"])
        placeholder = said["KeyConditionExpression"].split("=")[1].split()[0].rstrip(")")
        key = said["ExpressionAttributeValues"][placeholder]
        yield operation, f"{table}/{index}" if index else table, {"owner": key}
    elif "TableName" in said:
        yield operation, _plain(said["TableName"]), said.get("Key") or said.get("Item") or {}


def _plain(table: str) -> str:
    return table.rpartition("-")[2]


def _at_work(frame: FrameType | None) -> str:
    """Return the function for which a call is made; "" for none: a test's own, or a command's."""
    found = ""
    while frame:
        file = frame.f_code.co_filename
        if file == APP and isinstance(app := frame.f_locals.get("self"), App):
            return app.name.replace("-", "_")
        found = _function_in(file) or found
        frame = frame.f_back
    return found


@cache
def _function_in(file: str) -> str:
    return MODULES.get(Path(file), "")


def _sealing(seal: Callable[..., Any], beyond: set[tuple[str, Done]]) -> Callable[..., Any]:
    """Have what seals count as an import of cryptography, which most bundles lack."""

    def sealed(*asked: Any) -> Any:
        function = _at_work(sys._getframe(1))
        if function in ROLES and not NEEDS[ROLES[function].bundle].parts >= SEALING:
            beyond.add((function, ("import cryptography", ROLES[function].bundle)))
        return seal(*asked)

    return sealed


@pytest.fixture(autouse=True)
def within_its_role(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Fail a test in which a function did what its role on AWS doesn't allow."""
    beyond: set[tuple[str, Done]] = set()
    call: Callable[..., Any] = getattr(BaseClient, CALLED)

    def watched(client: BaseClient, operation: str, said: Any) -> Any:
        function = _at_work(sys._getframe(1))
        if function in ROLES:
            service = client.meta.service_model.service_name
            beyond.update((function, one) for one in exceeded(function, service, operation, said))
        return call(client, operation, said)

    def rendered(*asked: Any, **more: Any) -> bytes:
        """Count as a call of the function that renders on AWS: here the process itself does."""
        function = _at_work(sys._getframe(1))
        if function in ROLES:
            beyond.update((function, one) for one in exceeded(function, "lambda", "Invoke", {}))
        return render(*asked, **more)

    for module, name in ((sealed_mail, "seal"), (unsubscribe, "_cipher")):
        monkeypatch.setattr(module, name, _sealing(getattr(module, name), beyond))
    render = documents.render
    monkeypatch.setattr(documents, "render", rendered)
    monkeypatch.setattr(BaseClient, CALLED, watched)
    yield
    assert not beyond, f"no right to {sorted(beyond)} in infra/functions"
