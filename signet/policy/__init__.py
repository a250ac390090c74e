"""The policy pack: what differs between regulators, or changes with time, as data."""

from signet.policy.cpd import CpdPolicy
from signet.policy.jobs import JobPolicy
from signet.policy.pack import (
    Designation,
    MemberCategory,
    PermitStatus,
    Policy,
    PolicyError,
    Reason,
    Regulator,
    Status,
    load,
)

__all__ = [
    "CpdPolicy",
    "Designation",
    "JobPolicy",
    "MemberCategory",
    "PermitStatus",
    "Policy",
    "PolicyError",
    "Reason",
    "Regulator",
    "Status",
    "load",
]
