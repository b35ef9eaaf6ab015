"""What of the database belongs into the tabs."""

from collections.abc import Collection, Iterable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from django.db.models import Exists, Expression, F, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.functions import MD5, Cast, Coalesce, Concat

from bookings.models import Booking, Specialist
from projects.models import Project
from sheets.models import SheetLink, SheetRow
from sheets.rows.cells import Cells
from sheets.rows.moments import clean

SHOWN = (Booking.Status.BOOKED, Booking.Status.COMPLETED, Booking.Status.NO_SHOW)
PAST_DAYS = 60  # older rows move to the archive
# What `cells_of` makes a row of, as stored: of a name in cipher it is only seen that it changed.
_SOURCES = (
    "start",
    "specialist_id",
    "guest_name",
    "client_id",
    "client__contact_id",
    "client__name",
    "service__name",
)


class RowHead(NamedTuple):
    """A row of ours without its cells: to see whether it needs a look, nothing is decrypted."""

    pk: int
    uid: str
    sheet_id: int
    booking_id: int
    specialist_id: int
    start: datetime
    status: str
    seen_hash: str
    made_of: str
    made_from: str  # what it would be made of now
    has_question: bool  # missing, refused, without its id, or waiting for an answer

    @property
    def is_shown(self) -> bool:
        """Whether its visit belongs into the tabs."""
        return self.status in SHOWN


def mirrored_projects() -> QuerySet[Project]:
    """Return the active salons that have a spreadsheet."""
    return Project.objects.filter(is_active=True, sheet_link__spreadsheet_id__gt="")


def links_to_look_at(now: datetime, *, unread_since: datetime) -> QuerySet[SheetLink]:
    """Return the spreadsheets of active salons whose time has come; some wait for a person instead.

    One in which somebody works has its time when it was not read after `unread_since`.
    """
    is_unread = Q(last_read_at=None) | Q(last_read_at__lte=unread_since)
    is_due = Q(look_at__lte=now) | Q(read_due_at__lte=now) | Q(busy_until__gt=now) & is_unread
    living = SheetLink.objects.filter(project__is_active=True, spreadsheet_id__gt="").exclude(
        state__in=[SheetLink.State.FROZEN, SheetLink.State.PLAN]
    )
    found = living.filter(is_due | Q(state=SheetLink.State.NEW)).select_related("project__booking_rules")
    return found.only(
        "state",
        "project__timezone",
        "project__booking_rules__work_start_minute",
        "project__booking_rules__work_end_minute",
    )


def shown_specialists(link: SheetLink) -> list[Specialist]:
    """Return who has a tab: the active ones, and those who left but still have visits ahead."""
    active = Specialist.objects.filter(project_id=link.project_id, is_active=True)
    with_visits = Specialist.objects.filter(
        project_id=link.project_id, is_active=False, bookings__status=Booking.Status.BOOKED,
        bookings__start__gte=datetime.now(UTC),
    )  # fmt: skip
    return list(active.union(with_visits).order_by("position", "name"))


def oldest_shown() -> datetime:
    """Visits that began before this moment stand in the archive."""
    return datetime.now(UTC) - timedelta(days=PAST_DAYS)


def bookings_to_show(link: SheetLink, known: Collection[int]) -> list[tuple[Booking, str]]:
    """Return by start those of these bookings that are shown, and all that have no row yet.

    Beside each stands the hash of what its cells are made of.
    """
    has_row = link.own_rows().filter(booking_id=OuterRef("pk"))
    found = Booking.objects.filter(project_id=link.project_id, status__in=SHOWN)
    found = found.filter(Q(pk__in=known) | (Q(start__gte=oldest_shown()) & ~Exists(has_row)))
    hashed = found.select_related("client", "service", "specialist").annotate(made_from=_source_of(""))
    return [(booking, vars(booking)["made_from"]) for booking in hashed.order_by("start", "id")]


def ids_of_rows_over(link: SheetLink, pks: Collection[int]) -> set[str]:
    """Return the ids of those of our rows whose visit is no more."""
    if not pks:
        return set()
    over = link.own_rows().filter(pk__in=pks).exclude(booking__status__in=SHOWN)
    return set(over.values_list("row_uid", flat=True))


def row_heads(link: SheetLink) -> dict[str, RowHead]:
    """Return our rows in the spreadsheet of now by id, as far as telling them apart needs."""
    has_question = (
        Q(missing_since__isnull=False)
        | Q(refused_at__isnull=False)
        | Q(place__isnull=False)
        | Q(awaits_answer=True)
    )
    found = link.own_rows().annotate(made_from=_source_of("booking__"), has_question=has_question)
    columns = (
        "pk", "row_uid", "sheet_id", "booking_id", "booking__specialist_id", "booking__start",
        "booking__status", "seen_hash", "made_of", "made_from", "has_question",
    )  # fmt: skip
    return {head.uid: head for head in map(RowHead._make, found.values_list(*columns))}


def stored_rows(link: SheetLink, pks: Iterable[int]) -> dict[str, SheetRow]:
    """Return these of our rows by id, with their visits."""
    found = link.own_rows().filter(pk__in=list(pks))
    found = found.select_related("booking__client", "booking__service", "booking__specialist")
    found = found.defer("intended")  # for older code only, and as dear to decrypt as the rest
    return {row.row_uid: row for row in found}


def as_cells(stored: list[str]) -> Cells:
    """Return the six cells of a stored snapshot; an earlier version may have stored another form."""
    date, full, time, client, name, service = map(clean, stored)
    return (date, full, time, client, name, service)


def _source_of(prefix: str) -> Expression:
    texts: list[Expression] = []
    for name in _SOURCES:
        text = Cast(F(prefix + name), TextField())
        texts += [
            Coalesce(text, Value(""), output_field=TextField()),
            Value("\x1f", output_field=TextField()),
        ]
    return MD5(Concat(*texts, output_field=TextField()))
