"""What holds of every page: no barrier, nothing that juts out, nothing that breaks its policy.

A page is looked at twice, without loading it again. On the narrowest phone in dark colours every
rule of axe is asked. What is other on a desktop in light colours are colours, places, and a few
elements that are seen there alone: the rules about colours and places are asked again of the whole
page, and every rule of those elements. Of rows that are alike the first ones stand for all.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import Page

from tests.browser.pictures import keep_picture
from tests.browser.visiting import NARROW, WIDE

Scheme = Literal["light", "dark"]

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
# Axe leaves the size of targets out unless asked, though WCAG 2.2 AA has it (2.5.8).
EVERY_RULE = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}
# What depends on colours and places.
BY_LOOKS = {
    "resultTypes": ["violations"],
    "runOnly": [
        "color-contrast", "link-in-text-block", "scrollable-region-focusable", "target-size",
    ],
}  # fmt: skip
RUN = """async ([options, within]) => {
  const found = await axe.run(within ? { include: [within] } : document, options);
  return found.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary}`));
}"""
ROWS = 30
# Hides rows beyond the first, and notes which elements are seen.
SHORTEN = """(rows) => {
  window.beyond = [...document.querySelectorAll(`:is(tr, li, section):nth-child(n + ${rows + 1})`)];
  for (const one of window.beyond) one.style.display = "none";
  window.seenBefore = new Set(
    [...document.querySelectorAll("body *")].filter((one) => one.checkVisibility()));
}"""
MARK_NEW = """() => {
  const fresh = [...document.querySelectorAll("body *")]
    .filter((one) => one.checkVisibility() && !window.seenBefore.has(one));
  for (const one of fresh) one.setAttribute("data-new-here", "");
  return fresh.length;
}"""
RESTORE = """() => {
  for (const one of window.beyond) one.style.display = "";
  for (const one of document.querySelectorAll("[data-new-here]")) {
    one.removeAttribute("data-new-here");
  }
}"""
JUTTING = """() => {
  const out = ({ left, right, width }) => width > 1 && (right > innerWidth + 1 || left < -1);
  const hidden = ".skip, .hide, .scroll, [role=status], [hidden]";
  const found = [...document.querySelectorAll("body *")]
    .filter((element) => out(element.getBoundingClientRect()) && !element.closest(hidden));
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = document.createRange();
    text.selectNode(walker.currentNode);
    const { parentElement } = walker.currentNode;
    if (out(text.getBoundingClientRect()) && !parentElement.closest(hidden)) {
      found.push(parentElement);
    }
  }
  // The body clips what juts out, so that the page's own width alone wouldn't tell.
  if (document.documentElement.scrollWidth > innerWidth) found.push(document.documentElement);
  return found.map((element) => `juts out: ${element.outerHTML.slice(0, 160)}`);
}"""


@cache
def axe() -> str:
    """Read the script of axe, once."""
    return AXE.read_text("utf-8")


def show(page: Page, scheme: Scheme, screen: Any) -> None:
    """Show the page in light or dark colours on a screen; nothing moves."""
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.set_viewport_size(screen)


def violations(page: Page, options: Any = None, within: str = "") -> list[str]:
    """Ask axe about the page as it stands; gives a line for each element that breaks a rule.

    Asks every rule where no `options` are given; `within` is a selector of what is looked at.
    """
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(axe())
    found: list[str] = page.evaluate(RUN, [options or EVERY_RULE, within])
    return found


def barriers(page: Page, name: str = "") -> list[str]:
    """Look at a page in both ways; gives a line for each thing that is wrong with it.

    The page's scripts have to be on: without them axe never ends. Leaves the page as on a desktop
    in light colours. Under a `name` pictures of it are kept.
    """
    found: list[str] = page.evaluate("window.violations ?? []")
    show(page, "dark", NARROW)
    found += page.evaluate(JUTTING)
    _keep(page, name, NARROW["width"])
    page.evaluate(SHORTEN, ROWS)
    found += violations(page)
    show(page, "light", WIDE)
    found += violations(page, BY_LOOKS)
    if page.evaluate(MARK_NEW):
        found += violations(page, within="[data-new-here]")
    page.evaluate(RESTORE)
    _keep(page, name, WIDE["width"])
    return [f"{page.url} {one}" for one in found]


def _keep(page: Page, name: str, width: int) -> None:
    if name:
        keep_picture(page, f"{name}-{width}")
