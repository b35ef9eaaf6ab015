"""The link between a project and its spreadsheet, and what was last seen there."""

from collections.abc import Collection
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from bookings.models import Specialist
from botbackend.lib.fields import EncryptedJSONField, EncryptedTextField
from projects.models import Project
from sheets.addresses import ID_SIGNS, NO_ID, spreadsheet_id_in
from sheets.rows.layout import Layout

if TYPE_CHECKING:
    from sheets.models.rows import SheetRow

SPREADSHEET_TAKEN = "another project of this installation uses this spreadsheet"


class SheetLink(models.Model):
    """The spreadsheet of one project and the state of its mirror; an empty id or no row means no mirror."""

    class State(models.TextChoices):
        NEW = "new"
        OK = "ok"
        PLAN = "plan"  # it holds something: a person says yes or no to the plan first
        FROZEN = "frozen"
        ERROR = "error"
        TAKEN = "taken"  # it named another salon's spreadsheet, or none at all, before that was refused

    project = models.OneToOneField(Project, on_delete=models.CASCADE, related_name="sheet_link")
    spreadsheet_id = models.CharField(max_length=200, blank=True)
    mirrored_id = models.CharField(
        max_length=200, blank=True, db_default="", help_text="The spreadsheet that tabs and rows were seen in"
    )
    state = models.CharField(max_length=8, choices=State.choices, default=State.NEW)
    reason = models.CharField(max_length=500, blank=True)
    last_read_at = models.DateTimeField(null=True, blank=True)
    last_ok_at = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField(default=0)
    failing_since = models.DateTimeField(
        null=True, blank=True, help_text="Since when no cycle came to its end; empty = the last one did"
    )
    waiting_since = models.DateTimeField(
        null=True, blank=True, help_text="Of when the oldest change is that the spreadsheet does not show"
    )
    advice = models.CharField(
        max_length=500, blank=True, default="", db_default="", help_text="Who must do what about the trouble"
    )
    flights = EncryptedJSONField(
        null=True, blank=True, help_text="Batches of which we do not know that they came to stand as planned"
    )
    account = models.CharField(
        max_length=200, blank=True, db_default="", help_text="Address that the spreadsheet is shared with"
    )
    mark = models.CharField(max_length=32, blank=True, db_default="")
    marked_id = models.CharField(
        max_length=200, blank=True, db_default="", help_text="The spreadsheet that carries the mark"
    )
    drive_version = models.CharField(
        max_length=24, blank=True, db_default="", help_text="The file's version that a cycle was asked for"
    )
    look_at = models.DateTimeField(db_default=Now(), help_text="When it is looked at next, unasked")
    busy_until = models.DateTimeField(
        null=True, blank=True, help_text="Somebody works in it: looked at often until then"
    )
    read_due_at = models.DateTimeField(
        null=True, blank=True, help_text="When it is read again even if nobody changed it"
    )
    hint_secret = EncryptedTextField(blank=True, db_default="")
    archive_id = models.BigIntegerField(
        null=True, blank=True, help_text="The worksheet that old rows are moved to; empty = none yet"
    )
    listed_at = models.DateTimeField(
        null=True, blank=True, help_text="When Google was last asked for all worksheets"
    )
    copies = models.JSONField(
        blank=True, default=list, db_default=[], help_text="Copies of our tabs of which staff were told"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["spreadsheet_id"],
                condition=~models.Q(spreadsheet_id=""),
                name="sheet_of_one_salon",
                violation_error_message=SPREADSHEET_TAKEN,
            ),
            models.CheckConstraint(
                condition=models.Q(spreadsheet_id__regex=f"^{ID_SIGNS}*$"),
                name="sheet_id_in_one_form",
                violation_error_message=NO_ID,
            ),
        ]

    def __str__(self) -> str:
        return f"sheet of {self.project}"

    def clean_fields(self, exclude: Collection[str] | None = None) -> None:
        """Take the id out of an address, and refuse that of another salon, where a form has the field."""
        super().clean_fields(exclude)
        if exclude is not None and "spreadsheet_id" in exclude:
            return
        try:
            self.spreadsheet_id = spreadsheet_id_in(self.spreadsheet_id)
        except ValueError as error:
            raise ValidationError({"spreadsheet_id": str(error)}) from error
        others = SheetLink.objects.exclude(project=self.project_id)
        if self.spreadsheet_id and others.filter(spreadsheet_id=self.spreadsheet_id).exists():
            raise ValidationError({"spreadsheet_id": SPREADSHEET_TAKEN})

    def own_tabs(self) -> QuerySet["SheetTab"]:
        """The tabs of the spreadsheet of now; those of former ones wait for its return."""
        return self.tabs.filter(self._here())

    def own_rows(self) -> QuerySet["SheetRow"]:
        """The rows of the spreadsheet of now; those of former ones wait for its return."""
        return self.rows.filter(self._here())

    def _here(self) -> models.Q:
        # Code of before an update leaves the id empty: it knows only the spreadsheet of now.
        return models.Q(spreadsheet_id__in=["", self.spreadsheet_id])


