"""The year's overview, its roll, its members, and what is due."""

from __future__ import annotations

from lambdas.cpd.desk.app import (
    DESK,
    LOOKERS,
    OFFICER,
    YEAR,
    acting,
    app,
    at,
    barred,
    continue_work,
    files_of,
    member_number,
    officer,
    works,
    year_of,
)
from signet import policy as policies
from signet.cpd import dashboard
from signet.cpd.desk import audit_draw, audits, overview, year_roll
from signet.cpd.desk.context import log_view, of_year
from signet.cpd.model import Standing
from signet.errors import NotFound
from signet.register import reading as register
from signet.web.answer import Answer, Page, SeeOther
from signet.web.request import Request

STANDINGS = {
    Standing.DECLARED: "Declared",
    Standing.SATISFIED: "Not declared, log complete",
    Standing.SHORT: "Not declared, log incomplete",
    Standing.EXEMPT: "Exempt",
}


@app.get(DESK, LOOKERS)
def begin(request: Request) -> Answer:
    """Redirect to this year."""
    return SeeOther(at(request.today.year))


@app.get(f"{DESK}due/", LOOKERS)
def show_due(request: Request) -> Answer:
    """List the audits whose answer is due today or overdue; log the viewing."""
    due_cases = overview.due(request.today, policies.load())
    year = request.today.year
    log_view(officer(request), of_year(year), "cpd.desk.due.seen", members=len(due_cases))
    return Page(
        "cpd/desk/due.html",
        {
            "due": due_cases,
            "year": year,
            "names": register.member_names(one.case.member for one in due_cases),
            "barred": barred(request),
        },
    )


@app.get(YEAR, LOOKERS)
def show_year(request: Request, year: str) -> Answer:
    """Show the year's figures, and the state of the roll and the audit: three reads."""
    cpd_year = year_of(year)
    context = {
        "year": cpd_year,
        "this_year": request.today.year,
        "figures": overview.figures(cpd_year),
        "standings": STANDINGS,
        "roll": year_roll.of(cpd_year),
        "draw": audit_draw.of(cpd_year),
        "officer": works(request),
    }
    return Page("cpd/desk/year.html", context)


@app.get(f"{YEAR}find", LOOKERS)
def find(request: Request, year: str) -> Answer:
    """Redirect to the member whose number was typed."""
    cpd_year = year_of(year)
    typed = request.query.get("number", "").strip()
    try:
        return SeeOther(at(cpd_year, "members", member_number(typed)))
    except NotFound:
        raise NotFound("Enter a register number, such as 100001.") from None


@app.get(f"{YEAR}members/", LOOKERS)
def list_members(request: Request, year: str) -> Answer:
    """List, a page at a time, the members of one standing; log the viewing."""
    cpd_year = year_of(year)
    try:
        standing = Standing(request.query.get("standing", Standing.SHORT))
    except ValueError:
        raise NotFound from None
    member_list = overview.members(cpd_year, standing, request.query.get("after", ""))
    detail = {"standing": standing, "members": len(member_list.members)}
    log_view(officer(request), of_year(cpd_year), "cpd.desk.members.seen", **detail)
    context = {
        "year": cpd_year,
        "standing": standing,
        "standings": STANDINGS,
        "found": member_list,
        "names": register.member_names(number for number, _ in member_list.members),
        "barred": barred(request),
    }
    return Page("cpd/desk/members.html", context)


@app.get(f"{YEAR}members/<number>/", LOOKERS)
def show_member(request: Request, year: str, number: str) -> Answer:
    """Show one member's year; log the viewing."""
    cpd_year = year_of(year)
    member_page = overview.find(officer(request), cpd_year, member_number(number))
    context = {
        "year": cpd_year,
        "number": number,
        "name": overview.name_of(member_page.record),
        "view": member_page.view,
        "late": dashboard.late_words(member_page.view),
        "logged": dashboard.logged(member_page.view),
        "files": files_of(request, number),
        "officer": works(request),
        "standings": STANDINGS,
        "overdue": request.today > member_page.view.cpd.declaration_due(cpd_year),
        "act": request.new_id(),
    }
    return Page("cpd/desk/member.html", context)


@app.post(f"{YEAR}members/<number>/audit", OFFICER)
def open_audit(request: Request, year: str, number: str) -> Answer:
    """Open the audit of a member who hasn't declared in time."""
    cpd_year = year_of(year)
    audits.ask(acting(request), cpd_year, member_number(number))
    return SeeOther(at(cpd_year, "cases", number))


@app.get(f"{YEAR}roll/", LOOKERS)
def show_roll(request: Request, year: str) -> Answer:
    """Show the state of the roll."""
    cpd_year = year_of(year)
    context = {
        "year": cpd_year,
        "roll": year_roll.of(cpd_year),
        "act": request.new_id(),
        "officer": works(request),
    }
    return Page("cpd/desk/roll.html", context)


@app.post(f"{YEAR}roll/begin", OFFICER)
def begin_roll(request: Request, year: str) -> Answer:
    """Begin to compute the roll of the year."""
    cpd_year = year_of(year)
    year_roll.begin(acting(request), cpd_year)
    continue_work(request)
    return SeeOther(at(cpd_year, "roll"))
