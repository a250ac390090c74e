"""Names are compared without regard to how they are written, in the build and in the browser."""

from __future__ import annotations

import csv
import sys
import unicodedata
from itertools import batched
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from signet.publish.lookup import normal
from signet.publish.lookup.entry import LookupEntry
from tests.lookup_client import Client

if TYPE_CHECKING:
    from collections.abc import Iterator
