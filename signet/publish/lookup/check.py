"""Whether a published look-up finds what it must: read as a reader's browser reads it."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from signet.publish.lookup import normal
from signet.publish.lookup.index import LONGEST_WORD
from signet.publish.lookup.shards import FOLDER, HASH_LENGTH, MANIFEST, bin_name, branch_name
from signet.publish.lookup.tree import Node

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from signet.publish.lookup.entry import Kind

_TOKEN = re.compile(r"([^(),]*)([(,)])")


def unfindable(
    read: Callable[[str], bytes], records: Iterable[tuple[Kind, str]]
) -> list[tuple[Kind, str]]:
    """Return those of the records (kind and number) that typing their number doesn't find.

    `read` gives a file's content by its path, as `build` named it; it is asked for the manifest
    and, once each, for the shards that numbers lead to. It may raise KeyError or
    FileNotFoundError where there is no such file.
    """
    tree = _tree(json.loads(read(MANIFEST)))
    held: dict[str, frozenset[tuple[Kind, str]]] = {}
    missing: list[tuple[Kind, str]] = []
    for kind, number in records:
        path = _place(tree, normal.number_words(number)[0][:LONGEST_WORD])
        if path not in held:
            held[path] = _held(read, path)
        if (kind, number) not in held[path]:
            missing.append((kind, number))
    return missing


def _held(read: Callable[[str], bytes], path: str) -> frozenset[tuple[Kind, str]]:
    try:
        shard = json.loads(read(path)) if path else {"records": []}
    except (KeyError, FileNotFoundError):
        return frozenset()
    records = [*shard["records"], *shard.get("best", ())]
    return frozenset(("permit" if flags & 1 else "member", number) for flags, number, *_ in records)


def _tree(manifest: dict[str, str]) -> Node:
    tokens = _TOKEN.findall(manifest["shape"])
    hashes = manifest["hashes"]
    digests = iter([hashes[at : at + HASH_LENGTH] for at in range(0, len(hashes), HASH_LENGTH)])
    root = Node("", [], [])
    open_nodes = [root]
    for text, mark in tokens:
        if mark == "(":
            node = Node(next(digests), [], [])
            open_nodes[-1].branches.append((text, node))
            open_nodes.append(node)
        elif mark == ",":
            open_nodes[-1].bins.append((text, next(digests)))
        else:
            open_nodes.pop()
    return root.branches[0][1]


def _place(tree: Node, word: str) -> str:
    """Return the path of the shard that has the records of a word; "" when there are none."""
    node, key, rest = tree, "", f"{word} "
    while rest:
        branch = next((held for held in node.branches if held[0][0] == rest[0]), None)
        if branch is None:
            held = next((held for held in node.bins if rest[0] in held[0]), None)
            name = bin_name(key, held[0][0]) if held else branch_name(key)
            return f"{FOLDER}{name}.{held[1] if held else node.digest}.json"
        if not rest.startswith(branch[0]):
            return ""
        key, node, rest = key + branch[0], branch[1], rest[len(branch[0]) :]
    return f"{FOLDER}{branch_name(key)}.{node.digest}.json"
