"""The MkDocs hook of the guidance pages: the policy pack as template context in Markdown and theme.

A guidance page may say `{{ regulator.short_name }}`, or loop over `policy.designations`, so that a
page never repeats a list that the pack already has.
"""

from __future__ import annotations

from typing import Any

from jinja2 import Environment, StrictUndefined, TemplateError
from mkdocs.exceptions import PluginError

from signet import policy as policies
from signet.publish import site
from signet.publish.render import assets


def _page_context(config: Any) -> dict[str, Any]:
    """Return the template context: what the build gives, or the defaults under `mkdocs serve`."""
    extra = config.extra
    policy = extra.get("policy") or policies.load()
    return {
        "policy": policy,
        "regulator": policy.regulator,
        "site": extra.get("site") or site.from_environment(),
    }


def on_env(env: Environment, config: Any, **_: Any) -> Environment:
    """Give the theme the policy, the site's settings, the addresses of assets and their hashes."""
    env.trim_blocks = env.lstrip_blocks = True
    env.globals.update(_page_context(config), asset=assets.address, integrity=assets.integrity)
    return env


def on_page_markdown(markdown: str, page: Any, config: Any, **_: Any) -> str:
    """Fill in a guidance page. Raises PluginError with the page's name if a variable is unknown."""
    env = Environment(
        autoescape=False,  # noqa: S701 - Markdown of the repository's own, not yet HTML
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    try:
        return env.from_string(markdown).render(_page_context(config))
    except TemplateError as error:
        raise PluginError(f"guidance page {page.file.src_uri}: {error}") from error
