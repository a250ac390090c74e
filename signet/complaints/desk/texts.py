"""Opening the sealed texts of rows with the office's key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from signet import sealing
from signet.complaints import store
from signet.complaints.desk import case_store
from signet.complaints.desk.officer import Officer
from signet.complaints.tables import CaseRow, FilingRow
from signet.sealing import CannotOpen, WrappedKey

Keys = Mapping[str, WrappedKey]


def texts_of(officer: Officer, wanted: Sequence[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """Return the sealed texts of rows, by case and sort key: two reads for up to a hundred.

    Rows that don't exist or can't be opened are left out. Raises Unavailable.
    """
    keys = case_store.keys_of(wanted)
    texts = {}
    for row in case_store.sealed_rows(wanted):
        key = keys.get((row.case, row.part))
        if key and (text := unsealed(officer, row, {row.part: key})):
            texts[row.case, row.part] = text
    return texts


def unsealed(officer: Officer, row: CaseRow | FilingRow, keys: Keys) -> str | None:
    """Return the sealed text of a row, None where there is none or it can't be opened.

    Raises Unavailable when the office's key isn't available.
    """
    if not row.sealed or row.part not in keys:
        return None
    try:
        about = store.row_seal_context(row)
        return sealing.opened(bytes(row.sealed), keys[row.part], officer.private, about).decode()
    except (CannotOpen, UnicodeDecodeError):
        return None
