"""The decision on a stamp, from published documents alone (PER-6, PER-8; G 49, 53, 54, 70(3)).

`site/assets/check.js` decides in the same steps and under the same names; a test compares the two.
A part is good, bad or unclear, or a note, which decides nothing. The worst part decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from signet.publish.stamped.model import (
    Answer,
    Asked,
    Document,
    Documents,
    Mark,
    Part,
    covering,
    first_day,
    of_day,
)

FROM_WORST: tuple[Mark, ...] = ("bad", "unclear", "good")
_PLACE = re.compile(r"\{(\w+)\}(\.?)", re.ASCII)


def decide(asked: Asked, documents: Documents, rules: Mapping[str, Any]) -> Answer:
    """Return the answer to what is asked. Raises TooOld for documents without periods."""
    decision = _Decision(asked, documents, rules)
    parts = list(decision.parts())
    verdict = next(mark for mark in FROM_WORST if any(p["verdict"] == mark for p in parts))
    deciding = next(part for part in parts if part["verdict"] == verdict)
    return Answer(
        verdict=verdict,
        title=decision.title(verdict),
        sentence=decision.all_is_well() if verdict == "good" else deciding["text"],
        member=asked.member,
        permit=asked.permit,
        on=asked.on,
        field=asked.field,
        current_to=documents.current_to,
        sources=list(decision.sources()),
        parts=parts,
    )


def _ended(sentence: str) -> str:
    return sentence if not sentence or sentence[-1] in ".!?" else f"{sentence}."


@dataclass
class _Decision:
    """The steps of a decision; those of the permit and the field look at the member's first."""

    asked: Asked
    documents: Documents
    rules: Mapping[str, Any]

    def __post_init__(self) -> None:
        member, permit, on = self.documents.member, self.documents.permit, self.asked.on
        self.period, self.term = of_day(member, on), of_day(permit, on)
        self.scopes: list[Document] = []  # of the day, where they give a right to practise
        self.values = {
            **self.asked._asdict(),
            "on": self._day(on),
            "name": member["name"] if member else "",
            "holder": permit["name"] if permit else "",
            "current_to": self._day(self.documents.current_to),
            "others": self.rules["others"],
        }

    def parts(self) -> Iterator[Part]:
        """Yield the parts of the answer in the order in which they are shown."""
        if self.asked.on > self.documents.current_to:
            yield self._part("standing", "unclear", "standing.future")
        else:
            yield self._standing()
            yield from self._scope()
            yield from self._permit()
            yield from self._field()
            yield from self._conditions()
            yield from self._learned()
        yield self._untold()

    def title(self, verdict: Mark) -> str:
        """Return the answer in a few words."""
        conditional = verdict == "good" and self._conditions_of_day()
        return str(self.rules["titles"]["conditional" if conditional else verdict])

    def all_is_well(self) -> str:
        """Return the sentence for a stamp in which every part is good."""
        how = "responsible" if self._is_responsible() else "under"
        within = "within.conditions" if self._conditions_of_day() else "within.scope"
        return self._say(
            f"good.{how if self.term else 'own_name'}",
            in_field=self._say("in_field") if self.asked.field else "",
            within=self._say(within),
        )

    def sources(self) -> Iterator[str]:
        """Yield the addresses of the records that tell of the day."""
        if self.asked.on <= self.documents.current_to:
            if self.period:
                yield f"/register/members/{self.asked.member}/"
            if self.term:
                yield f"/register/permits/{self.asked.permit}/"

    # -- the member

    def _standing(self) -> Part:
        if self.documents.member is None:
            return self._part("standing", "unclear", "standing.nobody")
        if self.period is None:
            first = self._day(first_day(self.documents.member))
            return self._part("standing", "unclear", "standing.before", first=first)
        verdict, titles = self.period["verdict"], self.period["designations"]
        if verdict["reason"] in self.rules["not_known"]["member"]:
            return self._part("standing", "unclear", "standing.not_known")
        if verdict["answer"] == "permitted":
            codes = [code for code in titles if code in self.rules["practising"]]
            self.scopes = [s for s in self.period["scopes"] if s["designation"] in codes]
            since = self._day(verdict["since"] or self.period["first_day"])
            told = {"words": verdict["words"], "since": since, "titles": ", ".join(titles)}
            return self._part("standing", "good", "standing.permitted", **told)
        if verdict["words"] not in self.rules["standing_words"]:
            reason = verdict["reason"] or verdict["words"]
            return self._part("standing", "bad", "standing.forbidden", reason=reason)
        return self._titled(titles)

    def _titled(self, titles: Sequence[str]) -> Part:
        """Return the part on one in good standing whose titles allow no independent practice."""
        for title in titles:
            if beside := self.rules["beside"].get(title):
                told = {"title": title, "beside": beside}
                return self._part("standing", "unclear", "standing.beside", **told)
        key = "standing.titled" if titles else "standing.untitled"
        return self._part("standing", "bad", key, titles=", ".join(titles))

    def _scope(self) -> Iterator[Part]:
        if self.scopes:
            lines = [self._scope_line(scope) for scope in self.scopes]
            yield self._part("scope", "note", "scope.held", lines)

    def _scope_line(self, scope: Document) -> str:
        parts = [self._say("scope.head", **scope)]
        if scope["activities"]:
            listed = ", ".join(scope["activities"])
            parts.append(self._say("scope.activities", activities=listed))
        if scope["text"]:
            parts.append(scope["text"])
        if scope["limits"]:
            parts.append(self._say("scope.limits", **scope))
        return " ".join(_ended(part) for part in parts)

    # -- the permit

    def _permit(self) -> Iterator[Part]:
        if not self.asked.permit:
            yield self._part("permit", "note", "permit.none")
        elif self.documents.permit is None:
            yield self._part("permit", "unclear", "permit.unknown")
        elif self.term is None:
            first = self._day(first_day(self.documents.permit))
            yield self._part("permit", "unclear", "permit.before", first=first)
        else:
            yield self._in_force(self.term)
            if self.term["responsible_members"] and self.period:
                yield self._responsible(self.term)

    def _in_force(self, term: Document) -> Part:
        verdict = term["verdict"]
        reason = verdict["reason"] or verdict["words"]
        if reason in self.rules["not_known"]["permit"]:
            return self._part("permit", "unclear", "permit.not_known")
        if verdict["answer"] != "in_force":
            return self._part("permit", "bad", "permit.not_in_force", reason=reason)
        if verdict["words"] not in self.rules["answered_words"]:
            return self._part("permit", "bad", "permit.unanswered", reason=reason)
        since = self._day(verdict["since"] or term["first_day"])
        told = {"words": verdict["words"], "since": since}
        return self._part("permit", "good", "permit.in_force", **told)

    def _is_responsible(self) -> bool:
        named = self.term["responsible_members"] if self.term else ()
        return any(one["number"] == self.asked.member for one in named)

    def _responsible(self, term: Document) -> Part:
        if self._is_responsible():
            return self._part("responsible", "good", "responsible.is")
        lines = [self._say("member.named", **one) for one in term["responsible_members"]]
        return self._part("responsible", "note", "responsible.under", lines)

    # -- the field, the conditions, and what isn't told

    def _field(self) -> Iterator[Part]:
        if self.scopes and (self.asked.field or (self.term and self.term["fields"])):
            held = [scope["discipline"] for scope in self.scopes]
            if self.asked.field:
                yield self._one_field(held)
            elif self.term and not any(field in held for field in self.term["fields"]):
                fields = ", ".join(self.term["fields"])
                yield self._part("field", "bad", "field.apart", fields=fields)

    def _one_field(self, held: Sequence[str]) -> Part:
        field, term = self.asked.field, self.term
        if field not in held:
            return self._part("field", "bad", "field.outside")
        if term and term["fields"] and field not in term["fields"]:
            return self._part("field", "bad", "field.not_permit")
        if term and field in term["uncovered_fields"]:
            return self._part("field", "bad", "field.unanswered")
        return self._part("field", "good", "field.covered")

    def _conditions_of_day(self) -> list[str]:
        conditions = (
            [self._condition(one) for one in self.period["conditions"]] if self.period else []
        )
        if self.term:
            of_permit = self._say("condition.permit")
            conditions += [f"{of_permit} {self._condition(c)}" for c in self.term["conditions"]]
        return conditions

    def _condition(self, condition: Document) -> str:
        text = _ended(condition["text"]) or self._say("condition.private")
        since = condition["since"]
        return f"{text} {self._say('condition.since', since=self._day(since))}" if since else text

    def _conditions(self) -> Iterator[Part]:
        lines = self._conditions_of_day()
        if lines or self.scopes:
            key = "conditions.some" if lines else "conditions.none"
            yield self._part("conditions", "note", key, lines)

    def _learned(self) -> Iterator[Part]:
        """Yield what was recorded of the day after it, of the member and of the permit."""
        if self.period or self.term:
            lines = [*self._late(self.documents.member), *self._late(self.documents.permit)]
            key = "learned.some" if lines else "learned.nothing"
            yield self._part("learned", "note", key, lines)

    def _late(self, document: Document | None) -> Iterator[str]:
        for recorded, corrected, statement in self._statements(document):
            told = {"who": document["name"] if document else "", "statement": statement}
            if corrected:
                told["from"] = self._day(max(recorded, self.asked.on))
                yield self._say("learned.then", until=self._day(corrected), **told)
            elif recorded > self.asked.on:
                yield self._say("learned.now", recorded=self._day(recorded), **told)

    def _statements(self, document: Document | None) -> list[tuple[str, str, str]]:
        """Return what the register said of the day: from which day, until which, and the text."""
        runs: list[tuple[str, str, str]] = []
        for one in covering(document, self.asked.on):
            recorded, statement = one["recorded_on"], self._statement(one)
            if runs and runs[-1][2] == statement:
                recorded = runs.pop()[0]
            runs.append((recorded, one["corrected_on"], statement))
        return runs

    def _statement(self, one: Document) -> str:
        verdict = one["verdict"]
        reason = f" ({verdict['reason']})" if verdict["reason"] else ""
        parts = [f"{verdict['words']}{reason}"]
        if "scopes" in one:
            parts.append(", ".join(one["designations"]))
            parts += [self._scope_line(scope) for scope in one["scopes"]]
        else:
            named = [self._say("member.named", **other) for other in one["responsible_members"]]
            parts += [", ".join(one["fields"]), ", ".join(named)]
        parts += [self._condition(condition) for condition in one["conditions"]]
        return " ".join(_ended(part) for part in parts if part)

    def _untold(self) -> Part:
        lines = [self._say("untold.employed")] if self.term and not self._is_responsible() else []
        return self._part("untold", "note", "untold.genuine", lines)

    # -- words

    def _part(
        self, what: str, mark: Mark, key: str, lines: Sequence[str] = (), **more: str
    ) -> Part:
        title: str = self.rules["titles"][what]
        text = self._say(key, **more)
        return Part(what=what, title=title, verdict=mark, text=text, lines=list(lines))

    def _say(self, key: str, **more: Any) -> str:
        """Return a sentence with its words filled in; "Ltd." needs no second full stop."""
        values = {**self.values, **more}

        def filled(place: re.Match[str]) -> str:
            value: str = values[place[1]]
            return value if value.endswith(".") else value + place[2]

        return _PLACE.sub(filled, self.rules["sentences"][key])

    def _day(self, iso: str) -> str:
        year, month, day = iso.split("-")
        return f"{int(day)} {self.rules['months'][int(month) - 1]} {int(year)}"
