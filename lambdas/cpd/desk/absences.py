"""Declarations of not practising, notices of resuming, and the conditions set before that."""

from __future__ import annotations

from typing import Any

from lambdas.cpd.desk.app import (
    DESK,
    LOOKERS,
    OFFICER,
    acting,
    app,
    barred,
    check_unconcerned,
    member_number,
    officer,
    works,
)
from lambdas.cpd.desk.cases import names_of
from lambdas.cpd.desk.forms import ConditionMet, ConditionSet, Resumption
from signet import policy as policies
from signet.accounts.model import Role
from signet.cpd import practice_entries
from signet.cpd.desk import conditions, overview
from signet.cpd.desk.context import log_view, of_member, of_year
from signet.errors import Conflict, Invalid, Refused
from signet.proposals.model import Proposal, State
from signet.register import reading as register
from signet.web.answer import Answer, Page, SeeOther
from signet.web.form_view import FormView, blank
from signet.web.forms import read
from signet.web.request import Request, id_of

ABSENCES = f"{DESK}not-practising/"
LAPSED = f"{ABSENCES}lapsed/"
ABSENCE = f"{ABSENCES}<number>/<absence>/"


@app.get(ABSENCES, LOOKERS)
def list_absences(request: Request) -> Answer:
    """List, a page at a time, the current declarations by end date; log the viewing."""
    absence_list = overview.absences(request.today, request.query.get("after", ""))
    year = request.today.year
    members = len(absence_list.absences)
    log_view(officer(request), of_year(year), "cpd.desk.declarations.seen", members=members)
    context = {
        "held": absence_list.absences,
        "after": absence_list.after,
        "lapsed": False,
        "year": year,
        "known": register.briefs(number for number, _ in absence_list.absences),
        "barred": barred(request),
    }
    return Page("cpd/desk/absences.html", context)


@app.get(LAPSED, LOOKERS)
def list_lapsed(request: Request) -> Answer:
    """List expired declarations that the register still shows as in effect; log the viewing."""
    over, year = overview.lapsed(request.today), request.today.year
    known = register.briefs(number for number, _ in over)
    held = [(n, one) for n, one in over if n in known and known[n].not_practising]
    running = {n for n, _ in overview.absences(request.today).absences}
    shown = [(n, one) for n, one in held if n not in running]
    log_view(officer(request), of_year(year), "cpd.desk.declarations.seen", members=len(shown))
    context = {
        "held": shown,
        "after": "",
        "lapsed": True,
        "year": year,
        "known": known,
        "barred": barred(request),
    }
    return Page("cpd/desk/absences.html", context)


@app.get(ABSENCE, LOOKERS)
def show_absence(request: Request, number: str, absence: str) -> Answer:
    """Show a declaration with its conditions; log the viewing."""
    context = _page_context(request, number, absence)
    log_view(officer(request), of_member(number), "cpd.desk.declaration.seen", declaration=absence)
    proposals = practice_entries.proposals_of(number, absence)
    registered = practice_entries.on_the_register(number, request.today)
    waits = any(one.state is State.OPEN for one in proposals)
    held = context["held"]
    context |= {
        "registered": registered,
        "proposals": [_proposed(request, one) for one in proposals],
        "opens": bool({Role.REGISTRAR, Role.REGISTER_OFFICER} & request.principal.roles),
        "may_propose": held.resumed_on and registered and not waits and not held.unmet,
    }
    return Page("cpd/desk/absence.html", context)


def _proposed(request: Request, one: Proposal) -> dict[str, Any]:
    """Return a proposal's template context: its date, evidence, state, and who proposed it."""
    content, outcome = one.opened(), one.head.outcome
    who = names_of([one.head.proposed_by, *([outcome.by] if outcome else [])])
    return {
        "id": one.id,
        "state": one.state,
        "at": one.head.proposed_at,
        "by": who.get(one.head.proposed_by, ""),
        "on": practice_entries.resumes_on(content),
        "evidence": content.evidence,
        "outcome": outcome,
        "decided_by": who.get(outcome.by, "") if outcome else "",
        "own": one.head.proposed_by == request.principal.account,
        "act": request.new_id(),
    }


def _page_context(request: Request, number: str, absence: str) -> dict[str, Any]:
    check_unconcerned(request, member_number(number))
    stored = conditions.declaration_of(number, id_of(absence))
    cpd = policies.load().cpd(request.today)
    year = request.today.year
    return {
        "number": number,
        "name": register.member_names([number]).get(number, ""),
        "held": stored,
        "condition": None,
        "cpd": cpd,
        "year": year,
        "officer": works(request),
    }


@app.get(f"{ABSENCE}condition/", OFFICER)
def ask_condition(request: Request, number: str, absence: str) -> Answer:
    """Show the form that records a condition."""
    context = _page_context(request, number, absence)
    today = request.today.isoformat()
    version = str(context["held"].version)
    form = blank(ConditionSet, request.new_id(), version=version, decided_on=today)
    return Page("cpd/desk/condition.html", {**context, "form": form})


