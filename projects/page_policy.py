"""What a browser may do with an answer (CSP level 3): run and show what is our own, or nothing at all."""

from collections.abc import Callable, Iterable

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

HEADER = "Content-Security-Policy"


def page_policy(*, scripts: Iterable[str] = (), styles: Iterable[str] = ()) -> str:
    """Return the policy of a page: scripts and styles come from files of ours, beside the sources named."""
    return "; ".join(
        [
            "default-src 'none'",
            " ".join(["script-src 'self'", *scripts]),
            " ".join(["style-src 'self'", *styles]),
            "img-src 'self' data: blob:",
            "media-src 'self' blob:",
            "font-src 'self'",
            "connect-src 'self'",
            "form-action 'self'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
        ]
    )


PAGE = page_policy()
# JSON, figures, feeds and files: whoever makes a browser show one as a page gets a page that can do nothing.
DATA = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


class PagePolicyMiddleware:
    """Gives every answer a policy, whatever a client wrote into it; what has one already keeps it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if HEADER not in response.headers and not _is_trace(response):
            is_page = response.headers.get("Content-Type", "").startswith("text/html")
            response.headers[HEADER] = PAGE if is_page else DATA
        return response


def _is_trace(response: HttpResponseBase) -> bool:
    """Is it Django's own page of an error, for whoever develops? It carries styles and scripts in itself."""
    return settings.DEBUG and response.status_code in (404, 500)
