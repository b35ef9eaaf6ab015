"""Choosing TCP ports on the loopback interface."""

import random
import socket

# Below the kernel's ephemeral range (32768 up): no outgoing connection can sit on the port of a server that
# is being restarted, and a client that keeps dialling a closed port cannot connect to itself.
PORT_RANGE = (15_000, 30_000)
DEFAULT_PORT = 8000
LOOPBACK = "127.0.0.1"
BACKLOG = 2048  # who connects while web processes come and go waits here; the kernel may allow fewer


def free_port() -> int:
    """A TCP port of 127.0.0.1 nobody listens on. Another process may still take it first: retry then."""
    for _ in range(200):
        port = random.randrange(*PORT_RANGE)  # noqa: S311 - spreads neighbours apart, guards no secret
        if port_is_free(port):
            return port
    raise RuntimeError("no free TCP port found on 127.0.0.1")


def hold_port(port: int, host: str = LOOPBACK) -> socket.socket:
    """A socket that listens on the port, for a server that inherits it or starts there once it is closed.

    It listens, because Linux lets several sockets bind one port as long as none does. Raises OSError.
    """
    held = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        held.bind((host, port))
        held.listen(BACKLOG)
    except OSError:
        held.close()
        raise
    return held


def port_is_free(port: int, host: str = LOOPBACK) -> bool:
    """True if a server could listen on the port now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True
