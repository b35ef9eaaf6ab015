"""The HTTP side of a stand-in: one thread per connection, keep-alive, no Nagle, a clean end."""

from __future__ import annotations

import socket
import sys
import threading
import traceback
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

from .wire import ConnectionCut, Reply, Request

Dispatch = Callable[[Request], Reply]

MAX_BODY = 64 * 1024 * 1024


class Server(ThreadingHTTPServer):
    """A threading server that can close the connections that are still open."""

    daemon_threads = True
    request_queue_size = 1024

    def __init__(self, address: tuple[str, int], dispatch: Dispatch) -> None:
        super().__init__(address, Handler)
        self.dispatch = dispatch
        self._open: dict[threading.Thread, socket.socket] = {}
        self._open_lock = threading.Lock()

    def opened(self, connection: socket.socket) -> None:
        """Remember the connection that the calling thread serves."""
        with self._open_lock:
            self._open[threading.current_thread()] = connection

    def closed(self) -> None:
        """Forget the connection of the calling thread."""
        with self._open_lock:
            self._open.pop(threading.current_thread(), None)

    def close_connections(self) -> None:
        """Shut every connection and wait briefly for its thread."""
        with self._open_lock:
            threads = list(self._open.items())
        for _, connection in threads:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue  # the client was faster
        for thread, _ in threads:
            thread.join(2)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that goes away is no news; anything else is a bug of the stand-in."""
        if not isinstance(sys.exception(), OSError):
            sys.stderr.write(traceback.format_exc())


class Handler(BaseHTTPRequestHandler):
    """Reads a request, asks the stand-in, writes the reply in one piece."""

    server: Server
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # headers and body leave in one packet
    timeout = 120

    def setup(self) -> None:
        """Register the connection."""
        super().setup()
        self.server.opened(self.connection)

    def finish(self) -> None:
        """Forget the connection."""
        self.server.closed()
        super().finish()

    def _serve(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        if length > MAX_BODY:
            self.close_connection = True
            return
        path, _, query = self.path.partition("?")
        request = Request(
            method=self.command,
            path=path,
            query=parse_qs(query, keep_blank_values=True),
            headers={name.lower(): value for name, value in self.headers.items()},
            body=self.rfile.read(length),
        )
        try:
            reply = self.server.dispatch(request)
        except ConnectionCut:
            self._cut()
            return
        self._send(reply)

    def _cut(self) -> None:
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def _send(self, reply: Reply) -> None:
        payload = reply.payload()
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.content_type)
        self.send_header("Content-Length", str(len(payload)))
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(payload)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = _serve

    def log_message(self, format: str, *args: object) -> None:
        """Keep the terminal quiet; the request log says more."""
