"""Files with secrets: readable by their owner alone, from the moment they exist."""

import os
from pathlib import Path

OWNER_ALONE = 0o600


def write(file: Path, text: str) -> None:
    """Write or replace a file atomically, whatever the umask."""
    unfinished = file.with_suffix(".new")
    unfinished.unlink(missing_ok=True)  # another user may have made it, readable by all
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ALONE)
    with open(descriptor, "w", encoding="utf-8") as output:
        output.write(text)
    unfinished.replace(file)
