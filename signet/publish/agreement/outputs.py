"""The finished outputs of one record: what each says, and what is published when they differ."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple, TypeVar

from signet.policy import Policy
from signet.publish.agreement import marks
from signet.publish.agreement.marks import NotStated, Statement
from signet.publish.agreement.strictest import agree, strictest
from signet.publish.lookup.corpus import Indexed
from signet.publish.public import Headline

Content = TypeVar("Content", str, bytes)
_NOT_THERE = (NotStated, ValueError, LookupError, TypeError)


class Dispute(NamedTuple):
    """A record on which outputs differ: the verdict to publish, and the message for the report."""

    key: str  # "member 100001", "permit P-1"
    headline: Headline
    message: str


@dataclass(frozen=True, slots=True)
class Outputs:
    """All that is published of one record, finished. `columns` are those of the `line`."""

    key: str
    html: str
    document: bytes
    row: str
    result: Indexed
    line: bytes
    columns: tuple[str, ...]

    def all_say(self, meant: Headline) -> bool:
        """Tell whether each output states this verdict, without parsing them: the usual case.

        False for a verdict without a date, which has to be parsed: the text of a page that does
        give a date begins the same way.
        """
        expected = marks.fragments(meant)
        return (
            meant.since != ""
            and (meant.allows != "" or marks.allowed(self.html) == "")
            and all(fragment in self.html for fragment in expected.html)
            and expected.row in self.row
            and expected.document in self.document
            and expected.line in self.line
            and marks.result(self.result.content) == Statement(meant.words, meant.tone)
        )

    def statements(self) -> Iterator[tuple[str, Statement | None]]:
        """Yield what each output says; None where it states no verdict."""
        yield "page", _heard(marks.page, self.html)
        yield "description", _heard(marks.description, self.html)
        yield "preview", _heard(marks.preview, self.html)
        yield "structured data", _heard(marks.structured, self.html)
        yield "JSON", _heard(marks.document, self.document)
        yield "list", _heard(marks.row, self.row)
        yield "look-up", _heard(marks.result, self.result.content)
        yield "CSV", _heard(lambda content: marks.line(content, self.columns), self.line)

    def with_verdict(self, headline: Headline) -> Outputs:
        """Return the outputs with this verdict put into each. Raises Unsaid if one has no place."""
        html = marks.page_with(self.html, headline)
        html = marks.description_with(html, headline)
        content = marks.result_with(self.result.content, headline)
        return replace(
            self,
            html=marks.structured_with(html, headline),
            document=marks.document_with(self.document, headline),
            row=marks.row_with(self.row, headline),
            result=self.result._replace(content=content),
            line=marks.line_with(self.line, self.columns, headline),
        )

    def others(self) -> Iterator[tuple[str, Statement]]:
        """Yield what page and document say of the other records that they name."""
        yield from marks.others(self.html)
        yield from marks.named(self.document)

    def with_others(self, chosen: Mapping[str, Headline]) -> Outputs:
        """Return the outputs with these verdicts on the records that they name."""
        return replace(
            self,
            html=marks.others_with(self.html, chosen),
            document=marks.named_with(self.document, chosen),
        )


def _heard(read: Callable[[Content], Statement], content: Content) -> Statement | None:
    try:
        return read(content)
    except _NOT_THERE:
        return None


def settled(
    outputs: Outputs, meant: Headline, chosen: Mapping[str, Headline], policy: Policy
) -> tuple[Outputs, Dispute | None]:
    """Return the outputs to publish, and the dispute if they differ.

    `meant` is the verdict they were made from. `chosen` holds the verdicts that an earlier run
    chose for records on which outputs differed; where a record's outputs still differ, its chosen
    verdict is put into each.
    """
    if chosen:
        outputs = outputs.with_others(chosen)
    if outputs.all_say(meant):
        return outputs, None
    statements = list(outputs.statements())
    if agree(one for _, one in statements):
        return outputs, None
    if outputs.key in chosen:
        again = _with(outputs, chosen[outputs.key])
        if agree(one for _, one in again.statements()):
            return again, None
    headline = strictest(outputs.key, meant, (one for _, one in statements), policy)
    return outputs, Dispute(
        outputs.key, headline, dispute_message(outputs.key, statements, headline)
    )


def _with(outputs: Outputs, headline: Headline) -> Outputs:
    try:
        return outputs.with_verdict(headline)
    except _NOT_THERE:
        return outputs


def dispute_message(key: str, said: list[tuple[str, Statement | None]], headline: Headline) -> str:
    """Return the message for the person who investigates the difference."""
    by_words: dict[str, list[str]] = {}
    for name, one in said:
        by_words.setdefault(_quoted(one), []).append(name)
    parts = [f"{', '.join(names)}: {words}" for words, names in by_words.items()]
    return f"{key}: {'; '.join(parts)}. Published everywhere: “{headline.words}”"


def _quoted(said: Statement | None) -> str:
    if said is None:
        return "no verdict"
    rest = [part for part in said[1:] if part not in ("", marks.NOT_SAID)]
    return f"“{said.words}”" + (f" ({', '.join(rest)})" if rest else "")
