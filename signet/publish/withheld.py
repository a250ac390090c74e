"""The texts of a record that the public must not see."""

from __future__ import annotations

from collections.abc import Iterable

from signet.register.model import Entry

SHORTEST_TELLING = 12  # characters; a shorter text may be on a page for another reason


def withheld(entries: Iterable[Entry], counting: Iterable[Entry]) -> list[str]:
    """Return the texts that the public must not see (STA-6, and conditions whose text is private).

    A text that an entry in force makes public is left out: publication may be directed after the
    decision.
    """
    hidden = [text for entry in entries for text in _texts(entry, public=False)]
    if not hidden:
        return []
    texts = [text for entry in counting for text in _texts(entry, public=True)]
    return [
        text
        for text in hidden
        if len(text) > SHORTEST_TELLING and not any(text in other for other in texts)
    ]


def _texts(entry: Entry, *, public: bool) -> list[str]:
    """Return an entry's decision or condition texts if they are public (or private) as asked."""
    data = entry.data
    if entry.kind == "decision_recorded" and bool(data.get("publication_directed_by")) == public:
        return [data["title"], data.get("summary", "")]
    if entry.kind == "condition_imposed" and data.get("published", True) == public:
        return [data["text"]]
    return []
