"""A server that sends one byte of its answer every 50 ms and never finishes; prints its port.

A process of its own: while an interruption waits for its thread, Python 3.11 lets no other thread of the
process past a call that is traced, and a coverage run traces them all. A server among them would fall silent.
"""

import socket
import sys
import threading
import time

HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100000\r\n\r\n"


def trickle(peer: socket.socket) -> None:
    """Answer one connection until the client goes."""
    with peer:
        peer.recv(65536)
        try:
            peer.sendall(HEAD)
            while True:
                time.sleep(0.05)
                peer.sendall(b" ")
        except OSError:
            return


if __name__ == "__main__":
    with socket.create_server(("127.0.0.1", 0)) as listener:
        sys.stdout.write(f"{listener.getsockname()[1]}\n")
        sys.stdout.flush()
        while True:
            threading.Thread(target=trickle, args=(listener.accept()[0],), daemon=True).start()
