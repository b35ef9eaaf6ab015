"""Who sits at the desk: the salon that a page is of, the person, and what the role may do there.

Every page of the office is opened with `office_page`: there is no other way to a salon's data.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial, wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec
from zoneinfo import ZoneInfo

from django.contrib.auth.models import User
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import add_never_cache_headers, patch_vary_headers

from ai.models import assistant_of
from bookings.models import Booking, Specialist
from bookings.values import Origin
from botbackend.lib.postgres import replica
from botbackend.office.once import taken_once
from botbackend.office.parts import only_parts
from botbackend.staff.models import language_of
from botbackend.staff.names import name_of
from projects.access import sees_everything
from projects.models import Membership, Project

Role = Membership.Role
EVERYBODY = frozenset(Role)
FULL_STAFF = frozenset({Role.OWNER, Role.STAFF})
OWNERS = frozenset({Role.OWNER})

P = ParamSpec("P")


@dataclass(frozen=True)
class Desk:
    """A person at work in one salon. The operator of the installation sits there as an owner does."""

    salon: Project
    user: User
    role: Membership.Role
    language: str
    has_other_salons: bool = True

    @cached_property
    def zone(self) -> ZoneInfo:
        """The salon's clock."""
        return ZoneInfo(self.salon.timezone)

    @cached_property
    def own_specialist(self) -> int | None:
        """Whose calendar somebody of the role specialist has; None = everybody's.

        A specialist whom no row names sees nobody's: 0 is no row.
        """
        if self.role != Role.SPECIALIST:
            return None
        mine = Specialist.objects.filter(project=self.salon, user=self.user)
        return mine.values_list("pk", flat=True).first() or 0

    @property
    def name(self) -> str:
        """How colleagues and the audit know the person."""
        return name_of(self.user)

    @property
    def origin(self) -> Origin:
        """Who acts, for the operations of bookings."""
        return Origin(
            source=Booking.Source.ADMIN,
            actor=self.name,
            for_staff=True,
            at_desk=True,
            beyond_horizon=self.is_full_staff,
        )

    @property
    def is_owner(self) -> bool:
        """May the person set up the salon?"""
        return self.role == Role.OWNER

    def require_owner(self) -> None:
        """Answer 403 to whoever may look here, but change nothing."""
        if not self.is_owner:
            raise PermissionDenied

    @property
    def is_full_staff(self) -> bool:
        """Does the person see all of the salon's day?"""
        return self.role in FULL_STAFF

    @property
    def is_stopped(self) -> bool:
        """Does the assistant say nothing by itself in this salon? Read together with the salon."""
        return assistant_of(self.salon).is_stopped

    @property
    def is_operator(self) -> bool:
        """Does the person run the installation?"""
        return sees_everything(self.user)


class OfficeRequest(HttpRequest):
    """A request to a page of the office, once it is known whose desk it is."""

    if TYPE_CHECKING:
        desk: Desk


Page = Callable[Concatenate[OfficeRequest, P], HttpResponseBase]
View = Callable[..., HttpResponseBase]


def office_page(
    roles: frozenset[Membership.Role] = FULL_STAFF, *, may_lag: bool = False
) -> Callable[[Page[P]], View]:
    """Open a page for members of the salon that its address names by `salon`, if they have one of the roles.

    Strangers are sent to sign in; another salon's people get 404, members without the role 403. The page runs
    on the salon's clock and in the person's language, and no cache keeps it. One that only shows, and
    `may_lag` some seconds behind what others do, is read from the replica where there is one.
    """

    def decorate(page: Page[P]) -> View:
        @wraps(page)
        def opened(request: Any, salon: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not (request.user.is_active and request.user.is_staff):
                return _to_sign_in(request)
            desk = open_desk(user=request.user, slug=salon)
            if desk.role not in roles:
                raise PermissionDenied
            request.desk = desk

            answer = partial(page, request, *args, **kwargs)
            if may_lag:
                answer = partial(replica.shown, answer)

            with timezone.override(desk.zone), translation.override(desk.language):
                response = only_parts(request, taken_once(request, answer))
            add_never_cache_headers(response)
            patch_vary_headers(response, ["HX-Request"])
            return response

        opened.office_roles = roles  # type: ignore[attr-defined]  # what the test of all addresses goes by
        return opened

    return decorate


def open_desk(*, user: User, slug: str) -> Desk:
    """Return the person's desk in a salon. Raises Http404 where there is none for them."""
    language = language_of(user) or translation.get_language() or "en"
    if sees_everything(user):
        project = Project.objects.select_related("assistant_settings").filter(slug=slug).first()
        if project is None:
            raise Http404
        return Desk(project, user, Role.OWNER, language)
    rows = Membership.objects.filter(user=user)
    here = rows.select_related("project__assistant_settings").filter(project__slug=slug)
    mine = here.annotate(has_others=Exists(rows.exclude(project=OuterRef("project")))).first()
    if mine is None:
        raise Http404
    return Desk(mine.project, user, Role(mine.role), language, mine.has_others)


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    """Lead to the form; where a part of a page was asked for, the page stays, and says so itself."""
    if request.headers.get("HX-Request"):
        return HttpResponse(status=401)
    return redirect_to_login(request.get_full_path(), reverse("admin:login"))
