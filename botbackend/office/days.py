"""How a day is written where there is little room: the year stands there as soon as it is another one."""

from datetime import date, datetime

from babel.dates import format_skeleton
from django.utils import timezone, translation
from django.utils.formats import date_format


def short_day(day: date) -> str:
    """Return a weekday and a date as people write them: "чт, 3 грудня"; on the salon's clock."""
    local = _local(day)
    language = translation.get_language() or "en"
    skeleton = "MMMMEd" if _is_this_year(local) else "yMMMMEd"
    return str(format_skeleton(skeleton, local, locale="en_GB" if language == "en" else language))


def numeric_day(day: date) -> str:
    """Return a weekday and a date in figures: "Чт 3.12"; on the salon's clock."""
    local = _local(day)
    return f"{date_format(local, 'D')} {date_format(local, 'j.m' if _is_this_year(local) else 'j.m.Y')}"


def _local(day: date) -> date:
    return timezone.localtime(day) if isinstance(day, datetime) else day


def _is_this_year(day: date) -> bool:
    return day.year == timezone.localdate().year
