"""The tenant, who may see it, and the keys of programs that act for it."""

from collections.abc import Callable
from functools import partial

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from botbackend.lib.phones import COUNTRIES, home_country
from botbackend.lib.text import shown
from projects.choices import known_currency, known_language
from projects.zones import ZONE_SHAPE, check_zone


def check_country(code: str) -> None:
    """Refuse what is no country with phone numbers. Raises ValidationError."""
    if code not in COUNTRIES:
        raise ValidationError("Unknown country; use the two capital letters of ISO 3166, such as UA.")


LONGEST_NAME = 200
_READERS: dict[str, Callable[[str], str]] = {
    "name": partial(shown, longest=LONGEST_NAME),
    "language": known_language,
    "currency": known_currency,
}


class Project(models.Model):
    """One salon. Every other row of the installation belongs to exactly one of these.

    Its settings stand where they are used, one-to-one: BookingRules, ChannelSettings, AssistantSettings and
    SheetLink.
    """

    # The API's address of the salon, and whether it runs at all.
    OPERATORS_FIELDS = ("slug", "is_active")

    slug = models.SlugField("project id", max_length=64, unique=True, help_text="The project_id of the API")
    name = models.CharField(max_length=LONGEST_NAME)
    is_active = models.BooleanField(default=True)
    timezone = models.CharField(max_length=64, default="Europe/Kyiv", validators=[check_zone])
    language = models.CharField(max_length=8, default="uk")
    currency = models.CharField(max_length=3, default="UAH")
    country = models.CharField(
        max_length=2,
        blank=True,
        default="",
        validators=[check_country],
        help_text="Whose local phone numbers are read, such as UA; empty = that of the time zone",
    )

    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(timezone__regex=ZONE_SHAPE), name="project_zone_looks_like_one"
            )
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Take only a name that shows something, a language that the bot speaks, a currency that there is."""
        mistakes = {}
        for name, check in _READERS.items():
            if not getattr(self, name):
                continue  # told by its field
            try:
                setattr(self, name, check(getattr(self, name)))
            except ValueError as error:
                mistakes[name] = str(error)
        if mistakes:
            raise ValidationError(mistakes)

    @property
    def home_country(self) -> str:
        """The country of local phone numbers, as two letters."""
        return self.country or home_country(timezone=self.timezone, currency=self.currency)


class Membership(models.Model):
    """A staff member's access to a project."""

    class Role(models.TextChoices):
        OWNER = "owner", _("owner")
        STAFF = "staff", _("manager")
        SPECIALIST = "specialist", _("specialist")  # the own calendar, and nothing else

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.STAFF)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "user"], name="membership_once")]

    def __str__(self) -> str:
        return f"{self.user} in {self.project} ({self.role})"


class ApiKey(models.Model):
    """A program's key. Only a hash is stored; the prefix tells keys apart for people."""

    class Scope(models.TextChoices):
        READ = "read"
        WRITE = "write"

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="api_keys")
    label = models.CharField(max_length=100, blank=True)
    prefix = models.CharField(max_length=12)
    key_hash = models.CharField(max_length=64, unique=True)
    scope = models.CharField(max_length=8, choices=Scope.choices, default=Scope.WRITE)
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.prefix}… ({self.scope})"
