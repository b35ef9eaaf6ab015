"""How gunicorn serves the web part; the launcher, the Docker image and production all use this file."""

import copy
import gc
import logging
import os
from typing import Any

from gunicorn.glogging import Logger

from botbackend.lib.logs import redact
from botbackend.web.gate import Gate

bind = f"{os.environ.get('BIND_ADDRESS') or '127.0.0.1'}:{os.environ.get('PORT') or '8000'}"
worker_class = "botbackend.web.worker.PatientWorker"
workers = int(os.environ.get("WEB_WORKERS") or 2)
threads = int(os.environ.get("WEB_THREADS") or 4)
# Workers are renewed now and then, so that a slow leak in a library never becomes an outage.
max_requests = 5000
max_requests_jitter = 500
# A flow request is answered within 50 s: whoever stops waits for that, and nobody kills a worker before.
graceful_timeout = 55
timeout = 60
keepalive = 5
# The control socket would be shared by every gunicorn of this user, and nothing here talks to it.
control_socket_disable = True
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108 - heartbeat files, no disk
errorlog = "-"
accesslog = os.path.join(os.environ["LOG_DIR"], "access.log") if os.environ.get("LOG_DIR") else None
# %(U)s is the path without the query string, in which the secret may travel too.
access_log_format = '%(h)s %(t)s "%(m)s %(U)s" %(s)s %(B)s %(M)sms "%(a)s" %({x-request-id}o)s'
_gate = Gate(workers)


def post_worker_init(worker: Any) -> None:
    """Take requests when ready. Look for garbage less often, and not among the code that was just loaded.

    By default Python looks after every 700 new objects, which one request makes several times over: a tenth
    of its time. Nearly all of them are freed without that.
    """
    _gate.wait(worker.app.wsgi(), lambda: _goes_on(worker), pid=worker.pid)
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


def child_exit(server: Any, worker: Any) -> None:
    """One that ended is not ready any more, also if it was."""
    _gate.left(worker.pid)


def _goes_on(worker: Any) -> bool:
    worker.notify()  # or it would be taken for one that hangs
    return bool(worker.alive)


class RedactingFormatter(logging.Formatter):
    """Lines of the error log: those of a request that cannot be read, or that failed, quote its address."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line; its time and process stay as they are."""
        masked = copy.copy(record)
        masked.msg, masked.args = redact(record.getMessage()), ()
        return super().format(masked)

    def formatException(self, ei: Any) -> str:
        """Return the traceback, whose last line may quote what was asked."""
        return redact(super().formatException(ei))


class RedactingLogger(Logger):  # type: ignore[misc]  # gunicorn carries no types
    """Log lines without the secrets that stand in addresses."""

    def setup(self, cfg: Any) -> None:
        """Write the error log by our formatter."""
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(RedactingFormatter(self.error_fmt, self.datefmt))

    def atoms(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """What a line can be made of, with the secret part of the path hidden."""
        atoms: dict[str, Any] = super().atoms(*args, **kwargs)
        atoms["U"] = redact(str(atoms["U"]))
        return atoms


logger_class = RedactingLogger
