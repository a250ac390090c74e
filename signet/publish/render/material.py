"""Material's style sheet, without the rules for parts that this site doesn't have.

The register has its own head, header, navigation, search and footer; of Material it uses the
ground: how text, lists, tables and code look. That is a third of the sheet's weight.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

import tinycss2
from tinycss2.ast import Node

USED = frozenset({"md-typeset"})
_CLASS = re.compile(r"\.(-?[_a-zA-Z][\w-]*)")
# A rule for what is *not* of a class applies here too.
_NOT = re.compile(r":not\([^()]*\)")
_CONDITIONAL = frozenset({"media", "supports", "layer", "container"})
# The content security policy forbids such pictures. The browser would still load one, and report a
# violation, if it laid out the page before our own sheets, which hide them. So they are made blank.
_PICTURE_IN_ADDRESS = re.compile(r"""url\((["'])data:.*?\1\)""")


def reduced(sheet: str) -> str:
    """Return the rules of a sheet that can apply to this site's pages, in their order."""
    rules = tinycss2.parse_stylesheet(sheet, skip_comments=True, skip_whitespace=True)
    return _PICTURE_IN_ADDRESS.sub("linear-gradient(#0000,#0000)", "".join(_rules(rules)))


def _rules(rules: Iterable[Node]) -> Iterator[str]:
    for rule in rules:
        if rule.type == "qualified-rule":
            kept = [one for one in _selectors(rule.prelude) if _applies(one)]
            if kept:
                yield f"{','.join(kept)}{{{tinycss2.serialize(rule.content)}}}"
        elif rule.type == "at-rule" and rule.lower_at_keyword in _CONDITIONAL and rule.content:
            inner = "".join(_rules(tinycss2.parse_rule_list(rule.content, True, True)))
            if inner:
                yield f"@{rule.at_keyword}{tinycss2.serialize(rule.prelude)}{{{inner}}}"
        # Of all others, animations of Material's parts and fonts, nothing is used here.


def _selectors(prelude: Sequence[Node]) -> list[str]:
    """Return the selectors of a rule, which commas part."""
    parts: list[list[Node]] = [[]]
    for token in prelude:
        if token.type == "literal" and token.value == ",":
            parts.append([])
        else:
            parts[-1].append(token)
    return [tinycss2.serialize(part).strip() for part in parts]


def _applies(selector: str) -> bool:
    """Tell whether a selector can match a page without Material's parts."""
    needed = _NOT.sub("", selector)
    return "[data-md" not in needed and USED.issuperset(_CLASS.findall(needed))
