"""Which rows a call to the database writes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

# What begins an operation that writes nothing.
READING = ("Get", "BatchGet", "TransactGet", "Query", "Scan", "Describe", "List")


def rows(operation: str, said: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Each row that a call writes or removes: its table, and attributes with its key among them.

    Also what is done to a table itself names one, without any row.
    """
    if operation.startswith(READING):
        return
    for item in said.get("TransactItems", ()):
        ((kind, part),) = item.items()
        if kind != "ConditionCheck":
            yield part["TableName"], _keyed(part)
    for table, requests in said.get("RequestItems", {}).items():
        yield from ((table, _keyed(part)) for request in requests for part in request.values())
    if "TableName" in said:
        yield said["TableName"], _keyed(said)


def _keyed(part: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Mapping[str, Any] = part.get("Key") or part.get("Item") or {}
    return found
