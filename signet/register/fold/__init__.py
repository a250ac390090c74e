"""Folding entries into records: the one reading of what the entries amount to.

The fold depends on the set of entries alone, never on the order they come in: they are applied by
effective date, then by when they were recorded, then by id.
"""

from signet.register.fold.members import member
from signet.register.fold.order import applicable, full_name
from signet.register.fold.permits import permit

__all__ = ["applicable", "full_name", "member", "permit"]
