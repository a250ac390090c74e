"""The guard that holds what functions do against their roles finds what isn't allowed."""

from __future__ import annotations

from typing import Any

import pytest

from tests.rights import exceeded


def put(table: str) -> dict[str, Any]:
    return {"TransactItems": [{"Put": {"TableName": f"signet-test-{table}"}}]}


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
        ("outbox", "kms", "Decrypt", {}),
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
        ("complaints", "s3", "GetObject", {"Bucket": "quarantine-0"}, ("GetObject", "quarantine")),
        ("followup", "kms", "Decrypt", {}, ("Decrypt", "keys")),
    ],
)
def test_what_a_role_does_not_allow_is_named(
    function: str, service: str, operation: str, said: dict[str, Any], found: tuple[str, str]
) -> None:
    assert exceeded(function, service, operation, said) == [found]
