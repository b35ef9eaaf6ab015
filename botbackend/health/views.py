"""What the outside may ask about the installation as a whole."""

import hmac
import ipaddress

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from botbackend.health.metrics import render_metrics
from botbackend.health.probes import health, readiness
from projects.api import AlwaysJSON
from projects.throttles import wait_after_wrong

TEXT_FORMAT = "text/plain; version=0.0.4; charset=utf-8"


class OpenView(APIView):
    """Needs no key and counts nobody."""

    content_negotiation_class = AlwaysJSON


class StatusView(OpenView):
    """That the web process lives; asks nobody else."""

    @extend_schema(responses=OpenApiTypes.OBJECT, tags=["health"], auth=[])
    def get(self, request: Request) -> Response:
        """Return name, version and where to read on."""
        version = settings.SPECTACULAR_SETTINGS["VERSION"]
        links = {"health": "/health", "docs": "/api/docs", "schema": "/api/schema", "admin": "/admin/"}
        return Response({"name": "botbackend", "status": "ok", "version": version, **links})


class HealthView(OpenView):
    """Whether messages can be taken in, and what else is wrong."""

    @extend_schema(responses={200: OpenApiTypes.OBJECT, 503: OpenApiTypes.OBJECT}, tags=["health"], auth=[])
    def get(self, request: Request) -> Response:
        """Return status and checks; 503 only when the database is down. Spends no tokens.

        Whoever may read the metrics is told which salons a detail is about.
        """
        status, body = health(with_names=_may_read_metrics(request))
        return Response(body, status=status, headers={"Cache-Control": "no-store"})


class LiveView(OpenView):
    """For whoever restarts what hangs."""

    @extend_schema(responses=OpenApiTypes.OBJECT, tags=["health"], auth=[])
    def get(self, request: Request) -> Response:
        """Return 200 while this process answers; looks at nothing else, so no outage restarts it."""
        return Response({"status": "ok"}, headers={"Cache-Control": "no-store"})


class ReadyView(OpenView):
    """For whoever sends requests here: a proxy, a rolling update."""

    @extend_schema(responses={200: OpenApiTypes.OBJECT, 503: OpenApiTypes.OBJECT}, tags=["health"], auth=[])
    def get(self, request: Request) -> Response:
        """Return 503 unless the database takes writes and the keys are the ones it was written with."""
        status, body = readiness()
        return Response(body, status=status, headers={"Cache-Control": "no-store"})


def metrics(request: HttpRequest) -> HttpResponse:
    """Figures in Prometheus' text format, for loopback or a bearer of METRICS_TOKEN."""
    if not _may_read_metrics(request):
        if wait := wait_after_wrong(request, "metrics"):
            return HttpResponse(status=429, headers={"Retry-After": str(wait)})
        return HttpResponse(status=401, headers={"WWW-Authenticate": "Bearer"})
    return HttpResponse(render_metrics(), content_type=TEXT_FORMAT)


def _may_read_metrics(request: HttpRequest | Request) -> bool:
    word, _, token = request.headers.get("Authorization", "").partition(" ")
    wanted = settings.METRICS_TOKEN
    if wanted and word.lower() == "bearer" and hmac.compare_digest(token.strip().encode(), wanted.encode()):
        return True
    # What a proxy on this machine passes on comes from loopback too, but says for whom.
    if any(name in request.headers for name in ("X-Forwarded-For", "Forwarded", "X-Real-IP")):
        return False
    try:
        return ipaddress.ip_address(str(request.META.get("REMOTE_ADDR", ""))).is_loopback
    except ValueError:
        return False
