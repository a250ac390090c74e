"""How often codes that open nothing were typed from one address today.

What is counted is a keyed hash of the address, under a salt that is random and each day another
one: it leads to no case, and when the day's salt is gone to nobody. The count is in the database,
so that starting a function anew begins no new one.
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
NETWORK_BITS = 64  # of IPv6: what one household or phone has, and chooses its addresses from
Random = Callable[[int], bytes]


def count_wrong(address: str, today: date, time_zone: str, *, most: int, random: Random) -> None:
    """Count a code that opened nothing. Raises TooMany above `most` of a day, Unavailable.

    Counted once it is known to be wrong: whoever shares an address with a guesser still gets in
    with a right code (threat 29), and a hundred bits are out of reach however often it is tried.
    `time_zone` is the regulator's, whose day it is.
    """
    gone = datetime.combine(today + timedelta(days=1), time(), ZoneInfo(time_zone))
    with _reached():
        salt = _salt(today, gone, random)
        mark = hmac.digest(salt, _whose(address).encode(), sha256).hex()
        row = TryRow(f"address#{mark}")
        row.update(actions=[TryRow.times.add(1), TryRow.expires.set(gone)])
    if row.times > most:
        raise TooMany(
            "This code opens nothing, and too many such codes were typed from your connection "
            "today. A right code still works: check each letter, try again tomorrow, or call us."
        )


def _salt(today: date, gone: datetime, random: Random) -> bytes:
    """Return the day's salt, made by whoever needs it first."""
    key = f"salt#{today.isoformat()}"
    try:
        return bytes(TryRow.get(key, consistent_read=True).salt)
    except DoesNotExist:
        pass
    made = TryRow(key, salt=random(SALT_BYTES), expires=gone)
    try:
        made.save(condition=TryRow.who.does_not_exist())
    except PutError as error:
        if not condition_failed(error):
            raise
        return bytes(TryRow.get(key, consistent_read=True).salt)
    return bytes(made.salt)


def _whose(address: str) -> str:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return ""  # no address, no difference: those without one are counted together
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    return str(ipaddress.IPv6Network((int(found), NETWORK_BITS), strict=False))


@contextmanager
def _reached() -> Iterator[None]:
    try:
        yield
    except (PynamoDBException, BotoCoreError) as error:
        raise Unavailable from error
