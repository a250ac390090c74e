"""The Jinja environment of the service pages: `site/services/` in the site's own shell."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote

from jinja2 import ChoiceLoader, DictLoader, Environment, FileSystemLoader, StrictUndefined

from signet import policy as policies
from signet.addresses import mailto
from signet.web import cookies, words

if TYPE_CHECKING:
    from signet.web.request import Request

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "site" / "services"
SHARED = ROOT / "site" / "shared"  # shared with the register's pages
SHELL = ROOT / "var" / "shell.html"
_ASSETS = re.compile(r"\{# assets ((?:\S+ ){3,})#\}")
SIGN_IN = "/services/account/sign-in"


class Asset(NamedTuple):
    """A style sheet or script: its URL, and the hash that browsers check its content against."""

    address: str
    integrity: str


class NoShell(Exception):
    """The shell that pages are rendered into is missing; the message says how to make it."""


def render(
    template: str, context: Mapping[str, Any], request: Request, *, known: bool = True
) -> str:
    """Render a page in the shell; `context` are its template context.

    Every template also has `me` (the Principal or None), `here` (the path), `sign_in_here` and the
    policy's words. With `known=False` no session is looked up that hasn't been: error pages must
    work even when the database doesn't.
    """
    me = request.maybe_principal if known else request.seen_principal
    back = request.target if request.method in ("GET", "HEAD") else ""
    common = {
        "me": me,
        "unsure": me is None and not known and cookies.SESSION in request.cookies,
        "here": request.path,
        "sign_in_here": sign_in(back),
    }
    jinja = environment(os.environ.get("SIGNET_SHELL") or str(SHELL))
    return jinja.get_template(template).render(common | dict(context))


def sign_in(back: str) -> str:
    """Return the URL for signing in, which leads back to a path of ours, if one is given."""
    return f"{SIGN_IN}?return={quote(back, safe='/')}" if back else SIGN_IN


def _assets(told: list[str]) -> dict[str, Asset]:
    """Return the assets by name, from the shell's list of name, address and hash."""
    rows = zip(told[::3], told[1::3], told[2::3], strict=True)
    return {name: Asset(address, integrity) for name, address, integrity in rows}


@cache
def environment(shell: str) -> Environment:
    """Return the Jinja environment for one shell, a file that `signet shell` made.

    Raises NoShell when the file is missing or isn't for services.
    """
    try:
        around = Path(shell).read_text(encoding="utf-8")
    except OSError as error:
        raise NoShell(f"{error}; make it with: signet shell --out {shell}") from None
    assets = _ASSETS.match(around)
    if assets is None:
        raise NoShell(f"{shell} isn't for services; make it with: signet shell --out {shell}")
    jinja = Environment(
        loader=ChoiceLoader(
            [DictLoader({"shell": around}), FileSystemLoader(TEMPLATES), FileSystemLoader(SHARED)]
        ),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
    )
    policy = policies.load()
    jinja.filters.update(
        day=words.day,
        plain_day=words.plain_day,
        moment=words.moment,
        lines=words.lines,
        role=words.role,
        mailto=mailto,
    )
    jinja.globals.update(
        counted=words.counted,
        role=words.role,
        regulator=policy.regulator,
        register_name=policy.regulator.register_name,
        contact=policy.regulator.contact,
        assets=_assets(assets[1].split()),
    )
    return jinja
