"""The daily limit on wrong receipt codes from one address.

The count is kept under a keyed hash of the address. The salt is random and new each day, so the
hash leads to no case, and once the salt is deleted, to no person. The count is in the database, so
that restarting a function doesn't reset it.
"""

from __future__ import annotations

import hmac
import ipaddress
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

from botocore.exceptions import BotoCoreError
from pynamodb.exceptions import DoesNotExist, PutError, PynamoDBException

from signet.complaints.tables import TryRow
from signet.errors import TooMany, Unavailable
from signet.tables import condition_failed

SALT_BYTES = 32
NETWORK_BITS = 64  # of IPv6: the network of one household or phone, which can use any address in it
Random = Callable[[int], bytes]


def count_wrong(address: str, today: date, time_zone: str, *, limit: int, random: Random) -> None:
    """Count a wrong code. Raises TooMany above `limit` in a day, Unavailable.

    Codes are counted only once they are known to be wrong: a person who shares an address with
    someone guessing still gets in with a right code (threat 29), and guessing 100 bits is hopeless
    at any rate. `time_zone` is the regulator's, which decides when the day ends.
    """
    gone = datetime.combine(today + timedelta(days=1), time(), ZoneInfo(time_zone))
    with _reached():
        salt = _salt(today, gone, random)
        mark = hmac.digest(salt, _whose(address).encode(), sha256).hex()
        row = TryRow(f"address#{mark}")
        row.update(actions=[TryRow.times.add(1), TryRow.expires.set(gone)])
    if row.times > limit:
        raise TooMany(
            "This code doesn't work, and too many wrong codes were entered from your connection "
            "today. A correct code still works: check each letter, try again tomorrow, or call "
            "us."
        )


def _salt(today: date, gone: datetime, random: Random) -> bytes:
    """Return the day's salt, creating it on first use."""
    key = f"salt#{today.isoformat()}"
    try:
        return bytes(TryRow.get(key, consistent_read=True).salt)
    except DoesNotExist:
        pass
    row = TryRow(key, salt=random(SALT_BYTES), expires=gone)
    try:
        row.save(condition=TryRow.who.does_not_exist())
    except PutError as error:
        if not condition_failed(error):
            raise
        return bytes(TryRow.get(key, consistent_read=True).salt)
    return bytes(row.salt)


def _whose(address: str) -> str:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return ""  # all callers without a valid address are counted together
    if isinstance(parsed, ipaddress.IPv4Address):
        return str(parsed)
    return str(ipaddress.IPv6Network((int(parsed), NETWORK_BITS), strict=False))


@contextmanager
def _reached() -> Iterator[None]:
    try:
        yield
    except (PynamoDBException, BotoCoreError) as error:
        raise Unavailable from error
