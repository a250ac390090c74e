"""Who may use which route, and with whose things: data that test_authorization holds the code to.

One row for each route of each function; a route without one fails the test. It says what *should*
be, so write it from the rules and not from the code. In a row's address `<names>` are filled in by
`things`: from a name of the address to a kind of Thing, of which the test makes one's own,
another's and a missing one. `<year>` is always the running year.

A newer domain has its rows, and `things` that makes what their addresses name, in a module of
tests/authorization, which is found. Kinds in its OF_ACCOUNTS are made by its `own` for one account.

A row with `owned=True` is of things that belong to one person: another's must be answered as if it
weren't there; another's case is one that the officer is recused from. Without it the things are a
member's or anybody's, and staff of `who` may see them.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from signet.accounts.model import Role

EVERYBODY, SIGNED_IN = "everybody", "signed in"
Thing = str  # a kind of thing, such as a case, that the tests make one of

DONE = frozenset({200, 303})
NONE_YET = frozenset({404})  # nothing of the kind is there, which only who may is told
REFUSED = frozenset({409})  # a rule forbids it as things stand, which only who may is told
ABSENT = frozenset({404})


@dataclass(frozen=True)
class Row:
    """One route: who may use it, what is sent, and what they are answered.

    `form` is sent as a form, or as JSON where the route takes that. `answers` are the statuses
    that whoever may gets with a thing of their own; `missing` those with one that isn't there.
    """

    route: str
    who: str | frozenset[Role]
    form: Mapping[str, str] = field(default_factory=dict)
    query: str = ""
    things: Mapping[str, Thing] = field(default_factory=dict)
    parts: Mapping[str, str] = field(default_factory=dict)
    owned: bool = False
    answers: frozenset[int] = DONE
    missing: frozenset[int] = ABSENT


def only(*roles: Role) -> frozenset[Role]:
    """Just these roles."""
    return frozenset(roles)


MEMBER = only(Role.MEMBER)
ADMINISTRATOR = only(Role.ADMINISTRATOR)
OFFICER = only(Role.CPD_OFFICER)
LOOKERS = only(Role.CPD_OFFICER, Role.REGISTRAR)
REASON = {"reason": "As decided on 2 November"}
VERSION = {"version": "1"}
ACTIVITY = {
    "title": "Course on pressure vessel codes",
    "category": "formal",
    "started_on": "2026-03-14",
    "better_practitioner": "yes",
    "advances_profession": "no",
}
ACCOUNT, ADMIN, CPD, API, DESK, FILES = (
    f"/services/{part}/" for part in ("account", "admin", "cpd", "cpd/api", "cpd/desk", "files")
)
ONE, CASE = f"{ADMIN}accounts/<account>/", f"{DESK}<year>/cases/<number>/"
ABSENT_ONE = f"{DESK}not-practising/<number>/<absence>/"
OWN_ACTIVITY: Mapping[str, Thing] = {"id_": "activity"}
OWN_ABSENCE: Mapping[str, Thing] = {"id_": "absence"}
OWN_FILE: Mapping[str, Thing] = {"file": "file"}
OWN_RESUME: Mapping[str, Thing] = {"file": "resume"}
NUMBER: Mapping[str, Thing] = {"number": "number"}
NUMBERED_ABSENCE: Mapping[str, Thing] = {"number": "number", "absence": "absence"}
ANYONES: Mapping[str, Thing] = {"account": "account"}

ACCOUNT_ROWS = (
    Row(f"GET {ACCOUNT}", SIGNED_IN),
    Row(f"GET {ACCOUNT}sign-in", EVERYBODY),
    Row(f"GET {ACCOUNT}callback", EVERYBODY, answers=frozenset({400})),
    Row(f"POST {ACCOUNT}sign-out", EVERYBODY),
    Row(f"POST {ACCOUNT}typed/", EVERYBODY, answers=frozenset({400})),
    Row(f"GET {ACCOUNT}typed/", SIGNED_IN, answers=NONE_YET),
    Row(f"GET {ACCOUNT}signed-out", EVERYBODY),
    Row(
        f"POST {ACCOUNT}sessions/<session>/end",
        SIGNED_IN,
        things={"session": "session"},
        owned=True,
    ),
    Row(f"POST {ACCOUNT}sessions/end-others", SIGNED_IN),
    Row(f"GET {ACCOUNT}link/", SIGNED_IN),
    # A member's account is joined already.
    Row(
        f"POST {ACCOUNT}link/",
        SIGNED_IN,
        form={"number": "100077"},
        answers=DONE | REFUSED | {429},
    ),
    Row(f"GET {ACCOUNT}link/code/", SIGNED_IN),
    Row(f"POST {ACCOUNT}link/code/", SIGNED_IN, form={"code": "1"}, answers=frozenset({422})),
)

ADMIN_ROWS = (
    Row(f"GET {ADMIN}", ADMINISTRATOR),
    Row(f"GET {ADMIN}roles/", ADMINISTRATOR),
    Row(
        f"POST {ADMIN}roles/",
        ADMINISTRATOR,
        form={"email": "nobody@example.org"},
        answers=frozenset({422}),
    ),
    Row(f"GET {ONE}", ADMINISTRATOR, things=ANYONES),
    Row(f"GET {ONE}grant/", ADMINISTRATOR, things=ANYONES),
    Row(
        f"POST {ONE}grant/",
        ADMINISTRATOR,
        form={"role": "registrar", **REASON},
        things=ANYONES,
    ),
    Row(f"GET {ONE}withdraw/<role>/", ADMINISTRATOR, things=ANYONES, parts={"role": "registrar"}),
    Row(
        f"POST {ONE}withdraw/<role>/",
        ADMINISTRATOR,
        form=REASON,
        things=ANYONES,
        parts={"role": "registrar"},
        answers=REFUSED,
    ),
    Row(f"GET {ADMIN}grants/", only(Role.ADMINISTRATOR, Role.REGISTRAR)),
    *(
        Row(
            f"POST {ADMIN}grants/<grant>/{what}",
            only(Role.ADMINISTRATOR, Role.REGISTRAR),
            form=REASON if what == "refuse" else {},
            parts={"grant": "0" * 32},
            answers=NONE_YET,
        )
        for what in ("approve", "refuse", "reviewed")
    ),
    Row(f"GET {ONE}part/", ADMINISTRATOR, things=ANYONES),
    Row(f"POST {ONE}part/", ADMINISTRATOR, form=REASON, things=ANYONES),
    Row(f"GET {ADMIN}audit/", ADMINISTRATOR, query="subject=member%23100001"),
    Row(f"GET {ADMIN}mail/", ADMINISTRATOR),
    Row(f"POST {ADMIN}mail/", ADMINISTRATOR, form={"mail": "none"}, answers=REFUSED),
)

CPD_ROWS = (
    Row(f"GET {CPD}", MEMBER),
    Row(f"GET {CPD}<year>/", MEMBER),
    Row(f"GET {CPD}<year>/add/", MEMBER),
    Row(f"POST {CPD}<year>/add/", MEMBER, form=ACTIVITY),
    Row(f"GET {CPD}<year>/carry-on/", MEMBER),
    Row(f"GET {CPD}<year>/activities/<id_>/", MEMBER, things=OWN_ACTIVITY, owned=True),
    Row(
        f"POST {CPD}<year>/activities/<id_>/",
        MEMBER,
        form=ACTIVITY | VERSION,
        things=OWN_ACTIVITY,
        owned=True,
    ),
    Row(
        f"POST {CPD}<year>/activities/<id_>/evidence/",
        MEMBER,
        form=VERSION,
        things=OWN_ACTIVITY,
        owned=True,
    ),
    Row(f"GET {CPD}<year>/activities/<id_>/remove/", MEMBER, things=OWN_ACTIVITY, owned=True),
    Row(
        f"POST {CPD}<year>/activities/<id_>/remove/",
        MEMBER,
        form=VERSION,
        things=OWN_ACTIVITY,
        owned=True,
    ),
    Row(f"GET {CPD}<year>/audit/", MEMBER, answers=DONE | NONE_YET),
    Row(f"POST {CPD}<year>/audit/", MEMBER, form={"remarks": "x"}, answers=DONE | NONE_YET),
    Row(f"GET {CPD}<year>/declare/", MEMBER),
    Row(f"POST {CPD}<year>/declare/", MEMBER, answers=DONE | {409, 422}),
    Row(f"GET {CPD}<year>/history/", MEMBER),
    Row(f"GET {CPD}<year>/record/", MEMBER),
    Row(f"GET {CPD}<year>/record.csv", MEMBER),
    Row(f"GET {CPD}<year>/record.pdf", MEMBER),
    Row(f"GET {CPD}not-practising/", MEMBER),
    Row(f"POST {CPD}not-practising/", MEMBER, answers=DONE | {409, 422}),
    Row(f"GET {CPD}not-practising/<id_>/resume/", MEMBER, things=OWN_ABSENCE, owned=True),
    Row(
        f"POST {CPD}not-practising/<id_>/resume/",
        MEMBER,
        form={"resumes_on": "2026-12-01"} | VERSION,
        things=OWN_ABSENCE,
        owned=True,
    ),
)

LOGGED: Mapping[str, Thing] = {"activity": "activity"}
API_ROWS = (
    Row(f"GET {API}<year>", MEMBER),
    Row(f"GET {API}<year>/activities", MEMBER),
    Row(f"GET {API}<year>/activities/<activity>", MEMBER, things=LOGGED, owned=True),
    Row(f"POST {API}<year>/activities", MEMBER, form=ACTIVITY),
    Row(
        f"PUT {API}<year>/activities/<activity>",
        MEMBER,
        form=ACTIVITY | VERSION,
        things=LOGGED,
        owned=True,
    ),
    Row(
        f"POST {API}<year>/activities/<activity>/remove",
        MEMBER,
        form=VERSION,
        things=LOGGED,
        owned=True,
    ),
    Row(f"POST {API}<year>/declaration", MEMBER, form={"agreed": "yes"}, answers=DONE | REFUSED),
    Row("GET /services/openapi.json", EVERYBODY),
)

DESK_ROWS = (
    Row(f"GET {DESK}", LOOKERS),
    Row(f"GET {DESK}due/", LOOKERS),
    Row(f"GET {DESK}conflicts/", LOOKERS),
    Row(f"POST {DESK}conflicts/", LOOKERS, form={"number": "100077"} | REASON, answers=DONE),
    Row(f"GET {DESK}not-practising/", LOOKERS),
    Row(f"GET {DESK}not-practising/lapsed/", LOOKERS),
    Row(f"GET {ABSENT_ONE}resume/", OFFICER, things=NUMBERED_ABSENCE),
    Row(
        f"POST {ABSENT_ONE}resume/",
        OFFICER,
        form={"on": "2026-11-21"} | VERSION,
        things=NUMBERED_ABSENCE,
        answers=REFUSED,
    ),
    Row(f"GET {ABSENT_ONE}", LOOKERS, things=NUMBERED_ABSENCE),
    Row(
        f"POST {ABSENT_ONE}proposals/<proposal>/withdraw",
        OFFICER,
        things=NUMBERED_ABSENCE,
        parts={"proposal": "0" * 32},
        answers=NONE_YET,
    ),
    Row(f"GET {ABSENT_ONE}condition/", OFFICER, things=NUMBERED_ABSENCE),
    Row(
        f"POST {ABSENT_ONE}condition/",
        OFFICER,
        form={"words": "x", "authority": "x", "decided_on": "2026-11-01"} | VERSION,
        things=NUMBERED_ABSENCE,
        answers=REFUSED,
    ),
    Row(
        f"GET {ABSENT_ONE}met/<condition>/",
        OFFICER,
        things=NUMBERED_ABSENCE,
        parts={"condition": "0" * 32},
        answers=NONE_YET,
    ),
    Row(
        f"POST {ABSENT_ONE}met/<condition>/",
        OFFICER,
        form={"met_on": "2026-11-01"} | VERSION,
        things=NUMBERED_ABSENCE,
        parts={"condition": "0" * 32},
        answers=NONE_YET,
    ),
    Row(f"GET {DESK}<year>/", LOOKERS),
    Row(f"GET {DESK}<year>/find", LOOKERS, query="number=100001"),
    Row(f"GET {DESK}<year>/members/", LOOKERS),
    Row(f"GET {DESK}<year>/members/<number>/", LOOKERS, things=NUMBER),
    Row(
        f"POST {DESK}<year>/members/<number>/audit",
        OFFICER,
        things=NUMBER,
        answers=DONE | REFUSED,
        missing=ABSENT | REFUSED,
    ),
    Row(f"GET {DESK}<year>/roll/", LOOKERS),
    Row(f"POST {DESK}<year>/roll/begin", OFFICER),
    Row(f"GET {DESK}<year>/audit/", LOOKERS),
    Row(f"GET {DESK}<year>/audit/list.txt", only(Role.REGISTRAR), answers=NONE_YET),
    Row(f"GET {DESK}<year>/audit/<step>/", OFFICER, parts={"step": "list"}),
    Row(
        f"POST {DESK}<year>/audit/<step>/",
        OFFICER,
        form={"rate": "5"},
        parts={"step": "list"},
        answers=DONE | NONE_YET | REFUSED,
    ),
    Row(f"POST {DESK}<year>/audits", OFFICER, answers=DONE | NONE_YET | REFUSED),
    Row(f"GET {DESK}<year>/cases/", LOOKERS),
    Row(f"GET {CASE}", LOOKERS, things=NUMBER),
    Row(f"GET {CASE}reopen/", LOOKERS, things=NUMBER),
    Row(
        f"POST {CASE}reopen/",
        LOOKERS,
        form={"words": "A file came late"} | VERSION,
        things=NUMBER,
        answers=REFUSED,
    ),
    Row(f"GET {CASE}<what>/", OFFICER, things=NUMBER, parts={"what": "notice"}),
    Row(
        f"POST {CASE}<what>/",
        OFFICER,
        form=VERSION,
        things=NUMBER,
        parts={"what": "notice"},
        answers=DONE | REFUSED,
    ),
    Row(f"GET {CASE}letter.pdf", OFFICER, things=NUMBER),
    Row(f"GET {DESK}<year>/letters/", OFFICER),
    Row(f"GET {DESK}<year>/letters.pdf", OFFICER, answers=DONE | NONE_YET),
    Row(f"POST {DESK}<year>/posted", OFFICER, answers=frozenset({422})),
    Row(f"GET {DESK}published/<year>/", EVERYBODY),
    Row(f"GET {DESK}published/<year>/draw.json", EVERYBODY, answers=DONE | NONE_YET),
    Row(f"GET {DESK}published/<year>/mine/", MEMBER, answers=DONE | NONE_YET),
)

# Résumés are anybody's, by their account; what is a member's alone is in test_uploads_whose.
FILE_ROWS = (
    Row(f"GET {FILES}", SIGNED_IN, query="purpose=resume"),
    Row(f"POST {FILES}", SIGNED_IN, form={"purpose": "resume", "back": CPD}),
    Row(f"GET {FILES}<file>/send", SIGNED_IN, things=OWN_RESUME, owned=True),
    # The file stands in the query, with a value that is nobody's.
    Row(f"GET {FILES}sent", SIGNED_IN, query=f"id={'0' * 32}", answers=NONE_YET),
    Row(f"GET {FILES}<file>/state", SIGNED_IN, things=OWN_RESUME, owned=True),
    Row(
        f"POST {FILES}<file>/check", SIGNED_IN, things=OWN_RESUME, owned=True, answers=DONE | {503}
    ),
    Row(
        f"POST {FILES}<file>/remove",
        SIGNED_IN,
        form={"back": CPD},
        things=OWN_RESUME,
        owned=True,
        answers=DONE | {503},
        missing=frozenset({303}),
    ),
    Row(f"GET {FILES}<file>", SIGNED_IN, things=OWN_RESUME, owned=True),
    # Of the staff those whose work it is; the others of the staff are refused by the view itself.
    Row(f"GET {FILES}of/<number>/<file>", LOOKERS, things={**NUMBER, **OWN_FILE}),
)

INTAKE, FOLLOWUP = "/services/complaints/", "/services/complaints/followup/"
# A form without the signed field of ours is shown again; without a code, nothing is found.
UNSIGNED, NO_CODE = frozenset({422}), NONE_YET
COMPLAINT_ROWS = (
    Row(f"GET {INTAKE}", EVERYBODY),
    Row(f"POST {INTAKE}", EVERYBODY, form={"happened": "x"}),
    Row(f"POST {INTAKE}check", EVERYBODY, form={"happened": "x"}, answers=UNSIGNED),
    Row(f"POST {INTAKE}send", EVERYBODY, form={"happened": "x"}, answers=UNSIGNED),
    Row(f"GET {INTAKE}file-sent", EVERYBODY),
    Row(f"GET {FOLLOWUP}", EVERYBODY),
    Row(f"POST {FOLLOWUP}", EVERYBODY, answers=NO_CODE),
    Row(f"POST {FOLLOWUP}add", EVERYBODY, form={"text": "x"}, answers=NO_CODE),
    Row(f"POST {FOLLOWUP}answer", EVERYBODY, form={"text": "x"}, answers=NO_CODE),
    Row(f"POST {FOLLOWUP}say", EVERYBODY, form={"send": "add"}, answers=NO_CODE),
    Row(f"POST {FOLLOWUP}files", EVERYBODY, answers=NO_CODE),
    Row(f"GET {FOLLOWUP}respondent/", EVERYBODY),
    Row(f"POST {FOLLOWUP}respondent/", EVERYBODY, answers=NO_CODE),
    Row(f"POST {FOLLOWUP}respondent/say", EVERYBODY, form={"send": "add"}, answers=NO_CODE),
    Row(f"POST {FOLLOWUP}respondent/files", EVERYBODY, answers=NO_CODE),
)

ROOM = "/services/complaints/desk/"
IN_CASE = f"{ROOM}cases/<case>/"
ROOMED, REGISTRAR = only(Role.COMPLAINTS_OFFICER, Role.REGISTRAR), only(Role.REGISTRAR)
ANY_CASE: Mapping[str, Thing] = {"case": "case"}
ITS_LETTER: Mapping[str, Thing] = {"case": "case", "letter": "letter"}
ITS_FILE: Mapping[str, Thing] = {"case": "case", "file": "file"}
ITS_ACCESS: Mapping[str, Thing] = {"case": "case", "access": "access"}
WHY: dict[str, str] = {"words": "As was decided"}
NOT_SO = frozenset({422})  # a rule finds fault with it, which only who may is told
# Each act is sent in a version long past, or without what it asks: what counts is who gets so far.
CASE_ACTS: Mapping[str, tuple[frozenset[Role], dict[str, str]]] = {
    "assign": (ROOMED, {"account": "nobody"}),
    "note": (ROOMED, {"text": "x"}),
    "ask": (ROOMED, {"text": "x"}),
    "message": (ROOMED, {"text": "x"}),
    "told": (ROOMED, {"on": "2026-11-20"} | WHY),
    "move": (ROOMED, {"to": "within"} | WHY),
    "outcome": (ROOMED, {"outcome": "dismissed"} | WHY),
    "panel": (REGISTRAR, {"numbers": "100001"}),
    "identify": (ROOMED, {"about": "member", "number": "100001"} | WHY),
    "adjourn": (REGISTRAR, WHY),
    "resume": (REGISTRAR, WHY),
    "publish": (REGISTRAR, {"by": "discipline", "on": "2040-11-20"}),
    "recuse": (ROOMED, {"account": "nobody"} | WHY),
    "hold": (REGISTRAR, WHY),
    "release": (REGISTRAR, WHY),
}
STAGE_OF_IT = DONE | REFUSED | NOT_SO | {403}
ROOM_ROWS = (
    Row(f"GET {ROOM}", ROOMED),
    Row(f"GET {ROOM}news/", ROOMED),
    Row(f"GET {ROOM}mine/", ROOMED),
    Row(f"GET {ROOM}paper/", ROOMED),
    Row(f"POST {ROOM}paper/", ROOMED, form={"happened": "x"}, answers=NOT_SO),
    Row(f"GET {ROOM}find", ROOMED, query="reference=C-0000-0000", answers=NONE_YET),
    Row(f"POST {ROOM}find", ROOMED, form={"wanted": "Nobody"}),
    Row(f"GET {ROOM}stages/<stage>/", ROOMED, parts={"stage": "received"}),
    Row(f"GET {ROOM}report/", ROOMED),
    Row(f"GET {ROOM}report/report.csv", ROOMED),
    Row(f"GET {ROOM}retention/", REGISTRAR),
    Row(f"POST {ROOM}retention/<case>/finish", REGISTRAR, things=ANY_CASE, answers=NONE_YET),
    Row(f"GET {IN_CASE}", ROOMED, things=ANY_CASE, owned=True),
    Row(f"POST {IN_CASE}seen", ROOMED, things=ANY_CASE, owned=True),
    *(
        Row(f"GET {IN_CASE}{name}/", who, things=ANY_CASE, owned=True)
        for name, (who, _) in CASE_ACTS.items()
    ),
    *(
        Row(
            f"POST {IN_CASE}{name}/",
            who,
            form=form | VERSION,
            things=ANY_CASE,
            owned=True,
            # A colleague can be named only by a registrar.
            answers=STAGE_OF_IT,
            missing=ABSENT | ({403} if "account" in form else set()),
        )
        for name, (who, form) in CASE_ACTS.items()
    ),
    Row(f"GET {IN_CASE}access/", ROOMED, things=ANY_CASE, owned=True),
    Row(
        f"POST {IN_CASE}access/",
        ROOMED,
        # Without the signed field of ours nothing is made.
        form={"submission": "x", "name": "x", "told_on": "2026-11-21", "text": "x"} | VERSION,
        things=ANY_CASE,
        owned=True,
        answers=REFUSED,
    ),
    Row(f"POST {IN_CASE}access/sheet.pdf", ROOMED, things=ANY_CASE, answers=NONE_YET),
    Row(
        f"GET {IN_CASE}access/<access>/<what>/",
        ROOMED,
        things=ITS_ACCESS,
        parts={"what": "ask"},
        owned=True,
    ),
    Row(
        f"POST {IN_CASE}access/<access>/<what>/",
        ROOMED,
        form={"text": "x"} | VERSION,
        things=ITS_ACCESS,
        parts={"what": "message"},
        owned=True,
        answers=DONE | REFUSED,
    ),
    Row(f"GET {IN_CASE}letter/", ROOMED, things=ANY_CASE, owned=True),
    Row(
        f"POST {IN_CASE}letter/",
        ROOMED,
        form={"to": "other", "name": "x", "address": "x", "about": "x", "text": "x"} | VERSION,
        things=ANY_CASE,
        owned=True,
        answers=DONE | REFUSED,
    ),
    Row(f"GET {IN_CASE}letters/<letter>/letter.pdf", ROOMED, things=ITS_LETTER, owned=True),
    Row(
        f"GET {IN_CASE}letters/<letter>/<what>/",
        ROOMED,
        things=ITS_LETTER,
        parts={"what": "service"},
        owned=True,
    ),
    Row(
        f"POST {IN_CASE}letters/<letter>/<what>/",
        ROOMED,
        form={"way": "personal", "on": "2026-11-21"} | VERSION,
        things=ITS_LETTER,
        parts={"what": "service"},
        owned=True,
        answers=DONE | REFUSED,
    ),
    # The file that the test has is a member's, and so none of the case's.
    Row(f"GET {IN_CASE}files/<file>/clean", ROOMED, things=ITS_FILE, answers=NONE_YET),
    Row(f"GET {IN_CASE}files/<file>/original/", REGISTRAR, things=ITS_FILE, answers=NONE_YET),
    Row(
        f"POST {IN_CASE}files/<file>/original/",
        REGISTRAR,
        form=WHY | VERSION,
        things=ITS_FILE,
        answers=NONE_YET | REFUSED,
    ),
    Row(f"GET {IN_CASE}entry/", ROOMED, things=ANY_CASE, owned=True),
    Row(
        f"POST {IN_CASE}entry/",
        ROOMED,
        form={
            "kind": "status_changed",
            "number": "100001",
            "effective_on": "2026-11-21",
            "authority": "x",
            "status": "suspended",
        }
        | VERSION,
        things=ANY_CASE,
        owned=True,
        answers=REFUSED | NOT_SO,
    ),
    Row(
        f"POST {IN_CASE}entry/approve",
        ROOMED,
        form={"hash": "0" * 64} | VERSION,
        things=ANY_CASE,
        owned=True,
        answers=REFUSED,
    ),
    Row(
        f"POST {IN_CASE}entry/refuse",
        ROOMED,
        form=WHY | VERSION,
        things=ANY_CASE,
        owned=True,
        answers=REFUSED,
    ),
    Row(
        f"POST {IN_CASE}entry/withdraw",
        ROOMED,
        form=VERSION,
        things=ANY_CASE,
        owned=True,
        answers=REFUSED,
    ),
    Row(f"GET {IN_CASE}erase/", REGISTRAR, things=ANY_CASE, owned=True),
    Row(
        f"POST {IN_CASE}erase/",
        REGISTRAR,
        form={"sure": "yes"} | WHY | VERSION,
        things=ANY_CASE,
        owned=True,
        answers=REFUSED,
    ),
)

# Employers: companies, postings and what belongs to them; another company's aren't there.
JOBS = "/services/jobs/"
FIRM, PICTURE = f"{JOBS}<company>/", f"{JOBS}files/<company>/"
POSTED, CAREERS = f"{FIRM}postings/<number>/", f"{JOBS}desk/"
CAREER_OFFICER = only(Role.CAREER_OFFICER)
OF_FIRM: Mapping[str, Thing] = {"company": "company"}
OF_POSTING: Mapping[str, Thing] = {"company": "company", "number": "posting"}
OF_APPLICANT: Mapping[str, Thing] = {**OF_POSTING, "account": "applicant"}
OF_USER: Mapping[str, Thing] = {**OF_FIRM, "account": "user"}
OF_CLIENT: Mapping[str, Thing] = {**OF_FIRM, "client": "client"}
OF_RECEIPT: Mapping[str, Thing] = {**OF_FIRM, "session": "receipt"}
NAMED = {"name": "Acme", "email": "office@acme.example"}
FAULTY, AWAY = frozenset({422}), frozenset({503})
JOB_ROWS = (
    Row(f"GET {JOBS}", EVERYBODY),
    Row(f"GET {JOBS}register/", SIGNED_IN),
    Row(f"POST {JOBS}register/", SIGNED_IN, form=NAMED),
    *(
        Row(f"GET {FIRM}{page}", SIGNED_IN, things=OF_FIRM, owned=True)
        for page in ("", "profile/", "people/", "clients/", "credits/", "credits/paid")
    ),
    Row(f"GET {FIRM}postings/new/", SIGNED_IN, things=OF_FIRM, owned=True),
    *(
        Row(f"POST {FIRM}{act}", SIGNED_IN, form=form, things=OF_FIRM, owned=True, answers=answers)
        for act, form, answers in (
            ("profile/", {**NAMED, **VERSION}, DONE | REFUSED),
            ("people/", {"email": "x"}, FAULTY),
            ("clients/", {"name": "Bow"}, DONE | REFUSED),
            ("credits/buy", {"package": "one"}, AWAY),
            ("credits/carried", {"reference": "none"}, NONE_YET | {403}),
            ("postings/new/", {"do": "draft"}, FAULTY),
        )
    ),
    Row(f"POST {FIRM}people/<account>/remove", SIGNED_IN, things=OF_USER, owned=True),
    Row(
        f"POST {FIRM}clients/<client>/active",
        SIGNED_IN,
        form={"active": "no"},
        things=OF_CLIENT,
        owned=True,
    ),
    Row(f"GET {FIRM}clients/<client>/", SIGNED_IN, things=OF_CLIENT, owned=True),
    Row(
        f"POST {FIRM}clients/<client>/",
        SIGNED_IN,
        form={"name": "Bow", **VERSION},
        things=OF_CLIENT,
        owned=True,
        answers=DONE | REFUSED,
    ),
    *(
        Row(f"GET {FIRM}receipts/<session>/{form}", SIGNED_IN, things=OF_RECEIPT, owned=True)
        for form in ("", "receipt.pdf")
    ),
    *(
        Row(
            f"GET {FIRM}receipts/<session>/notes/<number>/{form}",
            SIGNED_IN,
            things=OF_RECEIPT,
            parts={"number": "C-2040-00001"},
            owned=True,
            answers=NONE_YET,
        )
        for form in ("", "credit-note.pdf")
    ),
    *(
        Row(f"GET {POSTED}{page}", SIGNED_IN, things=OF_POSTING, owned=True)
        for page in ("", "edit/", "extend/", "close/", "figures/", "applications/")
    ),
    *(
        Row(
            f"POST {POSTED}{act}",
            SIGNED_IN,
            form={**form, **VERSION},
            things=OF_POSTING,
            owned=True,
            answers=DONE | REFUSED | FAULTY,
        )
        for act, form in (
            ("edit/", {"do": "save"}),
            ("extend/", {"ends_on": "2026-12-01"}),
            ("publish", {}),
            ("copy", {}),
            ("remove", {}),
        )
    ),
    Row(
        f"POST {POSTED}turn/<what>",
        SIGNED_IN,
        form=VERSION,
        things=OF_POSTING,
        parts={"what": "pause"},
        owned=True,
        answers=DONE | REFUSED,
    ),
    Row(f"GET {POSTED}applications/<account>/", SIGNED_IN, things=OF_APPLICANT, owned=True),
    Row(
        f"POST {POSTED}applications/<account>/",
        SIGNED_IN,
        form={"mark": "again"},
        things=OF_APPLICANT,
        owned=True,
    ),
    # Nobody of these has sent a file: the page is another's, and a file that isn't there.
    Row(f"POST {PICTURE}", SIGNED_IN, things=OF_FIRM, owned=True),
    Row(f"GET {PICTURE}sent", SIGNED_IN, things=OF_FIRM, owned=True, answers=NONE_YET),
    *(
        Row(
            f"{method} {PICTURE}<file>{act}",
            SIGNED_IN,
            things=OF_FIRM,
            parts={"file": "0" * 32},
            owned=True,
            answers=NONE_YET,
        )
        for method, act in (
            ("GET", ""),
            ("GET", "/send"),
            ("GET", "/state"),
            ("POST", "/check"),
            ("POST", "/remove"),
        )
    ),
    # The applicant sent none.
    Row(
        f"GET {PICTURE}resume/<number>/<account>",
        SIGNED_IN,
        things=OF_APPLICANT,
        owned=True,
        answers=NONE_YET,
    ),
    Row(
        f"GET {FIRM}pictures/<name>",
        SIGNED_IN,
        things=OF_FIRM,
        parts={"name": "0.png"},
        owned=True,
        answers=NONE_YET,
    ),
    Row(
        f"GET {CAREERS}pictures/<company>/<name>",
        CAREER_OFFICER,
        things=OF_FIRM,
        parts={"name": "0.png"},
        answers=NONE_YET,
    ),
    # What isn't signed by the payment processor is refused, whoever sends it.
    Row(f"POST {JOBS}stripe", EVERYBODY, answers=frozenset({403})),
    *(Row(f"GET {CAREERS}{page}", CAREER_OFFICER) for page in ("", "companies/", "places/")),
    Row(f"GET {CAREERS}find", CAREER_OFFICER, query="q=survey&state=live"),
    Row(f"POST {CAREERS}places/", CAREER_OFFICER, form={"name": "Vulcan", "province": "AB"}),
    Row(
        f"POST {CAREERS}places/<place>/active",
        CAREER_OFFICER,
        form={"active": "no"},
        parts={"place": "calgary"},
    ),
    Row(f"GET {CAREERS}companies/<company>/", CAREER_OFFICER, things=OF_FIRM),
    Row(
        f"POST {CAREERS}companies/<company>/grant",
        CAREER_OFFICER,
        form={"credits": "1", **REASON},
        things=OF_FIRM,
    ),
    Row(
        f"GET {CAREERS}companies/<company>/lots/<lot>/",
        CAREER_OFFICER,
        things=OF_FIRM,
        parts={"lot": "0" * 32},
        answers=NONE_YET,
    ),
    Row(
        f"POST {CAREERS}companies/<company>/lots/<lot>/",
        CAREER_OFFICER,
        form={"credits": "1", **REASON},
        things=OF_FIRM,
        parts={"lot": "0" * 32},
        answers=REFUSED,
    ),
    Row(
        f"GET {CAREERS}companies/<company>/vetting/<step>/",
        CAREER_OFFICER,
        things=OF_FIRM,
        parts={"step": "block"},
    ),
    Row(
        f"POST {CAREERS}companies/<company>/vetting/<step>/",
        CAREER_OFFICER,
        form={"words": "Not blocked at all", "version": "1"},
        things=OF_FIRM,
        parts={"step": "unblock"},
        answers=REFUSED,
    ),
    Row(f"GET {CAREERS}payments/<session>/", CAREER_OFFICER, things={"session": "receipt"}),
    Row(
        f"POST {CAREERS}payments/<session>/refund",
        CAREER_OFFICER,
        form={"amount": "1.00", "credits": "0", "version": "1", **REASON},
        things={"session": "receipt"},
        answers=AWAY,
    ),
    Row(
        f"POST {CAREERS}payments/<session>/refunds/<asked>/again",
        CAREER_OFFICER,
        things={"session": "receipt"},
        parts={"asked": "0" * 32},
        answers=REFUSED,
    ),
    Row(
        f"POST {CAREERS}payments/<session>/settle",
        CAREER_OFFICER,
        form=WHY,
        things={"session": "receipt"},
        answers=REFUSED,
    ),
    Row(f"GET {CAREERS}postings/<number>/", CAREER_OFFICER, things={"number": "posting"}),
    Row(
        f"POST {CAREERS}postings/<number>/approve",
        CAREER_OFFICER,
        form=VERSION,
        things={"number": "posting"},
        answers=REFUSED,
    ),
    Row(f"GET {CAREERS}postings/<number>/correct/", CAREER_OFFICER, things={"number": "posting"}),
    Row(
        f"POST {CAREERS}postings/<number>/correct/",
        CAREER_OFFICER,
        form={"title": "x"} | VERSION,
        things={"number": "posting"},
        answers=FAULTY,
    ),
    Row(
        f"GET {CAREERS}postings/<number>/<what>/",
        CAREER_OFFICER,
        things={"number": "posting"},
        parts={"what": "refuse"},
    ),
    Row(
        f"POST {CAREERS}postings/<number>/<what>/",
        CAREER_OFFICER,
        form=WHY | VERSION,
        things={"number": "posting"},
        parts={"what": "refuse"},
        answers=REFUSED,
    ),
)

# The people's side: anybody applies; profiles and requests about them are members'.
APPLY, APPLIED = f"{JOBS}apply/<number>/", f"{JOBS}applications/<number>/"
CAREER, ASKED = f"{JOBS}profile/", f"{JOBS}requests/<company>/"
ANY_POSTING: Mapping[str, Thing] = {"number": "posting"}
OWN_APPLICATION: Mapping[str, Thing] = {"number": "applied"}
ASKING: Mapping[str, Thing] = {"company": "asking"}
OF_PROFILE: Mapping[str, Thing] = {"company": "company", "handle": "profile"}
CAREER_ROWS = (
    Row(f"GET {APPLY}", SIGNED_IN, things=ANY_POSTING),
    Row(
        f"POST {APPLY}",
        SIGNED_IN,
        form={"name": "Ana Lee", "email": "ana@example.org", "consent": "yes"},
        things=ANY_POSTING,
    ),
    Row(f"GET {JOBS}applications/", SIGNED_IN),
    Row(f"GET {APPLIED}", SIGNED_IN, things=OWN_APPLICATION, owned=True),
    Row(f"GET {APPLIED}resume/", SIGNED_IN, things=OWN_APPLICATION, owned=True),
    Row(
        f"POST {APPLIED}resume/",
        SIGNED_IN,
        form={"resume": "", "version": "9"},
        things=OWN_APPLICATION,
        owned=True,
        answers=DONE | REFUSED,
    ),
    Row(f"GET {APPLIED}withdraw/", SIGNED_IN, things=OWN_APPLICATION, owned=True),
    Row(f"POST {APPLIED}withdraw/", SIGNED_IN, things=OWN_APPLICATION, owned=True),
    Row(f"GET {CAREER}", MEMBER),
    Row(
        f"POST {CAREER}",
        MEMBER,
        form={"headline": "Surveyor", "disciplines": "Civil", "years": "5", "level": "senior"},
    ),
    Row(f"POST {CAREER}hide", MEMBER, answers=NONE_YET),
    Row(f"GET {JOBS}requests/", MEMBER),
    Row(f"GET {ASKED}", MEMBER, things=ASKING, owned=True),
    Row(
        f"POST {ASKED}",
        MEMBER,
        form={"accepted": "yes", "contact": "x"} | VERSION,
        things=ASKING,
        owned=True,
    ),
    Row(f"GET {ASKED}take-back/", MEMBER, things=ASKING, owned=True),
    Row(f"POST {ASKED}take-back/", MEMBER, things=ASKING, owned=True),
    # Employers with a live posting: each of these has one.
    Row(f"GET {FIRM}members/", SIGNED_IN, query="discipline=Civil", things=OF_FIRM, owned=True),
    Row(f"GET {FIRM}members/<handle>/", SIGNED_IN, things=OF_PROFILE, owned=True),
    Row(
        f"POST {FIRM}members/<handle>/",
        SIGNED_IN,
        form={"message": "A job for you", "posting": "999999999"},
        things=OF_PROFILE,
        owned=True,
        answers=NOT_SO,
    ),
    Row(f"GET {FIRM}requests/", SIGNED_IN, things=OF_FIRM, owned=True),
    # The member hasn't answered.
    Row(
        f"GET {PICTURE}member/<handle>",
        SIGNED_IN,
        things=OF_PROFILE,
        owned=True,
        answers=NONE_YET,
    ),
)

# Whoever it is, a view of a posting that isn't there is answered as one that counts.
SEEN_ROWS = (Row("POST /services/jobs/seen", EVERYBODY, form={"number": "500000001"}),)
HOME_ROWS = (Row("GET /services/", EVERYBODY),)

DIGEST = "/services/jobs/digest/"
STOP: Mapping[str, str] = {"token": "x" * 54}  # one that nobody was given: the address is the proof
DIGEST_ROWS = (
    Row(f"GET {DIGEST}", MEMBER),
    Row(f"POST {DIGEST}", MEMBER, form={"wanted": "no"}),
    Row(f"GET {DIGEST}stop/<token>/", EVERYBODY, parts=STOP, answers=NONE_YET),
    Row(f"POST {DIGEST}stop/<token>/", EVERYBODY, parts=STOP, answers=NONE_YET),
)

DOMAINS = tuple(
    importlib.import_module(f"tests.authorization.{file.stem}")
    for file in sorted(Path(__file__).with_name("authorization").glob("*.py"))
)

ROWS = (
    *ACCOUNT_ROWS,
    *ADMIN_ROWS,
    *CPD_ROWS,
    *API_ROWS,
    *DESK_ROWS,
    *FILE_ROWS,
    *COMPLAINT_ROWS,
    *ROOM_ROWS,
    *HOME_ROWS,
    *JOB_ROWS,
    *CAREER_ROWS,
    *DIGEST_ROWS,
    *SEEN_ROWS,
    *(row for domain in DOMAINS for row in domain.ROWS),
)
