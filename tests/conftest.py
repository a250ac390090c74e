"""What all tests share: the real local database, empty for each test that asks for it."""

import functools
import os
import random
import signal
import time

import botocore.loaders
import pytest
from hypothesis import settings
from pynamodb.models import Model

from tests import database_calls as database_calls
from tests.examples import PHASES, examples
from tests.local_database import dynamodb, empty_database
from tests.service_world import emulator, world
from tests.time_taken import pytest_terminal_summary

__all__ = ["dynamodb", "empty_database", "emulator", "pytest_terminal_summary", "world"]

# What botocore ships about each of AWS's services is read once a process, not once for each client:
# that is most of what a client costs, and tests make thousands.
botocore.loaders.create_loader = functools.cache(botocore.loaders.create_loader)

# The database of one machine erases rows whose time is over by the machine's own clock, within
# seconds, while tests stand still on days of their own: a session could be gone in the middle of a
# test. What is over is told by the rows themselves; erasing only tidies up, and on AWS takes days.
Model.update_ttl = lambda *_: None  # type: ignore[method-assign]

# What a shell starts in the background ignores Ctrl-C's signal, and so does all that it starts. The
# tests that send it to programs of theirs need programs that hear it.
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# A busy machine is no fault of the code's: no example fails for having taken long. On a developer's
# machine new examples are tried each time; continuous integration answers the same each time.
settings.register_profile(
    "unhurried",
    deadline=None,
    derandomize="CI" in os.environ,
    max_examples=examples(),
    phases=PHASES,
)
settings.load_profile("unhurried")


# Of a run that may take so many seconds and no more the rest is left out, and counted.
SECONDS = float(os.environ.get("SIGNET_SECONDS") or "inf")
BEGUN = time.monotonic()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    """Leave a test out for which there is no time."""
    if time.monotonic() - BEGUN > SECONDS:
        pytest.skip(f"not run: the {SECONDS:.0f} s are over (make test runs everything)")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Shuffle files, and the tests in each, by SIGNET_ORDER: none may depend on another."""
    if not (order := os.environ.get("SIGNET_ORDER")):
        return
    chance = random.Random(order)
    ranks = {item.path: chance.random() for item in sorted(items, key=lambda one: one.path)}
    chance.shuffle(items)
    items.sort(key=lambda item: ranks[item.path])
