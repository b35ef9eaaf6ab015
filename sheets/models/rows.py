"""The line of each visit, and the edits that were not taken over."""

import base64
import re
import secrets

from django.db import models

from bookings.models import Booking
from botbackend.lib.fields import EncryptedJSONField
from sheets.models.links import SheetLink

_UID = re.compile(r"b-[a-z2-7]{13}")


class SheetRow(models.Model):
    """One booking's row in one spreadsheet as last written or read there; the authority of the merge."""

    link = models.ForeignKey(SheetLink, on_delete=models.CASCADE, related_name="rows")
    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, related_name="sheet_rows")
    spreadsheet_id = models.CharField(max_length=200, blank=True, db_default="")
    row_uid = models.CharField(max_length=24, unique=True)
    sheet_id = models.BigIntegerField()
    cells = EncryptedJSONField(help_text="A-F as last synced; [] = never seen in the sheet")
    intended = EncryptedJSONField(default=list, help_text="Not used any more; code of before needs it")
    place = models.PositiveIntegerField(
        null=True, blank=True, help_text="Index of the row where staff typed it, until its id stands there"
    )
    note = models.CharField(max_length=300, blank=True, default="", db_default="")
    refused = EncryptedJSONField(null=True, help_text="A-F and the tab as refused; they stay for a while")
    refused_at = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)
    missing_since = models.DateTimeField(null=True, blank=True)
    awaits_answer = models.BooleanField(
        default=False,
        db_default=False,
        help_text="It vanished with many others; a person says what becomes of the visit",
    )
    is_theirs = models.BooleanField(
        default=False,
        db_default=False,
        help_text="Staff laid out the line: in a grid it stays as a free slot when the visit goes",
    )
    seen_hash = models.CharField(
        max_length=32,
        blank=True,
        default="",
        db_default="",
        help_text="Keyed hash of its texts when sheet and visit agreed; empty = look at it",
    )
    made_of = models.CharField(
        max_length=48, blank=True, default="", db_default="", help_text="Hash of what its cells were made of"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["booking", "spreadsheet_id"], name="sheet_row_per_visit")
        ]

    def __str__(self) -> str:
        return self.row_uid

    @staticmethod
    def new_uid() -> str:
        """Return an id for a row: opaque, unique, never the database's own."""
        return "b-" + base64.b32encode(secrets.token_bytes(8)).decode().rstrip("=").lower()

    @staticmethod
    def is_uid(text: str) -> bool:
        """Tell whether a text looks like an id that `new_uid` made."""
        return bool(_UID.fullmatch(text))


class SheetConflict(models.Model):
    """A staff edit that was not taken over, and why."""

    link = models.ForeignKey(SheetLink, on_delete=models.CASCADE, related_name="conflicts")
    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    reason = models.CharField(max_length=500)
    rejected = EncryptedJSONField(null=True)
    columns = models.JSONField(
        blank=True, default=list, db_default=[], help_text="Which cells were not taken; -1 is the tab"
    )
    sheet_id = models.BigIntegerField(null=True, blank=True, help_text="The tab that the row stood in")
    settled_at = models.DateTimeField(
        null=True, blank=True, help_text="When somebody took one side; empty = nobody has"
    )
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-at"]

    def __str__(self) -> str:
        return self.reason
