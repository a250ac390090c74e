"""A route of a function: its address, and the access that it requires."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum, auto
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from pydantic import BaseModel

from signet.web.answer import Answer

if TYPE_CHECKING:
    from signet.accounts.model import Role


class Who(Enum):
    """Access requirements that name no role."""

    ANYONE = auto()
    SIGNED_IN = auto()


ANYONE, SIGNED_IN = Who.ANYONE, Who.SIGNED_IN
Needs: TypeAlias = "Who | Role | tuple[Role, ...]"


class Route(NamedTuple):
    """One method at one address, with the access that it requires.

    `takes` and `gives` are the models of a JSON route's body and answer; `is_json` routes answer
    problems as JSON too. `signed` routes are called by other organizations' systems: they verify
    the signature themselves, and nothing that a browser sends along counts there.
    """

    method: str
    rule: str
    needs: Needs
    name: str
    view: Callable[..., Answer]
    takes: type[BaseModel] | None = None
    gives: type[BaseModel] | None = None
    is_json: bool = False
    signed: bool = False
