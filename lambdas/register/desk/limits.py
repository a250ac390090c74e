"""The list of those whose time in a category runs out (DES-6). Nothing ends by itself."""

from __future__ import annotations

import re

from lambdas.register.desk.shared import DESK, OFFICERS, app, at, context, officer
from signet.cpd import conflicts
from signet.errors import NotFound
from signet.register import limits
from signet.tables import reachable
from signet.transactions import audit
from signet.transactions.audit import Audit
from signet.web.answer import Answer, Page
from signet.web.request import Request

LIST = f"{DESK}limits/<category>/"
SUBJECT = "register-limits"
_AFTER = re.compile(r"\d{4}-\d\d-\d\d#[0-9A-Za-z-]{1,32}")


@app.get(LIST, OFFICERS)
def show_limits(request: Request, category: str) -> Answer:
    """List who is past a category's limit or near it, a page at a time; that is logged first."""
    by = officer(request)
    known = {one.code: one for one in limits.limited_categories(by.policy)}
    after = request.query.get("after", "")
    if category not in known or (after and not _AFTER.fullmatch(after)):
        raise NotFound
    limited = limits.running_out(category, by.policy, by.today, after)
    barred = conflicts.among(by.account, by.member, (one.number for one in limited.people))
    people = [one for one in limited.people if one.number not in barred]
    seen = Audit(SUBJECT, "limits-seen", by.account, by.now, {"members": len(people)})
    reachable(audit.note)(seen, by.operation)
    more = {
        "category": known[category],
        "people": people,
        "after": limited.after,
        "today": by.today,
        "days": by.policy.value("category_listed_days", by.today),
        "records": at("records", "member"),
        "own": request.path,
    }
    title = f"{known[category].name}: time that runs out"
    return Page("register/desk/limits.html", context(request, title, more))
