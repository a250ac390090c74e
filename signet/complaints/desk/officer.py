"""The officer who performs an operation at the complaints desk."""

from __future__ import annotations

from dataclasses import dataclass

from signet.accounts.model import Role
from signet.complaints import numbers, receipt_codes
from signet.errors import NotFound
from signet.policy.complaints import ComplaintPolicy
from signet.sealing import PrivateKeyOf
from signet.transactions.context import Context

DESK = (Role.COMPLAINTS_OFFICER, Role.REGISTRAR)


@dataclass(frozen=True, slots=True, kw_only=True)
class Officer(Context):
    """The officer who performs an operation at the desk, with the keys that it takes.

    `key` is the secret for hashing register numbers, `private` returns the office's private keys.
    `email`, like the member record, indicates the officer's name.
    """

    key: bytes
    private: PrivateKeyOf

    @property
    def registrar(self) -> bool:
        """Whether the officer is the Registrar, or acts as one."""
        return Role.REGISTRAR in self.roles

    @property
    def stands_for(self) -> str:
        """Return the keyed hash of the officer's register number, "" where they have none."""
        return receipt_codes.respondent_hash(self.member.upper(), self.key) if self.member else ""

    @property
    def marks(self) -> tuple[str, ...]:
        """Return all keyed hashes of the officer's number, however a complaint spelled it."""
        like = numbers.key(self.member)
        return (self.stands_for, receipt_codes.respondent_hash(like, self.key)) if like else ()

    @property
    def rules(self) -> ComplaintPolicy:
        """Return the policy on complaints. Raises NotFound where the pack has none."""
        if self.policy.complaints is None:
            raise NotFound
        return self.policy.complaints
