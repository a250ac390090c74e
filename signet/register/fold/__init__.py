"""Folding entries into records: the one interpretation of entries.

The result depends only on the set of entries, never on their order: they are applied by effective
date, then by when they were recorded, then by id.
"""

from signet.register.fold.members import member
from signet.register.fold.order import applicable, full_name
from signet.register.fold.permits import permit

__all__ = ["applicable", "full_name", "member", "permit"]
