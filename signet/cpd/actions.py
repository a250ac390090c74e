"""What a member can do with the CPD log: the interface for functions and other domains.

Each operation is one transaction: the rows, a record that it was done, its line in the audit log
and its mail. The form's own id (`act`) names the operation, so that sending it twice does it once.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from signet.cpd import rules, store, tables
from signet.cpd.context import (
    AnswerNotAsked,
    NothingToDeclare,
    NotYetCompliant,
    on_own_log,
    read,
    summary_changes,
)
from signet.cpd.forms import ActivityDraft, AuditAnswerDraft
from signet.cpd.model import (
    ANSWERABLE,
    Activity,
    AuditAnswer,
    AuditCase,
    AuditState,
    Declaration,
    Declared,
    Past,
    YearView,
)
from signet.cpd.not_practising import absence_view as absence_view
from signet.cpd.not_practising import file_not_practising as file_not_practising
from signet.cpd.not_practising import resume as resume
from signet.cpd.year_view import changed
from signet.cpd.year_view import year_view as year_view
from signet.errors import Conflict, FieldError, Invalid, NotFound
from signet.policy import CpdPolicy
from signet.transactions.commit import Change
from signet.transactions.context import Context
from signet.transactions.outbox import Mail
from signet.transactions.perform import Plan
from signet.uploads import evidence

DRAFTED = tuple(ActivityDraft.model_fields)
# What decides whether an activity counts, and in which year and category (CPD-2, CPD-3).
DECIDING = frozenset(
    {"category", "started_on", "ended_on", "better_practitioner", "advances_profession"}
)


def add_activity(context: Context, year: int, draft: ActivityDraft) -> str:
    """Log an activity (CPD-2) and return its id.

    Raises Invalid when the activity can't be in that year's log.
    """

    def plan() -> Plan:
        view = read(context, year)
        check(draft, view)
        new = Activity(
            id=context.operation,
            year=year,
            logged_on=context.today,
            settled_on=context.today,
            **draft.model_dump(),
        )
        after = changed(view, activities=[*view.activities, new])
        changes = [store.put_activity(context.member, new, None), *summary_changes(after)]
        return Plan(new.id, changes, {"year": year, "activity": new.id})

    return on_own_log(context, "cpd.activity.added", [year, draft], plan)


def edit_activity(context: Context, year: int, id_: str, version: int, draft: ActivityDraft) -> str:
    """Change an activity that was seen in `version`, and return its id.

    The earlier version is stored as history. Raises NotFound, Invalid, and Conflict when someone
    else has changed it since.
    """

    def plan() -> Plan:
        view = read(context, year)
        activity = _activity_as_seen(view, id_, version)
        check(draft, view)
        new = activity.model_copy(update={**draft.model_dump(), "version": version + 1})
        fields = [name for name in DRAFTED if getattr(new, name) != getattr(activity, name)]
        if not fields:
            return Plan(id_, (), {"year": year, "activity": id_, "fields": []})
        if DECIDING.intersection(fields):
            new = new.model_copy(update={"settled_on": context.today})
        others = [a for a in view.activities if a.id != id_]
        changes = [
            store.put_activity(context.member, new, activity),
            store.put_past(context.member, _past(context, activity, removed=False)),
            *summary_changes(changed(view, activities=[*others, new])),
        ]
        return Plan(id_, changes, {"year": year, "activity": id_, "fields": fields})

    return on_own_log(context, "cpd.activity.changed", [year, id_, version, draft], plan)


def remove_activity(context: Context, year: int, id_: str, version: int) -> None:
    """Remove an activity that was seen in `version` from the log.

    The removed version is stored as history. Raises NotFound, and Conflict when someone else has
    changed it since.
    """

    def plan() -> Plan:
        view = read(context, year)
        activity = _activity_as_seen(view, id_, version)
        left = [a for a in view.activities if a.id != id_]
        changes = [
            store.remove_activity(context.member, activity),
            store.put_past(context.member, _past(context, activity, removed=True)),
            *_files(context.member, activity.evidence, ()),
            *summary_changes(changed(view, activities=left)),
        ]
        return Plan(id_, changes, {"year": year, "activity": id_})

    on_own_log(context, "cpd.activity.removed", [year, id_, version], plan)


def attach(context: Context, year: int, id_: str, version: int, files: Sequence[str]) -> str:
    """Set the files that are an activity's evidence, in place of those named before.

    Returns the activity's id. The files must be the member's own and have passed their checks.
    Raises NotFound and Conflict.
    """
    files_named = tuple(dict.fromkeys(files))

    def plan() -> Plan:
        view = read(context, year)
        activity = _activity_as_seen(view, id_, version)
        new = activity.model_copy(update={"evidence": files_named, "version": version + 1})
        others = [a for a in view.activities if a.id != id_]
        changes = [
            store.put_activity(context.member, new, activity),
            store.put_past(context.member, _past(context, activity, removed=False)),
            *_files(context.member, activity.evidence, files_named),
            *summary_changes(changed(view, activities=[*others, new])),
        ]
        return Plan(id_, changes, {"year": year, "activity": id_, "files": list(files_named)})

    return on_own_log(
        context, "cpd.activity.evidence", [year, id_, version, list(files_named)], plan
    )


def _files(member: str, before: Sequence[str], after: Sequence[str]) -> list[Change]:
    """Return the changes to the files when a record names `after` in place of `before`."""
    whose = tables.partition_key(member)
    return [
        *evidence.used(whose, [file for file in after if file not in before]),
        *evidence.released(whose, [file for file in before if file not in after]),
    ]


def carry_on(member: str, year: int, id_: str) -> dict[str, str]:
    """Return the form values that a new activity takes over from one of another year.

    The dates aren't taken over. Raises NotFound.
    """
    activity = store.activity(member, year, id_)
    if activity is None:
        raise NotFound("The activity to carry on from isn't in your log.")
    body = {
        name: getattr(activity, name) for name in ("better_practitioner", "advances_profession")
    }
    answers = {name: "yes" if yes else "no" for name, yes in body.items()}
    return {"title": activity.title, "category": activity.category, **answers}


def declare(context: Context, year: int) -> str:
    """Declare that the year's requirement is met (CPD-6); return the declaration's number.

    A member may declare again once the log has changed; all declarations are stored. Raises
    NotYetCompliant, which says what is missing, and NothingToDeclare.
    """

    def plan() -> Plan:
        view = read(context, year)
        new = _declaration(context, view)
        after = changed(view, declarations=[*view.declarations, new])
        changes = [store.put_declaration(context.member, new), *summary_changes(after)]
        detail = {"year": year, "declaration": new.number, "activities": len(new.activities)}
        due = view.cpd.declaration_due(year)
        page_context = {
            "year": year,
            "declared_on": rules.in_words(new.declared_on),
            "late": rules.in_words(due) if new.declared_on > due else "",
            "audited": view.under_audit,
        }
        mail = Mail(f"member#{context.member}", "cpd_declared", page_context)
        return Plan(str(new.number), changes, detail, [mail])

    return on_own_log(context, "cpd.declared", [year], plan)


def _declaration(context: Context, view: YearView) -> Declaration:
    if not view.subject.applies:
        raise NothingToDeclare(
            f"CPD doesn't apply to you for {view.year}, so there is nothing to declare.",
            rule=view.subject.rule,
        )
    if not rules.may_declare(view.subject, view.missing):
        raise NotYetCompliant(view)
    digest = rules.digest(view.activities)
    if view.declaration and view.declaration.digest == digest:
        raise NothingToDeclare("You have declared this log already, just as it is.", rule="CPD-6")
    return Declaration(
        number=len(view.declarations) + 1,
        year=view.year,
        declared_on=context.today,
        declared_at=context.now,
        account=context.account,
        activities=tuple(Declared(id=a.id, version=a.version) for a in view.activities),
        digest=digest,
    )


def answer_audit(context: Context, year: int, draft: AuditAnswerDraft) -> str:
    """Answer an audit with remarks, files or both (CPD-7); return the answer's id.

    A member may answer more than once while the audit is open. Raises NotFound, AnswerNotAsked,
    Invalid.
    """

    def plan() -> Plan:
        audit = store.audit(context.member, year)
        new = _answered(context, audit, draft)
        due = rules.audit_due(new, rules.of_year(year, context.policy))
        changes = [
            store.put_audit(new, audit, due.isoformat() if due else ""),
            *_files(context.member, (), new.answers[-1].evidence),
        ]
        detail = {"year": year, "answer": context.operation, "files": list(draft.files)}
        mail = Mail(f"member#{context.member}", "cpd_audit_answered", {"year": year})
        return Plan(context.operation, changes, detail, [mail])

    return on_own_log(context, "cpd.audit.answered", [year, draft], plan)


def _answered(context: Context, audit: AuditCase | None, draft: AuditAnswerDraft) -> AuditCase:
    if audit is None:
        raise NotFound("You aren't being audited for that year.")
    if audit.state not in ANSWERABLE:
        raise AnswerNotAsked("This audit can't be answered now.", rule="CPD-7")
    if not draft.remarks and not draft.files:
        raise Invalid(FieldError("remarks", "Write something, or add a file first"), rule="CPD-7")
    answer = AuditAnswer(
        id=context.operation,
        answered_at=context.now,
        account=context.account,
        remarks=draft.remarks,
        evidence=tuple(dict.fromkeys(draft.files)),
    )
    return audit.model_copy(
        update={
            "state": AuditState.ANSWERED,
            "answers": (*audit.answers, answer),
            "version": audit.version + 1,
        }
    )


def check(draft: ActivityDraft, view: YearView) -> None:
    """Raise Invalid unless an activity can be in a year's log (CPD-2)."""
    errors = list(_errors(draft, view.year, view.today, view.cpd))
    if errors:
        raise Invalid(*errors, rule="CPD-2")


