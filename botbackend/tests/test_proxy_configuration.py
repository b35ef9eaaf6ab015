"""The shipped nginx configuration: what it passes on, and that no secret comes into its log."""

import http.client
import http.server
import re
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from botbackend.lib.logs import redact
from botbackend.tests.checkout import CHECKOUT
from botbackend.workshop.launcher.ports import free_port
from botbackend.workshop.launcher.processes import wait_until

NGINX = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin")
MASKED = CHECKOUT / "deploy/nginx/masked_log.conf"
SECRET_PATHS = (
    "/webhook/sendpulse/s3cret",
    "/webhook/s3cret",
    "//webhook//sendpulse/s3cret",
    "/Webhook/SendPulse/s3cret/more",
    "/prefix/webhook/s3cret",
    "/calendar/s3cret-feed.ics",
    "/admin/password-reset/s3cret/",
    "/admin/invitation/s3cret/",
)
OPEN_PATHS = (
    "/",
    "/health",
    "/projects/7/stats",
    "/admin/salon/malva/inbox/",
    "/webhook/",
)


def shown(path: str) -> str:
    """What the map of the configuration makes of a path."""
    found = re.search(r'"~\*(.*)" "\$\{shown_front\}\*\*\*"', MASKED.read_text())
    assert found is not None
    match = re.match(found[1].replace("(?<", "(?P<"), path, re.I)
    return f"{match['shown_front']}***" if match else path


@pytest.mark.parametrize("path", SECRET_PATHS)
def test_it_hides_what_our_own_logs_hide(path: str) -> None:
    assert "s3cret" not in redact(path)
    assert "s3cret" not in shown(path)
    assert shown(path).endswith("***")


@pytest.mark.parametrize("path", OPEN_PATHS)
def test_it_shows_every_other_path(path: str) -> None:
    assert shown(path) == path


class Backend(http.server.BaseHTTPRequestHandler):
    """Answers with the headers it got."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        names = ("Host", "X-Forwarded-For", "X-Forwarded-Proto", "Connection")
        text = "\n".join(f"{name}: {self.headers.get(name, '-')}" for name in names).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def backend() -> Iterator[int]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Backend) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


def site(port: int, backend: int, log: Path) -> str:
    """The configuration for a machine, without TLS and on a loopback port."""
    text = (CHECKOUT / "deploy/nginx/botbackend.conf").read_text()
    upstream = re.search(r"\nupstream .*?\n}", text, re.DOTALL)
    assert upstream is not None
    text = upstream[0] + text[text.rindex("\nserver {") :]
    text = re.sub(r"listen \[::\].*|ssl_.*|http2 on;", "", text)
    text = re.sub(r"listen 443 .*", f"listen 127.0.0.1:{port};", text)
    text = text.replace("# server 10.0.0.12:8000;", f"server 127.0.0.1:{free_port()};")  # nobody is there
    return text.replace("/var/log/nginx", str(log)).replace("127.0.0.1:8000", f"127.0.0.1:{backend}")


def container(port: int, backend: int, log: Path) -> str:
    """The configuration of the service `proxy`, with an address where Docker would answer for a name."""
    text = (CHECKOUT / "deploy/compose/proxy.conf").read_text()
    text = re.sub(r"include .*|resolver .*", "", text)
    text = text.replace("listen 8080", f"listen 127.0.0.1:{port}").replace("backend web", "backend 127.0.0.1")
    text = text.replace("$backend:8000", f"$backend:{backend}")
    return text.replace("/dev/stdout", f"{log}/container.log").replace("/dev/stderr", f"{log}/error.log")


@pytest.fixture
def proxies(backend: int, tmp_path: Path) -> Iterator[tuple[int, int, Path]]:
    """One nginx with both configurations: ports of the site and of the container, and its folder."""
    if NGINX is None:
        pytest.skip("no nginx on this machine")
    folder, ports = tmp_path, (free_port(), free_port())
    paths = "".join(
        f"{name}_temp_path {folder}/{name};\n"
        for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    parts = (MASKED.read_text(), site(ports[0], backend, folder), container(ports[1], backend, folder))
    (folder / "nginx.conf").write_text(
        f"daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/error.log;\n"
        f"events {{ }}\nhttp {{\n{paths}{''.join(parts)}\n}}\n"
    )
    process = subprocess.Popen([NGINX, "-p", str(folder), "-c", str(folder / "nginx.conf")])
    try:
        assert wait_until(lambda: answers(ports[1]), 10), (folder / "error.log").read_text()
        yield (*ports, folder)
    finally:
        process.terminate()
        process.wait()


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def get(port: int, path: str) -> tuple[int, dict[str, str]]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    headers = {"Host": "bot.example.com", "X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https"}
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, dict(line.split(": ") for line in text.splitlines() if ": " in line)


def test_the_outer_proxy_tells_the_address_that_it_saw_and_no_other(proxies: tuple[int, int, Path]) -> None:
    assert get(proxies[0], "/") == (
        200,
        {
            "Host": "bot.example.com",
            "X-Forwarded-For": "127.0.0.1",
            "X-Forwarded-Proto": "http",
            "Connection": "close",
        },
    )


def test_a_web_host_that_takes_no_connection_is_passed_over(proxies: tuple[int, int, Path]) -> None:
    assert [get(proxies[0], "/")[0] for _ in range(4)] == [200] * 4


def test_the_proxy_among_the_containers_passes_on_what_the_outer_one_told(
    proxies: tuple[int, int, Path],
) -> None:
    assert get(proxies[1], "/") == (
        200,
        {
            "Host": "bot.example.com",
            "X-Forwarded-For": "203.0.113.9",
            "X-Forwarded-Proto": "https",
            "Connection": "close",
        },
    )


def test_no_log_of_nginx_holds_a_secret_also_when_nobody_answers_behind_it(
    proxies: tuple[int, int, Path],
) -> None:
    site_port, container_port, folder = proxies
    for port in (site_port, container_port):
        for path in (*SECRET_PATHS, "/%77ebhook/sendpulse/s3cret", "/webhook/sendpulse?secret=s3cret"):
            assert get(port, path)[0] == 200
    dead = (folder / "nginx.conf").read_text()
    dead = re.sub(r"(proxy_pass http:/|server )([^:;{]+):\d+;", rf"\1\2:{free_port()};", dead)
    (folder / "nginx.conf").write_text(dead)
    subprocess.run(
        [NGINX or "", "-p", str(folder), "-c", str(folder / "nginx.conf"), "-s", "reload"], check=True
    )
    assert wait_until(lambda: get(site_port, "/webhook/sendpulse/s3cret")[0] == 502, 10)
    assert wait_until(lambda: get(container_port, "/calendar/s3cret")[0] == 502, 10)
    logs = {path.name: path.read_text() for path in folder.glob("*.log")}
    assert '"GET /webhook/sendpulse/***" 200' in logs["botbackend.log"]
    assert '"GET /webhook/sendpulse/***" 200' in logs["container.log"]
    assert '"GET /calendar/***" 502' in logs["container.log"]
    assert [name for name, text in logs.items() if "s3cret" in text] == []
