"""What others give to a request: asked by who makes it, answered by a secret link, without account.

A link opens only what its contributor is asked. It dies with the answer, when the owner replaces
who was asked, and when the request is withdrawn or closed. A late answer counts.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from typing import Any, NamedTuple

from pydantic import BaseModel

from signet.errors import FieldError, Invalid, NotFound, Refused
from signet.requests import store
from signet.requests.drafting import EDITABLE
from signet.requests.kind import Role
from signet.requests.model import Contribution
from signet.requests.operation import Case, Step, case_of, change, check_own, reference, to_owner
from signet.requests.stage import Stage
from signet.transactions.context import Context
from signet.transactions.outbox import Mail

ASKABLE = EDITABLE | {Stage.COMPLETENESS, Stage.DECISION}
BY_LINK = "contributor"  # the account of an operation that a link does


class Invited(NamedTuple):
    """Whom an owner asks."""

    role: str
    name: str
    email: str


def digest(secret: str) -> str:
    """Return the digest under which a link's secret is stored."""
    return sha256(f"request contributor {secret}".encode()).hexdigest()


def invite(
    context: Context, id_: str, invited: Invited, secret: str, *, instead_of: str = ""
) -> None:
    """Ask a person to contribute, and mail them their link.

    `secret` is 32 random hexadecimal digits; only its digest is stored. `instead_of` is the id of
    who was asked before and is replaced: their link is dead from now on. Raises Refused for more
    than the kind asks or than the policy allows in all, once it can't be asked any more, or for an
    answer that came already; Invalid for the owner's own address or one that was asked already;
    NotFound, Conflict.
    """

    def step(case: Case) -> Step:
        role = _askable(context, case, invited)
        _check_not_full(context, case)
        after = case.file.next()
        if instead_of:
            _end(after.contributions, context, instead_of, role)
        held = [one for one in after.contributions if one.role == role.name and one.counts]
        if len(held) >= role.most:
            raise Refused(f"{role.title}: you have asked as many as you can ({role.most}).")
        if invited.email.casefold() in {one.email.casefold() for one in held}:
            raise Invalid(FieldError("email", "You have asked at this address already"))
        days = timedelta(days=case.policy.contributor_days)
        contribution = Contribution(
            id=context.operation,
            role=role.name,
            name=invited.name,
            email=invited.email,
            secret=digest(secret),
            invited_at=context.now,
            expires_on=context.today + days,
        )
        after.contributions.append(contribution)
        return Step(
            after,
            mail=[_invitation(case, contribution, context.email, secret)],
            detail={"role": role.name},
        )

    change(context, id_, "request-contributor-invited", [*invited, instead_of], step)


def _askable(context: Context, case: Case, invited: Invited) -> Role:
    check_own(context, case.file.head)
    role = case.kind.role(invited.role)
    if role is None:
        raise NotFound
    if case.standing.stage not in ASKABLE:
        raise Refused("Nobody can be asked for this request now.")
    if invited.email.casefold() == context.email.casefold():
        raise Invalid(FieldError("email", "Give the address of the person you ask, not your own"))
    return role


def full(case: Case) -> bool:
    """Tell whether as many were asked for a request as the policy allows, replaced ones too.

    Each gets mail from us that a stranger had sent: that has an end.
    """
    return len(case.file.contributions) >= case.policy.invited_most


def _check_not_full(context: Context, case: Case) -> None:
    if full(case):
        most, contact = case.policy.invited_most, context.policy.regulator.contact
        raise Refused(
            f"You have asked {most} people for this request, which is the most that we write to. "
            f"If you need someone else, ask {contact}."
        )


def _end(held: list[Contribution], context: Context, id_: str, role: Role) -> None:
    for at, one in enumerate(held):
        if one.id == id_ and one.role == role.name and one.ended_at is None:
            if one.answered_at is not None:
                raise Refused(f"{one.name} has answered already.")
            held[at] = one.model_copy(update={"ended_at": context.now})
            return
    raise NotFound


def _invitation(case: Case, made: Contribution, asked_by: str, secret: str) -> Mail:
    template_context = {
        "kind": case.policy.title,
        "reference": reference(case.file.id),
        "name": asked_by,
        "until": made.expires_on.isoformat(),
        "at": f"/services/requests/contribute/{secret}/",
    }
    return Mail(
        made.email, "request_contribution", template_context, confidential=True, limited=True
    )


class Asked(NamedTuple):
    """What a link opens: the request, what was asked, and of which role."""

    case: Case
    contribution: Contribution
    role: Role


def asked(context: Context, secret: str) -> Asked:
    """Return what a link opens. Raises NotFound for a dead one, Unavailable."""
    request, id_ = store.by_secret(digest(secret))
    return _asked(case_of(context, store.get(request)), id_)


def _asked(case: Case, id_: str) -> Asked:
    held = case.file.contribution(id_)
    role = case.kind.role(held.role) if held else None
    if held is None or role is None or held.ended_at is not None or case.standing.closed:
        raise NotFound("This link isn’t in use any more.")
    return Asked(case, held, role)


def answer(context: Context, secret: str, given: BaseModel) -> None:
    """Store a contributor's answer. Raises NotFound for a dead link, Refused for a second one."""

    def take(held: Contribution) -> Contribution:
        data = given.model_dump(mode="json")
        return held.model_copy(update={"answered_at": context.now, "data": data})

    _take(context, secret, "request-contributor-answered", [given], take, "request_contributed")


def decline(context: Context, secret: str, reason: str) -> None:
    """Store that a contributor can't answer, and why. Raises as `answer`."""

    def take(held: Contribution) -> Contribution:
        return held.model_copy(update={"declined_at": context.now, "declined": reason})

    _take(context, secret, "request-contributor-declined", [reason], take, "request_declined")


def _take(
    context: Context,
    secret: str,
    name: str,
    submitted: list[Any],
    take: Callable[[Contribution], Contribution],
    template: str,
) -> None:
    request, id_ = store.by_secret(digest(secret))

    def step(case: Case) -> Step:
        asked_for = _asked(case, id_)
        if not asked_for.contribution.open:
            raise Refused("You have answered this already. Thank you.")
        after = case.file.next()
        after.contributions[:] = [
            take(one) if one.id == id_ else one for one in after.contributions
        ]
        mail = to_owner(case, template)
        return Step(after, mail=mail, detail={"contributor": id_})

    change(context, request, name, [id_, *submitted], step)
