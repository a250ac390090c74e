"""Hugo, writing as many pages through the same shell and one JSON document beside each record.

What it is given, and why that is fair, is told in docs/benchmarks.md.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from pathlib import Path
from typing import Any

from signet import policy as policies
from signet.publish import site as sites
from signet.publish.render import shell as shells
from signet.publish.render import templates
from tests.bench.commands import LOG, BenchError, Spent, run

LAYOUTS = Path(__file__).parent / "hugo_layouts"
BLOCKS = ("title", "description", "head", "header_search", "crumbs", "content")
_BLOCK = re.compile(r"\{% block (\w+) %\}(.*?)\{% endblock %\}", re.DOTALL)
_LINKED = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)
_ENDS = re.compile(r'<p class="ends">.*?</p>')
_NOTES = re.compile(r'<p class="verdict__more">(.*?)</p>')
_MAIN = re.compile(r"<main[^>]*>(.*?)</main>", re.DOTALL)
_TITLE = re.compile(r"<title>(.*?)( – [^–]*)?</title>")
_BRACE = "{{ '{' }}"
# The little that Hugo can be spared: its locks, its reading of file times, its other page kinds.
FLAGS = ("--noBuildLock", "--noTimes", "--noChmod", "--quiet")
UNUSED = ("home", "section", "taxonomy", "term", "RSS", "sitemap", "robotsTXT", "404")


def version() -> str | None:
    """Hugo's version, or None when this machine has no Hugo; as root on Debian it is installed."""
    if not shutil.which("hugo") and shutil.which("apt-get") and os.geteuid() == 0:
        try:
            run(["apt-get", "install", "-y", "--no-install-recommends", "hugo"])
        except BenchError:
            return None
    if not shutil.which("hugo"):
        return None
    run(["hugo", "version"])
    said = LOG.read_text(encoding="utf-8")
    found = re.search(r"v(\d+\.\d+\.\d+)", said)
    return found[1] if found else said.strip()


def build(project: Path, site: Path) -> Spent:
    """Write the site into a folder that isn't there yet."""
    return run(["hugo", "--source", project, "--destination", site, *FLAGS])


def prepare(project: Path, built: Path) -> None:
    """Write a Hugo project that makes the pages of a built site again.

    Members and permits are front matter for Hugo's own templates; each other page comes as
    finished blocks for the same shell.
    """
    policy = policies.load()
    made = shells.with_jobs(shells.build(policy, sites.from_environment()), present=False)
    _write_layouts(project / "layouts" / "_default", made.template)
    settings = _settings(templates.environment(made.template, policy).globals)
    _write(project / "config.json", json.dumps(settings, ensure_ascii=False, default=str))
    reader = BlockReader(made.template)
    for number, page in enumerate(sorted(built.rglob("*.html"))):
        where = page.relative_to(built)
        record = page.with_name("index.json")
        if record.exists() and where.parts[1] in ("members", "permits"):
            place = project / "content" / where.parent.with_name(f"{where.parent.name}.html")
            _write(place, _record(page, record, where.parts[1][:-1]))
        else:
            ready = project / "content" / "ready" / f"{number}.html"
            _write(ready, _ready(where.as_posix(), reader.blocks(page.read_text("utf-8"))))


def _settings(known: Any) -> dict[str, Any]:
    return {
        "baseURL": "http://127.0.0.1:8000/",
        "disableKinds": UNUSED,
        "disablePathToLower": True,
        "outputs": {"page": ["HTML", "JSON"]},
        "timeout": "600s",
        "params": {
            "icons": known["icons"],
            "name_kinds": known["name_kinds"],
            "good": sorted(known["good_statuses"]),
            "statuses": known["status_names"],
            "permit_statuses": known["permit_status_names"],
            "contact": known["contact"],
            "as_at": known["as_at"],
            "register_name": known["register_name"],
        },
    }


def _write_layouts(folder: Path, template: str) -> None:
    parts = (LAYOUTS / "parts.html").read_text("utf-8")
    document = (LAYOUTS / "record.json").read_text("utf-8")
    for kind in ("member", "permit"):
        _write(folder / f"{kind}.html", (LAYOUTS / f"{kind}.html").read_text("utf-8") + parts)
        _write(folder / f"{kind}.json", document)
    _write(folder / "ready.html", (LAYOUTS / "ready.html").read_text("utf-8"))
    _write(folder / "baseof.html", go_template(template))


def go_template(shell: str) -> str:
    """Return the shell as Hugo's base template: same text, same blocks, same defaults."""
    text = shell.replace(_BRACE, "{")
    if "{{" in text:
        raise BenchError("the shell holds braces that Hugo would take for its own")
    return _BLOCK.sub(r'{{ block "\1" . }}\2{{ end }}', text)


def _record(page: Path, record: Path, kind: str) -> str:
    linked = _LINKED.search(page.read_text("utf-8"))
    front: dict[str, Any] = {
        "layout": kind,
        "linked": linked[1] if linked else "{}",
        "record": json.loads(record.read_text("utf-8")),
    }
    if kind == "member":
        front["practising"] = any(d["practises"] for d in front["record"]["designations"])
    else:
        notes = _NOTES.search(page.read_text("utf-8"))
        front["notes"] = notes[1] if notes else ""
        ends = _ENDS.search(page.read_text("utf-8"))
        front["ends"] = ends[0] if ends else ""
    return json.dumps(front, ensure_ascii=False) + "\n"


def _ready(path: str, blocks: dict[str, str]) -> str:
    address = f"/{path.removesuffix('index.html')}"
    front = {"layout": "ready", "url": address, "outputs": ["html"], "blocks": blocks}
    return json.dumps(front, ensure_ascii=False) + "\n"


class BlockReader:
    """Finds in a page what filled each block of the shell."""

    def __init__(self, shell: str) -> None:
        parts = _BLOCK.split(shell.replace(_BRACE, "{"))
        pattern = [_spaced(parts[0])]
        for at in range(1, len(parts), 3):
            pattern += [f"(?P<{parts[at]}>.*?)", _spaced(parts[at + 2])]
        self._pattern = re.compile("".join(pattern), re.DOTALL)

    def blocks(self, html: str) -> dict[str, str]:
        """Return what filled the blocks; of a guidance page its title and main part."""
        found = self._pattern.fullmatch(html)
        if found:
            return {name: found.group(name) for name in BLOCKS}
        title, main = _TITLE.search(html), _MAIN.search(html)
        if title is None or main is None:
            raise BenchError("a page has no title or no main part")
        return {**dict.fromkeys(BLOCKS, ""), "title": title[1], "content": main[1]}


def _spaced(text: str) -> str:
    """Return a pattern for the text, whatever white space stands where it has some."""
    return r"\s*".join(map(re.escape, re.split(r"\s+", text)))


def _write(place: Path, text: str) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text, encoding="utf-8")