def _errors(draft: ActivityDraft, year: int, today: date, cpd: CpdPolicy) -> list[FieldError]:
    first, last = cpd.span(year)
    errors = []
    if draft.category not in cpd.categories:
        errors.append(FieldError("category", "Choose one of the categories"))
    if draft.started_on > today:
        errors.append(FieldError("started_on", "It can be logged once it has begun: this is later"))
    elif draft.started_on > last:
        errors.append(
            FieldError("started_on", f"This is the log of {year}: it began after its end")
        )
    if draft.ended_on is not None and draft.ended_on < draft.started_on:
        errors.append(FieldError("ended_on", "It can't end before it begins"))
    elif draft.ended_on is not None and draft.ended_on > today:
        errors.append(
            FieldError("ended_on", "This is later than today: leave it empty until it ends")
        )
    elif (draft.ended_on or draft.started_on) < first:
        where = "ended_on" if draft.ended_on else "started_on"
        errors.append(FieldError(where, f"This is the log of {year}: give a day in that year"))
    return errors


def _activity_as_seen(view: YearView, id_: str, version: int) -> Activity:
    activity = next((a for a in view.activities if a.id == id_), None)
    if activity is None:
        raise NotFound("This activity isn't in your log. It may have been removed meanwhile.")
    if activity.version != version:
        raise Conflict
    return activity


def _past(context: Context, activity: Activity, *, removed: bool) -> Past:
    return Past(activity=activity, until=context.now, removed=removed, by=context.account)
