"""The routes of requests: one's own, a contributor's link, and the desk; and requests for them."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from signet.accounts.model import Role
from signet.requests.model import What
from tests.authorization_rows import DONE, EVERYBODY, NONE_YET, REFUSED, SIGNED_IN, Row, Thing, only
from tests.request_office import a_request

OWN, DESK = "/services/requests/", "/services/requests/desk/"
ONE, FILE, LINK = f"{OWN}<id_>/", f"{DESK}<id_>/", f"{OWN}contribute/<secret>/"
OFFICERS = only(Role.REGISTRAR, Role.REGISTER_OFFICER)
MINE: Mapping[str, Thing] = {"id_": "request"}
SUBMITTED: Mapping[str, Thing] = {"id_": "submitted"}
NAME = {"why": "changed", "family": "Roy", "given": "Ana", "since": "2026-11-01", "seen": "0"}
NO_LINK = {"secret": "0" * 32}
OF_ACCOUNTS = frozenset({"request"})  # made for the account that asks

ROWS = (
    Row(f"GET {OWN}", SIGNED_IN),
    # Who isn't joined to a record has nothing to ask for yet.
    Row(f"POST {OWN}start", SIGNED_IN, form={"kind": "contact"}, answers=DONE | REFUSED),
    Row(f"GET {ONE}", SIGNED_IN, things=MINE, owned=True),
    Row(f"GET {ONE}sections/<name>/", SIGNED_IN, things=MINE, parts={"name": "name"}, owned=True),
    Row(
        f"POST {ONE}sections/<name>/",
        SIGNED_IN,
        form=NAME,
        things=MINE,
        parts={"name": "name"},
        owned=True,
    ),
    Row(f"GET {ONE}documents/<code>/", SIGNED_IN, things=MINE, parts={"code": "proof"}, owned=True),
    Row(
        f"POST {ONE}documents/<code>/", SIGNED_IN, things=MINE, parts={"code": "proof"}, owned=True
    ),
    # No kind of the example's asks others yet.
    Row(
        f"GET {ONE}contributors/<role>/",
        SIGNED_IN,
        things=MINE,
        parts={"role": "referee"},
        owned=True,
        answers=NONE_YET,
    ),
    Row(
        f"POST {ONE}contributors/<role>/",
        SIGNED_IN,
        form={"name": "Ben", "email": "ben@example.com"},
        things=MINE,
        parts={"role": "referee"},
        owned=True,
        answers=NONE_YET,
    ),
    Row(f"GET {ONE}submit/", SIGNED_IN, things=MINE, owned=True),
    Row(
        f"POST {ONE}submit/",
        SIGNED_IN,
        form={"seen": "1", "agreed": "yes"},
        things=MINE,
        owned=True,
        answers=frozenset({409, 422}),
    ),
    Row(f"GET {ONE}withdraw/", SIGNED_IN, things=MINE, owned=True),
    Row(f"POST {ONE}withdraw/", SIGNED_IN, things=MINE, owned=True),
    Row(f"GET {ONE}appeal/", SIGNED_IN, things=MINE, owned=True, answers=NONE_YET),
    Row(
        f"POST {ONE}appeal/",
        SIGNED_IN,
        form={"text": "It is proved."},
        things=MINE,
        owned=True,
        answers=REFUSED,
    ),
    Row(
        f"GET {ONE}letters/<about>/letter.pdf",
        SIGNED_IN,
        things=MINE,
        parts={"about": "1"},
        owned=True,
        answers=NONE_YET,
    ),
    Row(f"GET {LINK}", EVERYBODY, parts=NO_LINK, answers=NONE_YET),
    Row(f"POST {LINK}", EVERYBODY, parts=NO_LINK, answers=NONE_YET),
    Row(f"POST {LINK}decline", EVERYBODY, parts=NO_LINK, answers=NONE_YET),
    Row(f"GET {DESK}", OFFICERS),
    Row(f"GET {FILE}", OFFICERS, things=SUBMITTED),
    Row(f"GET {FILE}<what>/", OFFICERS, things=SUBMITTED, parts={"what": "note"}),
    Row(
        f"POST {FILE}<what>/",
        OFFICERS,
        form={"seen": "1", "text": "Called the member."},
        things=SUBMITTED,
        parts={"what": "note"},
        answers=DONE | REFUSED,
    ),
    Row(
        f"POST {FILE}enter",
        OFFICERS,
        form={"seen": "1", "hash": "0" * 64},
        things=SUBMITTED,
        answers=REFUSED,
    ),
    Row(
        f"GET {FILE}letters/<about>/letter.pdf",
        OFFICERS,
        things=SUBMITTED,
        parts={"about": "1"},
        answers=NONE_YET,
    ),
    Row(
        f"GET {FILE}documents/<upload>/",
        OFFICERS,
        things=SUBMITTED,
        parts={"upload": "0" * 32},
        answers=NONE_YET,
    ),
)


def things(kinds: Collection[str], number: str) -> dict[str, str]:
    """Return a submitted request about a member, where a row's address names one."""
    if "submitted" not in kinds:
        return {}
    return {"submitted": a_request("somebody", number, What.SUBMITTED)}


def own(kind: str, account: str) -> str:
    """Return a draft of an account's."""
    del kind
    return a_request(account, "")
