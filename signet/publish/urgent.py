"""Publishing named records at once: a suspension can't wait for the nightly build.

The pages and documents of these records, those of the permits and responsible members they affect,
and their entries in the look-up and the scope search are made by the same code as in the nightly
build, and verified. Browse and scope lists, the feed and the downloads follow with the next whole
build, which reconciles everything.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from signet.publish import records, verify
from signet.publish.agreement.runs import Chosen, Disputed, of_others, until_agreed
from signet.publish.batch import Batch
from signet.publish.lookup import patch
from signet.publish.report import Report
from signet.publish.scope_search import patch as scope_patch
from signet.publish.steps import Build, Steps
from signet.publish.target.staging import Staging
from signet.register.model import PermitRecord, Subject

LOGGER = logging.getLogger("signet.publish")


class NothingPublished(Exception):
    """There is no site yet that named records could be published to."""


class CannotName(Exception):
    """A word doesn't name a record; the message says which form is expected."""


@dataclass(frozen=True, slots=True)
class Concerned:
    """The records to publish: the named ones and those whose pages mention them."""

    members: frozenset[str]
    permits: tuple[PermitRecord, ...]


def concerned(
    members: frozenset[str], permits: frozenset[str], records: Iterable[PermitRecord]
) -> Concerned:
    """Return the records whose pages change when these members and permits do (SCO-3, PER-5).

    A member's standing may change a permit's verdict, which the pages of all its responsible
    members show.
    """
    touched = []
    others: set[str] = set()
    for record in records:
        named = {responsibility.member for responsibility in record.responsibilities}
        if record.number in permits:
            others |= named
        if record.number in permits or named & members:
            touched.append(record)
            others |= {responsibility.member for responsibility in record.answering()}
    return Concerned(members | others, tuple(touched))


def publish(build: Build, members: frozenset[str], permits: frozenset[str]) -> Report:
    """Publish named records, by number, to a site that was built before.

    Raises NothingPublished, VerificationFailed, ReleaseError or InputProblems; then nothing was
    published.
    """
    with build.target.locked():
        published = build.target.published()
        if not published:
            raise NothingPublished("there is no site to publish to: run a whole build first")

        def once(chosen: Chosen) -> Report:
            staging = build.target.staging(published)
            staging.digests.update(published)
            return _Urgent(build, staging, chosen, members, permits).all()

        return until_agreed(once, build.policy)


class _Urgent(Steps):
    """The publishing of named records while it runs."""

    def __init__(
        self,
        build: Build,
        staging: Staging,
        chosen: Chosen,
        members: frozenset[str],
        permits: frozenset[str],
    ) -> None:
        super().__init__(build, staging, chosen)
        self.named = {"members": members, "permits": permits}

    def all(self) -> Report:
        pages = self.make_pages()
        self.stage_current_styles()
        permits = self.read_permits()
        affected = concerned(self.named["members"], self.named["permits"], permits)
        needed = affected.members | records.spoken_of(affected.permits, self.histories)
        answered = {m: p for m, p in records.answered_by(permits).items() if m in needed}
        self.answering.read(permit for stored in answered.values() for permit in stored)
        self.watch.lap("snapshot")
        desk = self.desk(pages, affected.permits, answered)
        new_batch = records.members(desk, self.build.source.some_members(needed))
        known = new_batch.responsible, new_batch.names
        made_permits = records.permits(desk, affected.permits, self.answering, *known)
        self._agree(new_batch, made_permits)
        self.watch.lap("records")
        for batch in (new_batch, made_permits):
            self.staging.take(batch.digests, batch.changed)
        self._remove_what_is_gone(new_batch, made_permits)
        self._patch_lookup(new_batch, made_permits)
        self._patch_scope_search(new_batch)
        self.watch.lap("lookup")
        self._verify(new_batch, made_permits)
        self.watch.lap("verify")
        deleted = self.build.target.release(self.staging)
        self.watch.lap("release")
        return self.report(len(new_batch.numbers), len(made_permits.numbers), len(deleted))

    def permit(self, raw: Any) -> PermitRecord | None:
        """Return a permit, or None if it can't be read, unless it is one of the named ones.

        What is published of it stays. A suspension doesn't wait because of an error in some other
        permit: the next whole build fails on that one, and an operator is told.
        """
        try:
            return super().permit(raw)
        except Exception as error:
            if raw.number in self.named["permits"]:
                raise
            LOGGER.error(
                "permit not read", extra={"permit": raw.number, "kind": type(error).__name__}
            )
            return None

    def _remove_what_is_gone(self, new_batch: Batch, made_permits: Batch) -> None:
        """Remove the files of a named record that is no longer public."""
        for kind, batch in (("members", new_batch), ("permits", made_permits)):
            for number in self.named[kind] - set(batch.numbers):
                for name in ("index.html", "index.json"):
                    self.staging.digests.pop(f"register/{kind}/{number}/{name}", None)

    def _patch_lookup(self, new_batch: Batch, made_permits: Batch) -> None:
        statements: dict[str, bytes | None] = {
            f"{kind[:-1]} {number}": None for kind, names in self.named.items() for number in names
        }
        statements |= {
            i.key: i.content for batch in (new_batch, made_permits) for i in batch.looked_up
        }
        published = self.staging.published_digests
        for path, content in patch.patched(published, self.build.target.read, statements).items():
            self.staging.add(path, content)

    def _patch_scope_search(self, batch: Batch) -> None:
        """Take those out who may not practise, and update the others."""
        numbers = self.named["members"] | set(batch.numbers)
        people: dict[str, bytes | None] = dict.fromkeys(f"member {number}" for number in numbers)
        people |= {person.key: person.content for person in batch.entitled}
        published = self.staging.published_digests
        for path, content in scope_patch.patched(published, self.build.target.read, people).items():
            self.staging.add(path, content)

    def _agree(self, batch: Batch, made_permits: Batch) -> None:
        """Check that the outputs agree on every record. Raises Disputed when they don't."""
        disputes = [*batch.disputes, *made_permits.disputes]
        verdicts = {**batch.verdicts, **made_permits.verdicts}
        disputes += of_others([*batch.named, *made_permits.named], verdicts, self.build.policy)
        if disputes:
            raise Disputed(disputes)

    def _verify(self, batch: Batch, made_permits: Batch) -> None:
        links = batch.links | made_permits.links
        problems = [*batch.errors, *made_permits.errors]
        problems += [
            f"the link {link} leads nowhere"
            for link in sorted(links)
            if not verify.resolves(link, self.staging.digests)
        ]
        if problems:
            raise verify.VerificationFailed(problems)


def named(words: Iterable[str]) -> tuple[frozenset[str], frozenset[str]]:
    """Return the members and permits that words such as member/100064 name.

    Raises CannotName with the word that names neither.
    """
    by_subject: dict[Subject, set[str]] = {"member": set(), "permit": set()}
    for word in words:
        subject, _, number = word.partition("/")
        if subject == "member" and number:
            by_subject["member"].add(number)
        elif subject == "permit" and number:
            by_subject["permit"].add(number)
        else:
            raise CannotName(f"{word!r} is not member/NUMBER or permit/NUMBER")
    return frozenset(by_subject["member"]), frozenset(by_subject["permit"])
