"""What all tests share: the real local database, empty for each test that asks for it."""

import os

from hypothesis import settings

from tests.local_database import dynamodb, empty_database
from tests.service_world import emulator, world

__all__ = ["dynamodb", "empty_database", "emulator", "world"]

# A busy machine is no fault of the code's: no example fails for having taken long. On a developer's
# machine new examples are tried each time; continuous integration answers the same each time.
settings.register_profile("unhurried", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("unhurried")
