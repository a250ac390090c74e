"""The shell: MkDocs run once for the guidance pages and for the empty page the register fills."""

from __future__ import annotations

import logging
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from signet.policy import Policy
from signet.publish.render import assets
from signet.publish.site import Site

ROOT = Path(__file__).resolve().parents[3]
_EMPTY_PAGE = "404.html"
JOBS = "<!--jobs-->"  # placeholder of the link to the career centre, on a site that has one
JOBS_WAY = "<!--jobs-way-->"  # placeholder of the front page's section on it
WAY = (
    '<h2 id="jobs">Jobs</h2>\n<p>Positions for technology professionals, posted by those who '
    'hire. <a href="/jobs/">See the jobs that are open</a>, '
    'or <a href="/services/jobs/">post one</a>.</p>'
)
_JOBS_LINK = '<li><a href="/jobs/"{}>Jobs</a></li>'
_MARKER = re.compile(r"<!--signet:(\w+)-->(?:(.*?)<!--/signet:\1-->)?", re.DOTALL)
_JINJA = re.compile(r"\{(?=[{%#])")


class ShellError(Exception):
    """A guidance page or the theme is broken; the message says which and how."""


@dataclass(frozen=True)
class Shell:
    """`template` is Jinja source with blocks to fill; `files` are published as they are.

    The paths of `files` are relative to the site's root.
    """

    template: str
    files: dict[str, bytes]


def build(policy: Policy, site: Site, *, root: Path = ROOT) -> Shell:
    """Render the guidance pages under `root` and compile the shell.

    The same sources, policy and settings give the same bytes. Raises ShellError when MkDocs warns
    of anything: a dead link between guidance pages, an unknown variable, a page left out.
    """
    with tempfile.TemporaryDirectory(prefix="signet-shell-") as folder:
        _run_mkdocs(policy, site, root, Path(folder))
        pages = _pages(Path(folder))
    empty = pages.pop(_EMPTY_PAGE).decode("utf-8")
    published = {asset.path: asset.content for asset in assets.collect().values()}
    return Shell(template=_template(empty), files={**published, **pages})


def with_jobs(shell: Shell, *, present: bool) -> Shell:
    """Return the shell with or without links to a career centre, as `present` says."""
    in_template = _JOBS_LINK.format("{% block at_jobs %}{% endblock %}") if present else ""
    in_files = {JOBS: _JOBS_LINK.format("") if present else "", JOBS_WAY: WAY if present else ""}

    def filled(content: bytes) -> bytes:
        for marker, words in in_files.items():
            content = content.replace(marker.encode(), words.encode())
        return content

    files = {
        path: filled(content) if path.endswith(".html") else content
        for path, content in shell.files.items()
    }
    return Shell(shell.template.replace(JOBS, in_template), files)


def _run_mkdocs(policy: Policy, site: Site, root: Path, out: Path) -> None:
    # Material prints a notice about its successor when it is loaded unless this is set.
    os.environ.setdefault("NO_MKDOCS_2_WARNING", "true")
    from mkdocs.commands.build import build as build_site
    from mkdocs.config import load_config
    from mkdocs.exceptions import MkDocsException

    with _listening() as complaints:
        try:
            config = load_config(
                str(root / "mkdocs.yml"),
                site_dir=str(out),
                site_name=policy.regulator.register_name,
                site_url=f"{site.url}/",
            )
            config.extra.update(policy=policy, site=site)
            build_site(config)
        except (MkDocsException, assets.AssetError) as error:
            complaints.append(str(error))
    if complaints:
        raise ShellError("guidance pages: " + "; ".join(complaints))


class _Collector(logging.Handler):
    def __init__(self, found: list[str]) -> None:
        super().__init__(logging.WARNING)
        self.found = found

    def emit(self, record: logging.LogRecord) -> None:
        self.found.append(record.getMessage())


@contextmanager
def _listening() -> Iterator[list[str]]:
    """Collect MkDocs' warnings instead of printing them."""
    logger = logging.getLogger("mkdocs")
    before = logger.propagate, logger.level
    messages: list[str] = []
    handler = _Collector(messages)
    logger.addHandler(handler)
    logger.propagate = False
    logger.setLevel(logging.WARNING)
    try:
        yield messages
    finally:
        logger.removeHandler(handler)
        logger.propagate, logger.level = before[0], before[1]


def _pages(folder: Path) -> dict[str, bytes]:
    """Return the HTML that MkDocs wrote, without its assets, search index and sitemap."""
    return {
        file.relative_to(folder).as_posix(): _tidy(file.read_bytes())
        for file in sorted(folder.rglob("*.html"))
    }


def _tidy(html: bytes) -> bytes:
    return b"\n".join(line for line in html.splitlines() if line.strip()) + b"\n"


def _template(html: str) -> str:
    """Return Jinja source made from the empty page: its markers as blocks, all else literal."""
    parts: list[str] = []
    end = 0
    for marker in _MARKER.finditer(html):
        parts.append(_literal(html[end : marker.start()]))
        name, default = marker[1], _literal(marker[2] or "")
        parts.append(f"{{% block {name} %}}{default}{{% endblock %}}")
        end = marker.end()
    parts.append(_literal(html[end:]))
    return "".join(parts)


def _literal(text: str) -> str:
    return _JINJA.sub("{{ '{' }}", text)
