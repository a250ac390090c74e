"""`signet shell`: the page that the services' pages are rendered into."""

from __future__ import annotations

import argparse
import os
import tempfile
from pathlib import Path
from typing import Any

from signet import policy as policies
from signet.publish import site as sites
from signet.publish.render import assets, shell

DEFAULT_OUT = Path("var/shell.html")
SERVICE_ASSETS = ("services.css", "lookup.js", "complaint.js", "typed.js", "upload.js")


def add_parser(commands: Any) -> None:
    """Add the command's parser."""
    parser = commands.add_parser(
        "shell",
        help="write the page that the services' pages are rendered into",
        description="Write the site's empty page as a template, for the functions that answer "
        "under /services/. Write it again whenever the site's theme, style sheets or policy pack "
        "change; SIGNET_SITE_URL and SIGNET_NOTICE apply as in a build.",
    )
    parser.add_argument(
        "--out", type=Path, default=DEFAULT_OUT, metavar="FILE", help=f"default: {DEFAULT_OUT}"
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Write the shell, atomically."""
    new_shell = shell.build(policies.load(), sites.from_environment())
    text = for_services(new_shell.template)
    out: Path = options.out
    out.parent.mkdir(parents=True, exist_ok=True)
    # Functions running meanwhile read either the old file or the new one.
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=out.parent, delete=False) as file:
        file.write(text)
    Path(file.name).chmod(0o644)
    os.replace(file.name, out)
    return 0


def for_services(template: str) -> str:
    """Return the site's shell, with a comment that lists the addresses of the services' assets.

    The addresses contain a hash of the content, which only the build knows. Register pages, which
    need none of these assets, can be rendered into the same shell.
    """
    message = " ".join(f"{n} {assets.address(n)} {assets.integrity(n)}" for n in SERVICE_ASSETS)
    new_shell = shell.with_jobs(shell.Shell(template, {}), present=policies.load().jobs is not None)
    return f"{{# assets {message} #}}{new_shell.template}"
