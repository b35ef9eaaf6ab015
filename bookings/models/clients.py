"""The people who book."""

import re
from collections.abc import Iterable
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.db.models.expressions import CombinedExpression

from bookings.models.search_keys import search_keys
from botbackend.lib.crypto import blind_index
from botbackend.lib.fields import EncryptedTextField
from botbackend.lib.languages import LANGUAGES
from botbackend.lib.phones import e164_or_blank
from botbackend.lib.text import canonical, comparable
from projects.models import Project

INDEXES = ("name_index", "phone_index", "search_keys", "searched_index")
SENDPULSES_ID = re.compile(r"[0-9A-Fa-f]{24}")


def name_index(name: str) -> str:
    """Return what finds a name again in whatever spelling."""
    return blind_index(comparable(name), purpose="client.name")


def contact_id_in(text: str) -> str:
    """Return a contact's id in its one form; SendPulse gives 24 hex digits, which its events write small."""
    found = canonical(text)
    return found.lower() if SENDPULSES_ID.fullmatch(found) else found


def phone_index(phone: str) -> str:
    """Return what finds a phone again. Phones are stored as E.164; of what is none the digits count."""
    digits = "".join(sign for sign in phone if sign.isascii() and sign.isdigit())
    return blind_index(digits.removeprefix("00"), purpose="client.phone")


def phone_index_in(project: Project, phone: str) -> str:
    """Return the index of a phone as somebody of the salon's country writes it."""
    return phone_index(e164_or_blank(phone, country=project.home_country) or phone)


# Written out, and not by Concat: a query finds the index of this condition only by the same expression.
_INDEXES = CombinedExpression(
    F("name_index"), "||", F("phone_index"), output_field=models.CharField(max_length=80)
)
LACKS_KEYS = ~Q(searched_index=_INDEXES)


class Client(models.Model):
    """A person who books. Names and phones are encrypted; the indexes serve exact search."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="clients")
    contact_id = models.CharField(max_length=64, blank=True, help_text="The channel's id of this person")
    name = EncryptedTextField(blank=True, default="")
    name_index = models.CharField(max_length=40, blank=True, db_index=True, editable=False)
    phone = EncryptedTextField(blank=True, default="")
    phone_index = models.CharField(max_length=40, blank=True, db_index=True, editable=False)
    # What finds a client by a part of either; see search_keys.py. Of which name and phone they are tells
    # `searched_index`: an older version that writes beside this one knows of neither.
    search_keys = ArrayField(
        models.BigIntegerField(), default=list, db_default=[], blank=True, editable=False
    )
    searched_index = models.CharField(max_length=80, default="", db_default="", blank=True, editable=False)
    language = models.CharField(max_length=8, blank=True)
    source = models.CharField(
        max_length=64,
        blank=True,
        default="",
        db_default="",
        help_text="Where the client came from: what the first link to the bot said after /start",
    )
    is_blocked = models.BooleanField(default=False)
    notes = EncryptedTextField(blank=True, default="")
    created_at = models.DateTimeField(auto_now_add=True)
    last_seen_at = models.DateTimeField(null=True, blank=True)
    merged_into = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="former",
        help_text="Who this client turned out to be: an empty row that leads there for a day",
    )
    changed_at = models.DateTimeField(auto_now=True, null=True)  # as of a service: calendars show the name

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["project", "contact_id"], condition=~Q(contact_id=""), name="client_contact_once"
            )
        ]
        indexes = [
            # Without its list of what waits: a name changes seldom, and a search must not read that list.
            GinIndex(fields=["search_keys"], name="client_search_keys", fastupdate=False),
            models.Index(
                fields=["id"],
                condition=LACKS_KEYS,
                name="client_keys_missing",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.contact_id or f"client {self.pk}"

    def clean(self) -> None:
        """Refuse somebody of whom nothing is known, and a language that the bot does not speak."""
        if not (self.contact_id or canonical(self.name) or canonical(self.phone)):
            raise ValidationError("Write a name or a phone: this client could not be found again.")
        if self.language and self.language not in LANGUAGES:
            raise ValidationError({"language": f"The bot speaks {', '.join(LANGUAGES)}."})

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store the row with the indexes that belong to its name and phone."""
        self.name = canonical(self.name)
        self.index()
        fields: Iterable[str] | None = kwargs.get("update_fields")
        if fields is not None:
            kwargs["update_fields"] = {*fields, *INDEXES, "changed_at"}
        super().save(*args, **kwargs)

    def index(self) -> None:
        """Set what finds the row by its name and phone."""
        self.name_index, self.phone_index = name_index(self.name), phone_index(self.phone)
        self.search_keys = search_keys(project_id=self.project_id, name=self.name, phone=self.phone)
        self.searched_index = self.name_index + self.phone_index
