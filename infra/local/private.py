"""Files with secrets: readable by their owner alone, from the moment that they are there."""

import os
from pathlib import Path

OWNER_ALONE = 0o600


def write(file: Path, text: str) -> None:
    """Write a file anew, whole or not at all, whatever the umask says."""
    unfinished = file.with_suffix(".new")
    unfinished.unlink(missing_ok=True)  # it may have been made by another, for all to read
    made = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ALONE)
    with open(made, "w", encoding="utf-8") as output:
        output.write(text)
    unfinished.replace(file)
