"""What the numbers of a trace mean: services and specialists by name, days as people write them."""

from collections.abc import Iterable
from datetime import date

from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from bookings.models import Service, Specialist
from botbackend.lib.clock import WEEKDAYS as SHORT
from botbackend.office.assistant.selectors import ABOUT
from projects.models import Project


class Names:
    """The salon's names; two queries, whatever the trace tells."""

    def __init__(self, salon: Project) -> None:
        self._services = dict(Service.objects.filter(project=salon).values_list("pk", "name"))
        self._specialists = dict(Specialist.objects.filter(project=salon).values_list("pk", "name"))

    def services(self, numbers: object) -> list[str]:
        """Return the names of services; a number that is none of the salon's is told as it is."""
        return [self._services.get(number, f"№ {number}") for number in _numbers(numbers)]

    def specialists(self, numbers: object) -> list[str]:
        """Return the names of specialists; 0 is nobody in particular."""
        return [self._specialists.get(number, f"№ {number}") for number in _numbers(numbers) if number]


def _numbers(value: object) -> list[int]:
    values: Iterable[object] = value if isinstance(value, list | tuple) else [value]
    return [one for one in values if isinstance(one, int) and not isinstance(one, bool)]


def prompt_of(label: str) -> str:
    """Return which prompt was in force, by its title; the label is its name and its version, 0 as shipped."""
    name, _colon, version = label.partition(":")
    if name not in ABOUT:
        return label
    told = {"prompt": ABOUT[name].title, "number": version}
    return (
        _("%(prompt)s (as shipped)") % told if version == "0" else _("%(prompt)s (version %(number)s)") % told
    )


def days_of(ranges: object) -> list[str]:
    """Return days or ranges of days in words."""
    found = []
    for one in ranges if isinstance(ranges, list) else []:
        first, last = _day(one, "from"), _day(one, "to")
        if first and first == last:
            found.append(first)
        elif first or last:
            found.append(f"{first or '…'} – {last or '…'}")
        else:
            found.append(_("a day that does not exist"))
    return found


def _day(one: object, name: str) -> str:
    value = (
        (one.get(name) or one.get("first" if name == "from" else "last")) if isinstance(one, dict) else None
    )
    try:
        return date_format(date.fromisoformat(str(value)[:10]), "j E Y") if value else ""
    except ValueError:
        return ""


def weekdays_of(names: object) -> list[str]:
    """Return weekdays in words."""
    known = [one for one in names if one in SHORT] if isinstance(names, list) else []
    return [str(WEEKDAYS[SHORT.index(one)]) for one in known]