def spreadsheet_of(project: Project) -> str:
    """The id of the salon's spreadsheet, read once per `project` object; "" = none."""
    try:
        return project.sheet_link.spreadsheet_id
    except SheetLink.DoesNotExist:
        return ""


class SheetTab(models.Model):
    """The worksheet of one specialist; `sheet_id` is Google's and survives renames."""

    class State(models.TextChoices):
        OK = "ok"
        FROZEN = "frozen"  # it looks damaged: neither read nor written until a person decides

    class Access(models.TextChoices):
        OPEN = "open"
        CLOSING = "closing"  # it is being made read-only, perhaps it is already
        CLOSED = "closed"  # its specialist left: read-only, and not looked at any more

    link = models.ForeignKey(SheetLink, on_delete=models.CASCADE, related_name="tabs")
    specialist = models.ForeignKey(Specialist, on_delete=models.CASCADE, related_name="+")
    spreadsheet_id = models.CharField(max_length=200, blank=True, db_default="")
    sheet_id = models.BigIntegerField()
    title = models.CharField(max_length=200)
    given_title = models.CharField(
        max_length=200,
        blank=True,
        db_default="",
        help_text="The title that we gave; any other is the salon's",
    )
    access = models.CharField(max_length=8, choices=Access.choices, default=Access.OPEN, db_default="open")
    layout = models.JSONField(blank=True, default=dict, db_default={}, help_text="{} = the standard columns")
    headers = models.JSONField(
        blank=True, default=dict, db_default={}, help_text="What stood above them; {} = our own header"
    )
    state = models.CharField(max_length=8, choices=State.choices, default=State.OK, db_default="ok")
    reason = models.CharField(max_length=500, blank=True, default="", db_default="")
    blanks = models.JSONField(
        blank=True, default=list, db_default=[], help_text="Rows that we blanked and may take out"
    )
    order_hash = models.CharField(
        max_length=64, blank=True, default="", db_default="", help_text="Which ids stood where, as last seen"
    )
    quiet_since = models.DateTimeField(null=True, blank=True)
    repeats = models.JSONField(
        blank=True, default=list, db_default=[], help_text="Hashes of rows that repeat a visit, as grids do"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["link", "spreadsheet_id", "specialist"], name="sheet_tab_per_specialist"
            ),
            models.UniqueConstraint(fields=["link", "spreadsheet_id", "sheet_id"], name="sheet_tab_once"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def columns(self) -> Layout:
        """Where its columns are."""
        return Layout.from_json(self.layout)


class SheetAdoption(models.Model):
    """What would become of a spreadsheet that held something before us; nothing is written before yes."""

    class State(models.TextChoices):
        WAITING = "waiting"
        ACCEPTED = "accepted"
        REFUSED = "refused"

    link = models.ForeignKey(SheetLink, on_delete=models.CASCADE, related_name="adoptions")
    spreadsheet_id = models.CharField(max_length=200)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    plan = EncryptedJSONField(null=True, help_text="What people read; forgotten once it is decided")
    digest = models.CharField(max_length=64, help_text="Tells whether a new look gives the same plan")
    left_alone = models.JSONField(default=list, help_text="Tabs that stay the salon's own")
    made_at = models.DateTimeField(auto_now_add=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-made_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["link"], condition=models.Q(state="waiting"), name="sheet_adoption_waits_once"
            )
        ]

    def __str__(self) -> str:
        made_at = timezone.localtime(self.made_at)  # on the clock of the page that shows it
        return f"plan of {made_at:%Y-%m-%d %H:%M %Z} ({self.state})"
