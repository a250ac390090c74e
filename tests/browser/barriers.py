"""What holds of every page: no barrier, nothing that juts out, nothing that breaks its policy.

A page is looked at twice, without loading it again: on the narrowest phone in dark colours and on a
desktop in light ones. Each time every rule of axe is asked, of the whole page but for repetition:
of rows, items and sections that differ in their words alone the first two stand for all, and a
masthead that was looked at on another page isn't looked at again.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import Page

from tests.browser.pictures import keep_picture
from tests.browser.visiting import NARROW, WIDE

Scheme = Literal["light", "dark"]

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
# Axe leaves the size of targets out unless asked, though WCAG 2.2 AA has it (2.5.8).
# None of its rules needs style sheets to be fetched again.
EVERY_RULE = {
    "resultTypes": ["violations"],
    "rules": {"target-size": {"enabled": True}},
    "preload": False,
}
RUN = """async ([options, without]) => {
  const found = await axe.run({ exclude: without.map((one) => [one]) }, options);
  return found.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary}`));
}"""
# What is around every page: where it is the same to the letter as on a page without barriers, axe
# isn't asked about it again.
AROUND = ("body > header", "body > footer")
FRAME = "(around) => around.map((one) => document.querySelector(one)?.outerHTML).join()"
_clean_frames: set[str] = set()
ALIKE = 2  # one after the other may be coloured otherwise
# Takes repetition out of the page; what differs in words and addresses alone is alike.
SHORTEN = """(most) => {
  const words = ["alt", "aria-controls", "aria-describedby", "aria-label", "aria-labelledby",
    "datetime", "for", "href", "id", "src", "title", "value"];
  const within = (one) =>
    one ? `${within(one.parentElement)}>${one.tagName}.${one.className}` : "";
  const shape = (row) => {
    const copy = row.cloneNode(true);
    for (const one of [copy, ...copy.querySelectorAll("*")]) {
      for (const name of words) if (one.getAttribute(name)) one.setAttribute(name, "");
    }
    const walker = document.createTreeWalker(copy, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      walker.currentNode.data = walker.currentNode.data.trim() && "words";
    }
    return within(row.parentElement) + copy.outerHTML;
  };
  const seen = new Map();
  window.beyond = [];
  for (const row of document.querySelectorAll("tr, li, section")) {
    const key = shape(row);
    seen.set(key, (seen.get(key) ?? 0) + 1);
    if (seen.get(key) > most) window.beyond.push([row, document.createComment("")]);
  }
  for (const [row, mark] of window.beyond) row.replaceWith(mark);
}"""
RESTORE = """() => {
  for (const [row, mark] of window.beyond.reverse()) mark.replaceWith(row);
}"""
# Asked of the whole page, since rows that are taken out could bring an id twice.
TWICE = """() => {
  const ids = [...document.querySelectorAll("[id]")].map((one) => one.id);
  return ids.filter((id, at) => ids.indexOf(id) < at).map((id) => `the id is there twice: ${id}`);
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


def violations(page: Page, without: Sequence[str] = ()) -> list[str]:
    """Ask axe about the page as it stands; gives a line for each element that breaks a rule.

    Elements in those that the selectors `without` name are left out.
    """
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(axe())
    found: list[str] = page.evaluate(RUN, [EVERY_RULE, without])
    return found


def barriers(page: Page, name: str = "") -> list[str]:
    """Look at a page in both ways; gives a line for each thing that is wrong with it.

    The page's scripts have to be on: without them axe never ends. Leaves the page as on a desktop
    in light colours. Under a `name` pictures of it are kept.
    """
    found: list[str] = page.evaluate("window.violations ?? []")
    show(page, "dark", NARROW)
    found += page.evaluate(JUTTING) + page.evaluate(TWICE)
    _keep(page, name, NARROW["width"])
    frame = page.evaluate(FRAME, AROUND)
    without = AROUND if frame in _clean_frames else ()
    page.evaluate(SHORTEN, ALIKE)
    found += violations(page, without)
    show(page, "light", WIDE)
    found += violations(page, without)
    page.evaluate(RESTORE)
    if not found:
        _clean_frames.add(frame)
    _keep(page, name, WIDE["width"])
    return [f"{page.url} {one}" for one in found]


def _keep(page: Page, name: str, width: int) -> None:
    if name:
        keep_picture(page, f"{name}-{width}")
