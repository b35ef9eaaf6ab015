"""What the pages of the room show of a period, composed of what each part knows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from ai.figures.talks import TalkFigures, talk_figures
from bookings.models import Client, Service, Specialist
from bookings.occupancy import working_time
from bookings.stats import (
    BookingFigures,
    ClientTotals,
    Visitors,
    booked_by_bot,
    booking_figures,
    client_totals,
    clients_by_source,
    visitors,
)
from bookings.visit_figures import Cut, VisitSum, first_day, visit_figures
from botbackend.lib.postgres import replica
from botbackend.office.figures.spans import Span
from projects.models import Project

NONE = VisitSum()
MOST_SERVICES = 100


@dataclass(frozen=True)
class Course:
    """One stretch of a period: a day, the week or the month that begins on the date."""

    day: date
    sums: VisitSum


@dataclass(frozen=True)
class Named:
    """The visits of a service, a specialist or a source, by its name."""

    name: str
    sums: VisitSum


@dataclass(frozen=True)
class Visits:
    """What happened within a period, and the visits on its days."""

    happened: BookingFigures
    total: VisitSum
    course: Sequence[Course]
    services: Sequence[Named]
    sources: Sequence[Named]


def visits_of(salon: Project, span: Span) -> Visits:
    """Four queries."""
    period, using = span.period, replica.alias()
    found = visit_figures(
        project=salon,
        start=period.start,
        end=period.end,
        by=[span.unit, Cut.SERVICE, Cut.SOURCE],
        using=using,
    )
    names = dict(Service.objects.using(using).filter(project=salon).values_list("pk", "name"))
    return Visits(
        happened=booking_figures(project=salon, start=period.start, end=period.end, using=using),
        total=found.total,
        course=_course(span, found.by[span.unit]),
        services=_named(found.by[Cut.SERVICE], names)[:MOST_SERVICES],
        sources=_named(found.by[Cut.SOURCE], {}),
    )


def _course(span: Span, sums: Mapping[date, VisitSum]) -> list[Course]:
    """Every stretch of the period, also those without a visit."""
    days = (span.period.first + timedelta(days=at) for at in range(span.days))
    stretches = dict.fromkeys(first_day(day, span.unit) for day in days)
    return [Course(day, sums.get(day, NONE)) for day in stretches]


def _named(sums: Mapping[int, VisitSum] | Mapping[str, VisitSum], names: Mapping[int, str]) -> list[Named]:
    found = [
        Named(names.get(key, str(key)) if isinstance(key, int) else key, one) for key, one in sums.items()
    ]
    return sorted(found, key=lambda one: (-one.sums.amount, -one.sums.planned, one.name))


@dataclass(frozen=True)
class Occupied:
    """A specialist's visits beside their working time; None = none is known: they left."""

    name: str
    sums: VisitSum
    working: int | None

    @property
    def share(self) -> float | None:
        """The part of the working time that is booked; more than 1 where visits lie outside of it."""
        return self.sums.minutes / self.working if self.working else None


@dataclass(frozen=True)
class Team:
    """Who worked how much, and when clients come: (weekday from 0 = Monday, hour) -> visits."""

    people: Sequence[Occupied]
    hours: Mapping[tuple[int, int], int]


def team_of(salon: Project, span: Span) -> Team:
    """Three queries."""
    period, using = span.period, replica.alias()
    found = visit_figures(
        project=salon, start=period.start, end=period.end, by=[Cut.SPECIALIST, Cut.HOUR], using=using
    )
    sums = dict(found.by[Cut.SPECIALIST])
    works = working_time(project=salon, start=period.start, end=period.end, using=using)
    people = [Occupied(one.name, sums.pop(one.specialist_id, NONE), one.minutes) for one in works]
    names = Specialist.objects.using(using).filter(project=salon, is_active=False).values_list("pk", "name")
    people += [Occupied(name, sums[pk], None) for pk, name in names.order_by("name") if pk in sums]
    return Team(people, {key: one.planned for key, one in found.by[Cut.HOUR].items() if one.planned})


@dataclass(frozen=True)
class Clients:
    """Who is new, who came, and from where the new ones have the address."""

    totals: ClientTotals
    visitors: Visitors
    sources: Mapping[str, int]


def clients_of(salon: Project, span: Span) -> Clients:
    """Three queries."""
    period, using = span.period, replica.alias()
    new = Client.objects.using(using).filter(
        project=salon, merged_into=None, created_at__gte=period.start, created_at__lt=period.end
    )
    return Clients(
        totals=client_totals(project=salon, start=period.start, end=period.end, using=using),
        visitors=visitors(project=salon, start=period.start, end=period.end, using=using),
        sources=clients_by_source(clients=new),
    )


@dataclass(frozen=True)
class Talks:
    """How much was written, how it ended, what the assistant cost."""

    figures: TalkFigures
    booked_by_bot: int

    @property
    def cost_per_visit(self) -> Decimal | None:
        """Dollars of all turns for each visit that clients booked through the bot."""
        return self.figures.cost_usd / self.booked_by_bot if self.booked_by_bot else None


def talks_of(salon: Project, span: Span) -> Talks:
    """Two queries."""
    period, using = span.period, replica.alias()
    return Talks(
        figures=talk_figures(project=salon, period=period, using=using),
        booked_by_bot=booked_by_bot(project=salon, start=period.start, end=period.end, using=using),
    )
