"""The register's pages: what may be public, rendered into the shell."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from markupsafe import Markup

from signet.jobs.postings import structured
from signet.jobs.postings.public import PICTURES, PublicJob
from signet.policy import Policy
from signet.publish import upload_pages
from signet.publish.postings import words
from signet.publish.postings.lists import FrontPage, JobListPage, Scope
from signet.publish.public import (
    DataFile,
    IndexPage,
    ListPage,
    PublicMember,
    PublicPermit,
    RegulatoryAction,
    Row,
    ScopeListPage,
    ScopeRow,
)
from signet.publish.render import assets, linked_data, templates
from signet.publish.render.changes import ChangesPage
from signet.publish.scope_search import ADDRESS as WHO
from signet.publish.site import Site

_FOLDERS = {"member": "/register/members/", "permit": "/register/permits/"}
_FORMATS = {
    "text/csv": "CSV",
    "application/jsonl": "JSON Lines",
    "application/json": "JSON",
}
MOST_NUMBERS = 500  # that are checked at once; site/assets/check-many.js refuses more
_GAP = Markup("\0")  # placeholder for a list's rows
_MEANING = ("What this means", "/about/status/")
_PERMIT_MEANING = ("What this means", "/about/status/#permits")


class Pages:
    """Renders each kind of page; created once, then called for page after page.

    `shell` is the template that `signet.publish.render.shell` compiled. Every method returns a
    whole HTML document unless it says otherwise, and always the same one for the same input.
    """

    def __init__(self, shell: str, site: Site, policy: Policy) -> None:
        self._site, self._regulator, self._uploads = site, policy.regulator, policy.uploads
        self._policy = policy
        self._linked = linked_data.LinkedData(policy)
        self._environment = templates.environment(shell, policy)
        parts = self._environment.get_template("parts.html").module
        self._row: Callable[[Row, str], Markup] = parts.record_row  # type: ignore[attr-defined]
        self._scope_row: Callable[[ScopeRow], Markup] = parts.entitled_row  # type: ignore[attr-defined]
        self._action_row: Callable[[RegulatoryAction], Markup] = parts.action_row  # type: ignore[attr-defined]
        self._member = templates.filled(self._environment, shell, "member.html")
        self._permit = templates.filled(self._environment, shell, "permit.html")
        self._job = templates.filled(self._environment, shell, "job.html")
        self._job_row: Callable[[PublicJob, words.JobWords], Markup] = parts.job_row  # type: ignore[attr-defined]

    def member(self, member: PublicMember) -> str:
        """Return the page of one member, standing first (STA, SCO-1)."""
        address = f"{self._site.url}{_FOLDERS['member']}{member.number}/"
        return self._member.render(
            member=member,
            address=address,
            linked=linked_data.script(self._linked.person(member, address)),
            practising=any(d.practises for d in member.designations),
            verdict_notes=_member_notes(member),
        )

    def permit(self, permit: PublicPermit, *, ends_soon: bool = False) -> str:
        """Return the page of one permit, with its responsible members (PER-2, PER-5, SCO-3).

        `ends_soon` says so beside the verdict, with the day and not how many days are left: the
        page stays true until it is made again.
        """
        address = f"{self._site.url}{_FOLDERS['permit']}{permit.number}/"
        return self._permit.render(
            permit=permit,
            address=address,
            linked=linked_data.script(self._linked.organization(permit, address)),
            verdict_notes=_permit_notes(permit),
            ends_soon=ends_soon,
        )

    def row(self, row: Row, kind: Literal["member", "permit"]) -> str:
        """Return a record's row, the same in every browse list that it is on."""
        return str(self._row(row, _FOLDERS[kind]))

    def action_row(self, action: RegulatoryAction) -> str:
        """Return the row of a condition, a suspension or a published decision."""
        return str(self._action_row(action))

    def around_rows(self, page: ListPage) -> tuple[str, str]:
        """Return the markup before and after the rows of a browse list's page."""
        (script,) = _scripts("filters.js")
        before, _, after = self._once(
            "list.html", page.path, page=page, rows=_GAP, filters=script
        ).partition(_GAP)
        return before, after

    def scope_row(self, row: ScopeRow) -> str:
        """Return a scope's row, the same in every scope list that it is on."""
        return str(self._scope_row(row))

    def around_scopes(self, page: ScopeListPage) -> tuple[str, str]:
        """Return the markup before and after the rows of a scope list's page (SCO-3)."""
        html = self._once("scope_list.html", page.path, page=page, rows=_GAP)
        before, _, after = html.partition(_GAP)
        return before, after

    def index_page(self, page: IndexPage) -> str:
        """Return a page of links to lists."""
        return self._once("index.html", page.path, page=page)

    def job(self, job: PublicJob) -> str:
        """Return the page of one job (JOB-1); with structured data while it takes applications."""
        address = f"{self._site.url}{words.address(job.number)}"
        data = structured.job_posting(job, address, self._regulator)
        return self._job.render(
            job=job,
            words=words.of(job, self._regulator),
            address=address,
            description=Markup(job.description),  # noqa: S704 - sanitised by signet.jobs.postings.markdown
            about=Markup(job.employer_about),  # noqa: S704 - likewise
            pictures=PICTURES,
            open=data is not None,
            linked=Markup(structured.script(data)) if data else "",  # noqa: S704 - escaped there
            script=assets.address("job.js"),
        )

    def job_row(self, job: PublicJob) -> str:
        """Return a job's row, the same in every list that it is on."""
        return str(self._job_row(job, words.of(job, self._regulator)))

    def jobs(self, page: FrontPage) -> str:
        """Return the front page of the career centre."""
        script = assets.address("jobs.js")
        return self._once("jobs.html", page.path, page=page, search_script=script)

    def job_list(self, page: JobListPage) -> str:
        """Return one page of a list of jobs."""
        script = assets.address("jobs.js")
        return self._once("job_list.html", page.path, page=page, search_script=script)

    def job_index(self, page: IndexPage, scope: Scope, count: int) -> str:
        """Return the index of a divided list of `count` jobs, with the list's own search."""
        about = {"scope": scope, "count": count, "search_script": assets.address("jobs.js")}
        return self._once("job_index.html", page.path, page=page, **about)

    def changes(self, page: ChangesPage) -> str:
        """Return a page of changes, by the day they were published."""
        return self._once("changes.html", page.path, page=page)

    def data(self, files: tuple[DataFile, ...], as_of: str) -> str:
        """Return the page of the downloads, with their date and licence."""
        context = {
            "files": files,
            "as_of": as_of,
            "formats": _FORMATS,
            "regulator": self._regulator,
        }
        return self._once("data.html", "/register/data/", **context)

    def register(self) -> str:
        """Return the look-up page."""
        scripts = _scripts("lookup.js", "filters.js", "lookup-page.js")
        return self._once("register.html", "/register/", scripts=scripts)

    def check(self) -> str:
        """Return the page on which a stamped document is checked (PER-6, PER-8)."""
        sheet, *scripts = _scripts("check.css", "check.js", "check-page.js")
        told = {"disciplines": self._policy.disciplines, "others": self._policy.stamps.others}
        return self._once("check.html", "/check/", sheet=sheet, scripts=scripts, **told)

    def scope_search(self) -> str:
        """Return the page of the scope search (SCO-3)."""
        scripts = _scripts("lookup.js", "scope-search.js", "scope-search-page.js")
        return self._once("scope_search.html", WHO, scripts=scripts)

    def check_many(self) -> str:
        """Return the page on which a list of numbers is checked."""
        names = ("check-many.css", "lookup.js", "check-many.js", "check-many-page.js")
        sheet, *scripts = _scripts(*names)
        told = {"sheet": sheet, "scripts": scripts, "most": MOST_NUMBERS}
        return self._once("check_many.html", "/check/many/", **told)

    def not_found(self) -> str:
        """Return the page for addresses that don't exist."""
        return self._once("not_found.html", "")

    def upload_failed(self, page: str) -> str:
        """Return a page shown in place of the object store's answer (see upload_pages)."""
        allowed, limit = upload_pages.allowed(self._uploads), upload_pages.most(self._uploads)
        return self._once("upload_failed.html", "", page=page, allowed=allowed, most=limit)

    def _once(self, template: str, path: str, **context: Any) -> str:
        address = self._site.url + path
        return self._environment.get_template(template).render(address=address, **context)


