"""What all tests share: the real local database, empty for each test that asks for it."""

import functools
import os

import botocore.loaders
from hypothesis import settings

from tests.local_database import dynamodb, empty_database
from tests.service_world import emulator, world

__all__ = ["dynamodb", "empty_database", "emulator", "world"]

# What botocore ships about each of AWS's services is read once a process, not once for each client:
# that is most of what a client costs, and tests make thousands.
botocore.loaders.create_loader = functools.cache(botocore.loaders.create_loader)

# A busy machine is no fault of the code's: no example fails for having taken long. On a developer's
# machine new examples are tried each time; continuous integration answers the same each time.
settings.register_profile("unhurried", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("unhurried")
