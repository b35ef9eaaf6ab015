"""The base of every view below /projects/{project_id}/."""

from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.permissions import SAFE_METHODS
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from projects.auth import find_api_key, touch_api_key
from projects.bodies import StrictModel, parse_body
from projects.errors import InvalidInput, ReadOnlyKey
from projects.models import ApiKey, Project
from projects.throttles import client_address, seconds_to_wait

__all__ = ["ApiKeyAuthentication", "ProjectView", "StrictModel", "parse_body"]


class ApiKeyAuthentication(BaseAuthentication):
    """`Authorization: Bearer <key>`; `request.auth` is the ApiKey row with its project."""

    def authenticate(self, request: Request) -> tuple[AnonymousUser, ApiKey] | None:
        word, _, key = get_authorization_header(request).decode("latin-1").partition(" ")
        api_key = find_api_key(key.strip()) if word.lower() == "bearer" else None
        return None if api_key is None else (AnonymousUser(), api_key)

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class AlwaysJSON(BaseContentNegotiation):
    """Answers JSON whatever the Accept header says: a browser may look, too."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        return parsers[0]  # `parse_body` refuses other media types itself

    def select_renderer(
        self, request: Request, renderers: Any, format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        return renderers[0], renderers[0].media_type


class ProjectView(APIView):
    """Sets `project` and `api_key`, or refuses: 401, 429, 404 for another salon's key, 403 for a read key."""

    authentication_classes = [ApiKeyAuthentication]
    content_negotiation_class = AlwaysJSON
    project: Project
    api_key: ApiKey

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.api_key = _admit(request)
        self.project = self.api_key.project
        if self.project.slug != kwargs["project_id"]:
            raise exceptions.NotFound
        if request.method not in SAFE_METHODS and self.api_key.scope != ApiKey.Scope.WRITE:
            raise ReadOnlyKey("This key may only read. Use one with the scope `write`.")
        _refuse_nul(request)
        touch_api_key(self.api_key)


def _admit(request: Request) -> ApiKey:
    """Count the request against its key, or against its address when the key is not valid.

    The key is looked up first: whoever sends wrong keys from an address shuts out nobody but himself.
    """
    api_key = request.auth
    if not isinstance(api_key, ApiKey):
        raise refusal(request)
    count_request(f"key:{api_key.pk}", limit=settings.API_KEY_REQUESTS_PER_MINUTE)
    return api_key


def refusal(request: Request) -> exceptions.NotAuthenticated:
    """Count a request without a valid secret against its address. Raises Throttled; else returns the 401."""
    count_request(f"address:{client_address(request)}", limit=settings.ANONYMOUS_REQUESTS_PER_MINUTE)
    return exceptions.NotAuthenticated()


def count_request(bucket: str, *, limit: int) -> None:
    """Raises Throttled beyond so many a minute."""
    wait = seconds_to_wait(bucket, limit=limit)
    if wait > 0:
        raise exceptions.Throttled(wait=wait)


def _refuse_nul(request: Request) -> None:
    # PostgreSQL cannot store or compare NUL; every filter would have to think of it.
    fields = {
        name: ["must not contain NUL"]
        for name, values in request.query_params.lists()
        if "\x00" in name or any("\x00" in value for value in values)
    }
    if fields:
        raise InvalidInput("The query is not valid.", fields=fields)