def _scripts(*names: str) -> list[tuple[str, str]]:
    """Return the addresses of scripts and style sheets, each with its integrity."""
    return [(assets.address(name), assets.integrity(name)) for name in names]


def _member_notes(member: PublicMember) -> tuple[tuple[str, str], ...]:
    """Return the links under the headline: what limits it comes before what it means."""
    notes = [_MEANING]
    if member.scopes and member.headline.answer == "permitted":
        notes.insert(0, ("Only within the scope of practice below", "#scope"))
    if member.conditions:
        count = len(member.conditions)
        words = "1 condition" if count == 1 else f"{count} conditions"
        notes.insert(0, (f"Subject to {words} on practice", "#conditions"))
    return tuple(notes)


def _permit_notes(permit: PublicPermit) -> tuple[tuple[str, str], ...]:
    """Return the links under a permit's headline: what its verdict doesn't say comes first."""
    notes = [_PERMIT_MEANING]
    answering = [r for r in permit.responsible_members if r.headline.answer == "permitted"]
    if permit.headline.answer != "in_force":
        return tuple(notes)
    if permit.uncovered_fields and not permit.unanswered:
        notes.insert(0, ("Not every field has a responsible member", "#facts"))
    if answering and all(r.conditions for r in answering):
        words = "member practises" if len(answering) == 1 else "members practise"
        notes.insert(0, (f"The responsible {words} under conditions", "#responsible"))
    return tuple(notes)