@app.post(f"{ABSENCE}condition/", OFFICER)
def set_condition(request: Request, number: str, absence: str) -> Answer:
    """Record a condition."""
    context = _page_context(request, number, absence)
    try:
        submitted = read(ConditionSet, request.form)
        conditions.set_condition(
            acting(request),
            number,
            (absence, submitted.version),
            submitted.words,
            submitted.authority,
            submitted.decided_on,
        )
    except Invalid as invalid:
        form = FormView.again(ConditionSet, request.form, invalid, request.operation_id)
        return Page("cpd/desk/condition.html", {**context, "form": form}, invalid.status)
    except (Conflict, Refused) as error:
        form = _kept(ConditionSet, request, context, error)
        return Page("cpd/desk/condition.html", {**context, "form": form}, error.status)
    return SeeOther(f"{ABSENCES}{number}/{absence}/")


def _kept(
    form: type[ConditionSet | ConditionMet | Resumption],
    request: Request,
    context: dict[str, Any],
    error: Conflict | Refused,
) -> FormView:
    """Return the form of a second editor: the input is preserved, for the current declaration."""
    invalid = Invalid(message=f"{error.message} What you typed is still here.")
    values = {**request.form, "version": [str(context["held"].version)]}
    return FormView.again(form, values, invalid, request.new_id())


@app.get(f"{ABSENCE}resume/", OFFICER)
def ask_resumption(request: Request, number: str, absence: str) -> Answer:
    """Show the form that proposes that a member resumes practice."""
    context = _page_context(request, number, absence)
    held = context["held"]
    on = max(held.resumed_on or request.today, request.today).isoformat()
    form = blank(Resumption, request.new_id(), version=str(held.version), on=on)
    return Page("cpd/desk/resumption.html", {**context, "form": form})


@app.post(f"{ABSENCE}resume/", OFFICER)
def propose_resumption(request: Request, number: str, absence: str) -> Answer:
    """Propose that a member resumes practice."""
    # Imported here: comparing pages is slow to load, and few requests propose anything.
    from signet.publish.proposed import PageComparison

    context = _page_context(request, number, absence)
    try:
        submitted = read(Resumption, request.form)
        practice_entries.propose_resumption(
            acting(request),
            number,
            (absence, submitted.version),
            submitted.on,
            submitted.remark,
            salt=request.new_id(),
            difference=PageComparison(policies.load(), request.today),
        )
    except Invalid as invalid:
        form = FormView.again(Resumption, request.form, invalid, request.operation_id)
        return Page("cpd/desk/resumption.html", {**context, "form": form}, invalid.status)
    except (Conflict, Refused) as error:
        form = _kept(Resumption, request, context, error)
        return Page("cpd/desk/resumption.html", {**context, "form": form}, error.status)
    return SeeOther(f"{ABSENCES}{number}/{absence}/")


@app.post(f"{ABSENCE}proposals/<proposal>/withdraw", OFFICER)
def withdraw_resumption(request: Request, number: str, absence: str, proposal: str) -> Answer:
    """Withdraw the officer's own proposal that a member resumes practice."""
    check_unconcerned(request, member_number(number))
    practice_entries.withdraw_resumption(
        acting(request), number, id_of(absence), id_of(proposal), salt=request.new_id()
    )
    return SeeOther(f"{ABSENCES}{number}/{absence}/")


@app.get(f"{ABSENCE}met/<condition>/", OFFICER)
def ask_met(request: Request, number: str, absence: str, condition: str) -> Answer:
    """Show the form that records that a condition was met."""
    context = _page_context(request, number, absence)
    condition_set = conditions.condition_of(context["held"], id_of(condition))
    today, version = request.today.isoformat(), str(context["held"].version)
    form = blank(ConditionMet, request.new_id(), version=version, met_on=today)
    return Page("cpd/desk/condition.html", {**context, "form": form, "condition": condition_set})


@app.post(f"{ABSENCE}met/<condition>/", OFFICER)
def record_met(request: Request, number: str, absence: str, condition: str) -> Answer:
    """Record that a condition was met."""
    context = _page_context(request, number, absence)
    condition_set = conditions.condition_of(context["held"], id_of(condition))
    try:
        submitted = read(ConditionMet, request.form)
        about = (absence, submitted.version)
        conditions.record_met(acting(request), number, about, condition_set.id, submitted.met_on)
    except Invalid as invalid:
        form = FormView.again(ConditionMet, request.form, invalid, request.operation_id)
        shown = {**context, "form": form, "condition": condition_set}
        return Page("cpd/desk/condition.html", shown, invalid.status)
    except (Conflict, Refused) as error:
        shown = {
            **context,
            "form": _kept(ConditionMet, request, context, error),
            "condition": condition_set,
        }
        return Page("cpd/desk/condition.html", shown, error.status)
    return SeeOther(f"{ABSENCES}{number}/{absence}/")
