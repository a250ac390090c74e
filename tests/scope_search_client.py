"""The scope search's own script, run by Node against the files of a site, its requests counted."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from signet.publish.scope_search import FOLDER
from tests.lookup_client import SCRIPT as LOOKUP
from tests.lookup_client import Client

SCRIPT = LOOKUP.with_name("scope-search.js")

HARNESS = """
const { stem, stems, beginning, ScopeFinder } = require(process.argv[1]);
const fs = require("node:fs");
const readline = require("node:readline");
const plain = ({ matches, complete, count, counts, left }) => ({
  people: matches.map(({ person, scopes, inLimits }) => ({
    number: person.number, name: person.name, city: person.city, conditions: person.conditions,
    permits: person.permits, limits: inLimits, scopes: scopes.map((scope) => scope.text),
  })),
  complete, count, left,
  counts: Object.fromEntries(
    Object.entries(counts).map(([of, map]) => [of, Object.fromEntries(map)]),
  ),
});
const acts = {
  stems: (texts) => texts.map((text) => [stems(text), text.split(" ").map(stem), beginning(text)]),
  async find([folder, wanted, whole]) {
    const requests = [];
    const finder = new ScopeFinder(async (path) => {
      requests.push(path);
      const file = `${folder}/${path}`;
      return fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, "utf8")) : null;
    });
    const first = plain(await finder.find(wanted));
    const asked = requests.length;
    const all = whole && !first.complete ? plain(await finder.all(wanted)) : first;
    const lost = whole && !all.people.length;
    const near = lost ? await finder.near(wanted.words || "") : { word: "", near: [] };
    return { ...all, first: requests.slice(0, asked), later: requests.slice(asked), near };
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
class Found:
    """Who was found, how many there are, and what was fetched for it."""

    people: list[dict[str, Any]]
    complete: bool
    count: int | None
    left: int
    counts: dict[str, dict[str, int]]
    first: list[str]
    later: list[str]
    near: dict[str, Any]

    def numbers(self) -> list[str]:
        return [person["number"] for person in self.people]


class ScopeClient(Client):
    """The script at work on the files of a site, as for a visitor with nothing fetched before."""

    def __init__(self, site: Path) -> None:
        super().__init__(site, HARNESS, SCRIPT)
        self._site = site

    def stems(self, texts: list[str]) -> list[tuple[list[str], list[str], str]]:
        """Return of each text its stems, the stem of each of its words, and its beginning."""
        return [(found, each, begun) for found, each, begun in self._ask("stems", texts)]

    def people(self, words: str = "", **filters: str) -> Found:
        """Return the first answer to words and filters."""
        return self._found({"words": words, **filters}, whole=False)

    def everybody(self, words: str = "", **filters: str) -> Found:
        """Return the complete answer, however many requests that takes."""
        return self._found({"words": words, **filters}, whole=True)

    def _found(self, wanted: dict[str, str], *, whole: bool) -> Found:
        return Found(**self._ask("find", [str(self._site / FOLDER), wanted, whole]))
