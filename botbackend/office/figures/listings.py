"""The lists of the room as tables for spreadsheet programs. Made after the page's own words are known."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from bookings.models import Booking, Client
from botbackend.lib.csv_lines import Cell
from botbackend.lib.money import as_json_number
from botbackend.lib.postgres import replica
from botbackend.office.figures import selectors
from botbackend.office.figures.spans import Span
from botbackend.office.figures.words import weekday_name
from botbackend.office.visit_words import SOURCES, STATES, kind_of, source_of
from projects.models import Project

CHUNK = 500
# What a line of the list says: nothing else of a visit or its client is read, or decrypted.
_OF_VISIT = (
    "start", "end", "specialist__name", "service__name", "guest_name", "client__name", "status", "price",
    "price_from", "source", "arrived_at",
)  # fmt: skip
_OF_CLIENT = ("name", "phone", "language", "source", "created_at", "last_seen_at")


@dataclass(frozen=True)
class Listing:
    """Header and rows; the rows are read while the file is sent."""

    header: Sequence[str]
    rows: Iterator[Sequence[Cell]]


def _visits(salon: Project, span: Span) -> Listing:
    header = [
        _("Date"), _("Time"), _("Minutes"), _("Specialist"), _("Service"), _("Client"), _("Status"),
        _("Price"), _("Price is from"), _("Booked through"),
    ]  # fmt: skip
    states = {kind: str(name) for kind, name in STATES.items()}
    sources = {source: str(name) for source, name in SOURCES.items()}
    yes = _("from")
    zone = span.period.start.tzinfo
    rows = Booking.objects.using(replica.alias()).filter(
        project=salon, start__gte=span.period.start, start__lt=span.period.end
    )
    rows = rows.exclude(status=Booking.Status.HELD).exclude(status="cancelled", hold_until__isnull=False)

    def lines() -> Iterator[Sequence[Cell]]:
        for row in rows.with_names().only(*_OF_VISIT).order_by("start", "pk").iterator(chunk_size=CHUNK):
            start = row.start.astimezone(zone)
            yield [
                start.date(), f"{start:%H:%M}", round((row.end - row.start).total_seconds() / 60),
                row.specialist.name, row.service.name, row.guest_name or row.client.name,
                states[kind_of(row)], as_json_number(row.price), yes if row.price_from else "",
                sources[row.source],
            ]  # fmt: skip

    return Listing(header, lines())


def _clients(salon: Project, span: Span) -> Listing:
    header = [_("Name"), _("Phone"), _("Language"), _("Came from"), _("First seen"), _("Last seen")]
    zone = span.period.start.tzinfo
    rows = Client.objects.using(replica.alias()).filter(
        project=salon,
        merged_into=None,
        created_at__gte=span.period.start,
        created_at__lt=span.period.end,
    )

    def lines() -> Iterator[Sequence[Cell]]:
        for row in rows.only(*_OF_CLIENT).order_by("created_at", "pk").iterator(chunk_size=CHUNK):
            seen = row.last_seen_at.astimezone(zone).date() if row.last_seen_at else None
            yield [
                row.name, row.phone, row.language, row.source, row.created_at.astimezone(zone).date(), seen
            ]  # fmt: skip

    return Listing(header, lines())


_SUMS = ("planned", "done", "no_show", "cancelled")


def _sum_header() -> list[str]:
    return [
        _("Visits"), *(str(STATES[one]) for one in ("completed", "no_show", "cancelled")), _("Takings"),
        _("Of these with a price from"), _("Without a price"),
    ]  # fmt: skip


def _cells(sums: Any) -> list[Cell]:
    counts = [getattr(sums, name) for name in _SUMS]
    return [*counts, as_json_number(sums.amount), sums.begins, sums.unpriced]


def _takings(salon: Project, span: Span) -> Listing:
    found = selectors.visits_of(salon, span)
    return Listing([_("Date"), *_sum_header()], iter([[one.day, *_cells(one.sums)] for one in found.course]))


def _services(salon: Project, span: Span) -> Listing:
    found = selectors.visits_of(salon, span)
    rows: list[Sequence[Cell]] = [[one.name, *_cells(one.sums)] for one in found.services]
    return Listing([_("Service"), *_sum_header()], iter(rows))


def _sources(salon: Project, span: Span) -> Listing:
    found = selectors.visits_of(salon, span)
    rows: list[Sequence[Cell]] = [[source_of(one.name), *_cells(one.sums)] for one in found.sources]
    return Listing([_("Booked through"), *_sum_header()], iter(rows))


def _team(salon: Project, span: Span) -> Listing:
    header = [_("Specialist"), *_sum_header(), _("Booked minutes"), _("Working minutes")]
    found = selectors.team_of(salon, span)
    rows: list[Sequence[Cell]] = [
        [one.name, *_cells(one.sums), one.sums.minutes, one.working] for one in found.people
    ]
    return Listing(header, iter(rows))


def _hours(salon: Project, span: Span) -> Listing:
    found = selectors.team_of(salon, span).hours
    rows: list[Sequence[Cell]] = [
        [weekday_name(day), f"{hour:02}:00", count] for (day, hour), count in sorted(found.items())
    ]
    return Listing([_("Weekday"), _("Hour"), _("Visits")], iter(rows))


def _origins(salon: Project, span: Span) -> Listing:
    found = selectors.clients_of(salon, span).sources
    return Listing([_("Came from"), _("New clients")], iter([list(one) for one in found.items()]))


def _talks(salon: Project, span: Span) -> Listing:
    found = selectors.talks_of(salon, span)
    rows: list[Sequence[Cell]] = [
        [_("Booked a visit"), found.figures.booked],
        [_("Went to a person"), found.figures.to_people],
        [_("The bot alone"), found.figures.bot_alone],
        [_("Messages received"), found.figures.received],
        [_("Messages sent"), found.figures.sent],
        [_("Visits booked through the bot"), found.booked_by_bot],
        [_("Cost of Claude, $"), round(found.figures.cost_usd, 4)],
    ]
    return Listing([_("What"), _("How many")], iter(rows))


Maker = Callable[[Project, Span], Listing]
LISTINGS: dict[str, Maker] = {
    "visits": _visits,
    "takings": _takings,
    "services": _services,
    "sources": _sources,
    "team": _team,
    "hours": _hours,
    "origins": _origins,
    "talks": _talks,
}
# Everybody's name and phone in one file: the owner's to take along.
OWNERS_LISTINGS: dict[str, Maker] = {"clients": _clients}
