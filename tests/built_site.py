"""Sites built in tests: the real pipeline, from records to a folder; only its shell is made once.

`Ledger` keeps made-up entries and writes them as a folder of the exchange format, the way an
association would hand its records over.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any

from signet import policy as policies
from signet.demo.sample import generate
from signet.publish import pipeline
from signet.publish.progress import Progress
from signet.publish.render import shell
from signet.publish.report import Report
from signet.publish.site import Site
from signet.publish.snapshot import FolderSource, Source
from signet.publish.steps import Build
from signet.publish.target.release import FolderTarget
from signet.register.exchange.write import write_folder
from signet.register.model import Entry, Subject
from signet.register.payloads import canonical

DAY = date(2026, 11, 2)
SITE = Site(url="https://register.example")
POLICY = policies.load("alberta")
SCOPE: dict[str, Any] = {
    "designation": "P.Tech.(Eng.)",
    "discipline": "Civil",
    "activities": ("Design", "Inspection"),
    "limits": "Spans up to 12 m.",
    "text": "Small bridges on municipal roads.",
}


@cache
def made_shell() -> shell.Shell:
    """Return the shell as the build makes it, once for all tests of a process."""
    return shell.build(POLICY, SITE)


def build(
    source: Source | Path, out: Path, as_of: date = DAY, *, full: bool = False, site: Site = SITE
) -> Report:
    """Build from a source, or a folder of records, to a folder."""
    return pipeline.run(prepared(source, out, as_of, full=full, site=site))


def prepared(
    source: Source | Path, out: Path, as_of: date = DAY, *, full: bool = False, site: Site = SITE
) -> Build:
    """Return a build that is ready to run."""
    if isinstance(source, Path):
        source = FolderSource(source, as_of, POLICY)
    quiet = Progress(quiet=True)
    ready = made_shell() if site == SITE else None
    return Build(source, FolderTarget(out), as_of, POLICY, site, quiet, full, ready)


def tree(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, by its path."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def differing(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> set[str]:
    """Return the paths whose content differs, or that are on one side alone."""
    return {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}


def document(out: Path, subject: str, number: str) -> dict[str, Any]:
    """Return a record's JSON document."""
    path = out / "register" / f"{subject}s" / number / "index.json"
    read: dict[str, Any] = json.loads(path.read_bytes())
    return read


def page(out: Path, path: str) -> str:
    """Return the HTML at an address of the site."""
    return (out / path.strip("/") / "index.html").read_text("utf-8")


def sample(folder: Path, members: int = 80, permits: int = 12, seed: int = 3) -> Path:
    """Return a folder of generated records, as at DAY."""
    made = generate(members, permits, seed, DAY, POLICY)
    write_folder(folder, DAY, made.permits, made.members, made.contacts, POLICY)
    return folder


@dataclass
class Ledger:
    """Entries by record; numbers that begin with P- are permits'."""

    entries: dict[str, list[Entry]] = field(default_factory=dict)
    by: str = "registrar"
    authority: str = "Council decision 12"

    def add(
        self,
        number: str,
        kind: str,
        on: str,
        *,
        recorded: str = "",
        corrects: str = "",
        **data: Any,
    ) -> Entry:
        """Add an entry, recorded on its effective day unless `recorded` says another (ISO)."""
        subject: Subject = "permit" if number.startswith("P-") else "member"
        held = self.entries.setdefault(number, [])
        moment = datetime.combine(date.fromisoformat(recorded or on), time(18, len(held)), UTC)
        entry = Entry(
            id=f"{number}-{len(held) + 1:03d}",
            subject=subject,
            number=number,
            kind=kind,
            effective_on=date.fromisoformat(on),
            recorded_at=moment,
            entered_by=self.by,
            authority=self.authority,
            data=canonical(subject, kind, json.loads(json.dumps(data))),
            corrects=corrects,
        )
        held.append(entry)
        return entry

    def member(
        self, number: str, family: str, on: str = "2015-03-02", *held: str, **data: Any
    ) -> None:
        """Add a member with the designations held; `data` is what the registration says."""
        words = {"given": "Ada", "city": "Calgary", "province": "AB", "disciplines": ["Civil"]}
        self.add(number, "registered", on, **{**words, "family": family, **data})
        for designation in held or ("C.E.T.",):
            self.add(number, "designation_granted", on, designation=designation)

    def practitioner(self, number: str, family: str, on: str = "2015-03-02", **data: Any) -> None:
        """Add a professional technologist with a scope of practice in civil engineering."""
        self.member(number, family, on, "C.E.T.", "P.Tech.(Eng.)", **data)
        self.add(number, "scope_granted", on, **SCOPE)

    def permit(
        self, number: str, name: str, *responsible: str, on: str = "2026-02-01", **data: Any
    ) -> None:
        """Add a permit with the members who answer for it."""
        words = {"city": "Calgary", "province": "AB", "fields": ["Civil"]}
        self.add(number, "issued", on, **{**words, "legal_name": name, **data})
        for member in responsible:
            self.add(number, "responsible_member_added", on, member=member)

    def suspend(self, number: str, on: str, **data: Any) -> None:
        """Suspend a member or a permit, through discipline."""
        data = {"status": "suspended", "reason": "discipline", **data}
        self.add(number, "status_changed", on, **data)

    def write(
        self, folder: Path, contacts: Iterable[Mapping[str, str]] | None = None, dated: date = DAY
    ) -> Path:
        """Write all of it as a folder of the exchange format."""
        numbers = sorted(self.entries)
        permits = [self.entries[n] for n in numbers if self.entries[n][0].subject == "permit"]
        members = [self.entries[n] for n in numbers if self.entries[n][0].subject == "member"]
        write_folder(folder, dated, permits, members, contacts, POLICY)
        return folder
