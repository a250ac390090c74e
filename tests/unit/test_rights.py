"""The guard that holds what functions do against their roles finds what isn't allowed."""

from __future__ import annotations

from typing import Any

import pytest

from infra.functions import FUNCTIONS
from infra.functions.model import WRITING, Function
from tests.rights import MODULES, ROOT, _function_in, _sealing, exceeded


def keyed(table: str, key: str) -> dict[str, Any]:
    row = {"TableName": f"signet-test-{table}", "Item": {"key": {"S": key}}}
    return {"TransactItems": [{"Put": row}]} | row


def updated(*names: str) -> dict[str, Any]:
    named = {f"#{at}": name for at, name in enumerate(names)}
    key = {"key": {"S": "session#1"}, "part": {"S": "session"}}
    return {"TableName": "a-sessions", "Key": key, "ExpressionAttributeNames": named}


def put(table: str, owner: str = "") -> dict[str, Any]:
    item = {"owner": {"S": owner}} if owner else {}
    return {"TransactItems": [{"Put": {"TableName": f"signet-test-{table}", "Item": item}}]}


@pytest.mark.parametrize(
    ("function", "service", "operation", "said"),
    [
        ("complaints", "dynamodb", "TransactWriteItems", put("complaints")),
        (
            "complaints_desk",
            "dynamodb",
            "Query",
            {"TableName": "a-complaints", "IndexName": "by_stage"},
        ),
        ("complaint_files", "s3", "HeadObject", {"Bucket": "quarantine-0"}),
        ("company_files", "dynamodb", "TransactWriteItems", put("jobs", "company#1")),
        (
            "company_files",
            "dynamodb",
            "GetItem",
            {"TableName": "a-jobs", "Key": {"owner": {"S": "member#1"}}},
        ),
        ("outbox", "kms", "Decrypt", {}),
        ("home", "dynamodb", "UpdateItem", updated("seen", "expires")),
        ("account", "dynamodb", "UpdateItem", updated("body")),
        ("jobs", "dynamodb", "TransactWriteItems", keyed("accounts", "invited#1")),
    ],
)
def test_what_a_role_allows_is_nothing_to_speak_of(
    function: str, service: str, operation: str, said: dict[str, Any]
) -> None:
    assert not exceeded(function, service, operation, said)


@pytest.mark.parametrize(
    ("function", "service", "operation", "said", "found"),
    [
        (
            "complaints",
            "dynamodb",
            "GetItem",
            {"TableName": "a-complaints"},
            ("GetItem", "complaints"),
        ),
        ("complaints", "dynamodb", "TransactWriteItems", put("accounts"), ("PutItem", "accounts")),
        (
            "followup",
            "dynamodb",
            "Query",
            {"TableName": "a-followups", "IndexName": "news"},
            ("Query", "followups/news"),
        ),
        (
            "publish",
            "dynamodb",
            "BatchGetItem",
            {"RequestItems": {"a-contacts": {}}},
            ("BatchGetItem", "contacts"),
        ),
        *(
            (function, "dynamodb", "TransactWriteItems", keyed(table, key), (found, table))
            for function, table, key, found in (
                ("jobs", "accounts", "account#1", "PutItem account"),
                ("jobs", "accounts", "role#administrator", "PutItem role"),
                ("account", "accounts", "role#administrator", "PutItem role"),
                ("account", "accounts", "grant#1", "PutItem grant"),
            )
        ),
        *(
            ("cpd", "dynamodb", "TransactWriteItems", put("register", key), (found, "register"))
            for key, found in (("permit#P-1001", "PutItem permit"), ("import#1", "PutItem import"))
        ),
        ("cpd", "dynamodb", "PutItem", keyed("sessions", "session#1"), ("PutItem", "sessions")),
        ("home", "dynamodb", "UpdateItem", updated("body"), ("UpdateItem body", "sessions")),
        ("complaints", "s3", "GetObject", {"Bucket": "quarantine-0"}, ("GetObject", "quarantine")),
        ("followup", "kms", "Decrypt", {}, ("Decrypt", "keys")),
        (
            "company_files",
            "dynamodb",
            "TransactWriteItems",
            put("jobs", "member#1"),
            ("PutItem member", "jobs"),
        ),
    ],
)
def test_what_a_role_does_not_allow_is_named(
    function: str, service: str, operation: str, said: dict[str, Any], found: tuple[str, str]
) -> None:
    assert exceeded(function, service, operation, said) == [found]


def test_no_function_but_signing_in_and_the_administrators_writes_accounts_or_sessions() -> None:
    """Threat 27: what may be changed, whatever is listed for a function later."""
    for one in FUNCTIONS:
        may_change = one.tables.get("accounts", frozenset()) & WRITING
        if one.name not in ("account", "admin"):
            # Invitations; the index of addresses, which follows a member's new e-mail address; and
            # the counters of mail to one address.
            whose = one.writes.get("accounts") or one.reaches("accounts")
            assert not may_change or whose in {("invited#*",), ("address#*",), ("tries#*",)}
        if one.name != "account":
            held = one.tables.get("sessions", frozenset())
            assert held <= {"GetItem", "UpdateItem"}, one.name
            assert one.attributes["sessions"] == ("key", "part", "seen", "expires")
        if one.name != "admin":
            assert not any(key.startswith("role") for key in one.writes.get("accounts", ()))


@pytest.mark.parametrize(
    ("function", "missing"),
    [("home", {("home", ("import cryptography", "services"))}), ("outbox", set())],
)
def test_a_function_that_seals_has_the_bundle_for_it(function: str, missing: set[Any]) -> None:
    file = next(str(file) for file, name in MODULES.items() if name == function)
    beyond: set[Any] = set()
    exec(compile("seal()", file, "exec"), {"seal": _sealing(lambda: None, beyond)})  # noqa: S102
    assert beyond == missing


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda one: one.name)
def test_whatever_a_file_of_functions_does_is_held_against_its_role(function: Function) -> None:
    """Those that no App serves, by streams and clocks, are known by their files alone."""
    assert _function_in(str(ROOT.joinpath(*function.module.split(".")).with_suffix(".py"))) == (
        function.name
    )
    assert ROOT.joinpath(*function.module.split(".")).with_suffix(".py").exists()
