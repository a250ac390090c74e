"""Ports on this machine: reserving one early, finding a free one, clear errors for a taken one."""

import errno
import socket

from infra.local.errors import LocalError, PortTaken

LOOPBACK = "127.0.0.1"


def reserve(port: int, *, remedy: str, host: str = LOOPBACK) -> socket.socket:
    """Bind a TCP port without listening yet, so that no other program can take it meanwhile.

    Port 0 takes any free one. `remedy` ends the message of PortTaken: what the person can do.
    Raises PortTaken, or LocalError when the port can't be used for another reason.
    """
    taken = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    # A port with connections in TIME_WAIT is free; one with a listener isn't.
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
    # On some systems a listener on loopback alone doesn't stop a bind to every address.
    for host in (LOOPBACK, ""):
        reserve(port, remedy=remedy, host=host).close()


def free_port() -> int:
    """Return a port with no listener on any address."""
    with reserve(0, remedy="close some programs and try again", host="") as taken:
        number: int = taken.getsockname()[1]
        return number
