"""How a command reports problems: plain lines, and an exit status."""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable, Iterable
from typing import ParamSpec

from signet.errors import SignetError
from signet.policy import PolicyError
from signet.publish.render.shell import ShellError
from signet.publish.stamped.reading import CannotCheck
from signet.publish.target.release import ReleaseError
from signet.publish.urgent import CannotName, NothingPublished
from signet.register.problems import InputProblems
from signet.register.store import Conflict, StoreUnavailable, Unfinished

EXIT_BAD_INPUT = 2
EXIT_INTERRUPTED = 130
EXIT_NOBODY_READS = 141
MOST_SHOWN = 200

P = ParamSpec("P")

CLEAR = (  # errors whose messages say what is wrong and what to do
    CannotCheck,
    CannotName,
    NothingPublished,
    PolicyError,
    ReleaseError,
    ShellError,
    SignetError,
    StoreUnavailable,
    Unfinished,
)


def explain(heading: str, details: Iterable[object], limit: int = MOST_SHOWN) -> None:
    """Print to standard error what is wrong, the first `limit` details one a line."""
    lines = [str(detail) for detail in details]
    print(heading, file=sys.stderr)
    for line in lines[:limit]:
        print(f"  {line}", file=sys.stderr)
    if len(lines) > limit:
        print(f"  … and {len(lines) - limit:,} more", file=sys.stderr)


def report_failures(command: Callable[P, int]) -> Callable[P, int]:
    """Turn the failures that a person can act on into messages and an exit status."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> int:
        try:
            status = command(*args, **kwargs)
            sys.stdout.flush()
        except InputProblems as error:
            explain(f"{error}; nothing was changed", error.problems)
        except Conflict as conflict:
            explain(f"{conflict}; what was written before it stands", ())
        except CLEAR as error:
            explain(str(error), ())
        except KeyboardInterrupt:
            explain("interrupted", ())
            return EXIT_INTERRUPTED
        except BrokenPipeError:
            # The reader of the pipe, such as `head`, has closed it. What is still buffered is
            # discarded.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return EXIT_NOBODY_READS
        else:
            return status
        return EXIT_BAD_INPUT

    return run
