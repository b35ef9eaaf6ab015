"""When those work who were chosen, for a time at which they do not."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from bookings.engine.minutes import day_number, merge
from bookings.engine.rules import Rules
from bookings.values import Item
from botbackend.lib.clock import clock_text
from botbackend.office.desk import Desk


def hours_told(desk: Desk, rules: Rules, items: Sequence[Item]) -> Iterator[str]:
    """Yield the hours of each who was chosen, on the day that was asked for."""
    asked = {(item.specialist_id or 0, item.start.astimezone(desk.zone).date()) for item in items}
    for number, day in sorted(asked):
        if number not in rules.specialists:
            continue
        hours = merge(rules.hours_on(number, day_number(day)))
        names = {
            "who": rules.specialists[number].name,
            "hours": ", ".join(f"{clock_text(start)}–{clock_text(end)}" for start, end in hours),
        }
        yield _("%(who)s works %(hours)s.") % names if hours else _("%(who)s does not work that day.") % names
