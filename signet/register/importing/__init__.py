"""Import from other systems: files are read through a mapping, as rows of the exchange format.

`docs/importing.md` is for those who write a mapping.
"""

from signet.register.importing.mapping import Mapping, load
from signet.register.importing.reading import read, read_exchange
from signet.register.importing.rejected import accept_valid, write_rejected
from signet.register.importing.rows import Place, SourceRow, Tables, Value
from signet.register.importing.values import Limits

__all__ = [
    "Limits",
    "Mapping",
    "Place",
    "SourceRow",
    "Tables",
    "Value",
    "accept_valid",
    "load",
    "read",
    "read_exchange",
    "write_rejected",
]
