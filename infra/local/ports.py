"""Ports on this machine: taking one early, finding a free one, saying clearly when it is taken."""

import errno
import socket

from infra.local.errors import LocalError, PortTaken

LOOPBACK = "127.0.0.1"


def reserve(port: int, *, remedy: str, host: str = LOOPBACK) -> socket.socket:
    """Bind a TCP port without listening yet, so that nobody else can take it meanwhile.

    Port 0 takes any free one. `remedy` ends the message of PortTaken: what the person can do.
    Raises PortTaken, or LocalError when the port can't be had for another reason.
    """
    taken = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    # A port whose last connections are still fading away is free; one that is listened on isn't.
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        taken.bind((host, port))
    except (OSError, OverflowError) as error:
        taken.close()
        if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
            message = f"port {port} is taken by another program; {remedy}"
            raise PortTaken(message) from None
        message = f"port {port} can't be used ({error}); {remedy}"
        raise LocalError(message) from None
    return taken


def check_free(port: int, *, remedy: str) -> None:
    """Raise PortTaken when a server that listens on every address couldn't have this port."""
    # A listener on the loopback address alone doesn't stop a bind to every address everywhere.
    for host in (LOOPBACK, ""):
        reserve(port, remedy=remedy, host=host).close()


def free_port() -> int:
    """Return a port that nobody listens on, on any address."""
    with reserve(0, remedy="close some programs and try again", host="") as taken:
        number: int = taken.getsockname()[1]
        return number
