"""nginx before the two web hosts, by the configuration that we ship."""

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path

from botbackend.workshop.launcher.guarding import Guard
from botbackend.workshop.launcher.ports import LOOPBACK, free_port, port_is_free
from botbackend.workshop.launcher.processes import end_process, wait_until
from botbackend.workshop.launcher.run_directory import CHECKOUT

SHIPPED = CHECKOUT / "deploy" / "nginx"
PROGRAM = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


class Front:
    """One running nginx; `url` is where SendPulse posts to."""

    def __init__(self, directory: Path, webs: Sequence[str], guard: Guard) -> None:
        """Starts it before web hosts ("address:port"). Raises RuntimeError."""
        assert PROGRAM is not None  # noqa: S101 - whoever makes one has looked
        self._guard = guard
        port = free_port()
        self.url = f"http://{LOOPBACK}:{port}"
        directory.mkdir()
        file = directory / "nginx.conf"
        file.write_text(_configuration(directory, port, webs))
        self._process = subprocess.Popen(  # noqa: S603 - nginx, and words of ours
            [PROGRAM, "-p", str(directory), "-c", str(file)], start_new_session=True
        )
        guard.add_session(self._process.pid)
        if not wait_until(lambda: not port_is_free(port), 10):
            raise RuntimeError(f"nginx does not listen: {(directory / 'error.log').read_text()}")

    def stop(self) -> None:
        """End it."""
        end_process(self._process, steps=[(signal.SIGTERM, 3.0)])
        self._guard.forget(self._process.pid)


def _configuration(directory: Path, port: int, webs: Sequence[str]) -> str:
    """What is shipped, without TLS, on a port of loopback and with the web hosts that there are."""
    site = (SHIPPED / "botbackend.conf").read_text()
    upstream = re.search(r"\nupstream .*?\n}", site, re.DOTALL)
    if upstream is None:
        raise RuntimeError("the shipped configuration has no upstream")
    servers = "\n".join(f"    server {web};" for web in webs)
    shared = re.sub(r"    server 127\.0\.0\.1:8000;", servers, upstream[0])
    server = re.sub(r"listen \[::\].*|ssl_.*", "", site[site.rindex("\nserver {") :])
    server = re.sub(r"listen 443 .*", f"listen {LOOPBACK}:{port};", server)
    server = server.replace("proxy_set_header Host $host;", f"proxy_set_header Host {LOOPBACK};")
    masked = (SHIPPED / "masked_log.conf").read_text()
    paths = "".join(f"{name}_temp_path {directory}/{name};\n" for name in TEMPORARY)
    user = "user root root;" if os.geteuid() == 0 else ""
    head = f"daemon off; worker_processes 1; pid {directory}/pid; error_log {directory}/error.log;{user}\n"
    body = f"{masked}{shared}{server}".replace("/var/log/nginx", str(directory))
    return f"{head}events {{ }}\nhttp {{\n{paths}{body}\n}}\n"
