"""The webhook as gunicorn reaches it: through the product's WSGI application."""

from contextlib import ExitStack
from typing import Any
from unittest.mock import patch

from django.db import connection
from django.http import HttpResponse
from django.test import RequestFactory

from botbackend.wsgi import application


class WsgiClient:
    """Sends requests as Django's test client does, but to the WSGI application."""

    def generic(self, method: str, path: str, body: bytes = b"", **environ: Any) -> HttpResponse:
        """Run the application; its answer as one of Django's. The arguments are those of RequestFactory."""
        request = RequestFactory().generic(method, path, body, **environ)
        started: list[tuple[str, list[tuple[str, str]]]] = []
        with ExitStack() as stack:
            if connection.in_atomic_block:  # the test's own: Django's client leaves it alone as well
                stack.enter_context(patch("dialogues.wsgi.drop_old_connection"))
            parts = application(request.environ, lambda status, headers: started.append((status, headers)))
        content = b"".join(parts)
        [(status, headers)] = started
        number, reason = status.split(" ", 1)
        return HttpResponse(content, status=int(number), reason=reason, headers=dict(headers))
