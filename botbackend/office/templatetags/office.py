"""What templates of the office are written with."""

import uuid
from functools import cache, lru_cache

from django import template
from django.templatetags.static import static
from django.urls import get_script_prefix, reverse
from django.utils import translation
from django.utils.html import format_html
from django.utils.safestring import SafeString

from ai.wording.formats import currency_sign
from bookings.models import rules_of
from botbackend.office import visit_words
from botbackend.office.days import numeric_day, short_day
from botbackend.office.dollars import dollars
from botbackend.office.once import FIELD
from botbackend.office.settings.checklist import Checklist, checklist_of
from botbackend.staff.names import name_of
from projects.access import visible_projects
from projects.models import Project

register = template.Library()


@register.simple_tag
def address(name: str, slug: str, *numbers: int) -> str:
    """Return the address of one of many rows: what `url` returns, in a twentieth of its time."""
    return _shape(name, slug, len(numbers), get_script_prefix()).format(*numbers)


@lru_cache(maxsize=1024)
def _shape(name: str, slug: str, count: int, prefix: str) -> str:
    """Return the address with signs for its numbers; the prefix of the server is part of it."""
    stand_ins = [10**17 + at for at in range(count)]
    shape = reverse(f"office:{name}", args=[slug, *stand_ins])
    for at, number in enumerate(stand_ins):
        shape = shape.replace(str(number), f"{{{at}}}")
    return shape


@register.simple_tag
@cache
def icon(name: str) -> SafeString:
    """Return a picture of the sheet of icons; what it means stands beside it or in a label."""
    where = f"{static('office/icons.svg')}#{name}"
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}"></use></svg>', where
    )


register.filter("person", name_of)


@register.filter("currency_sign")
def _sign(currency: str) -> str:
    """Return what stands beside amounts in the reader's language."""
    return currency_sign(translation.get_language() or "en", currency)


register.filter("dollars", dollars)
register.filter("state_name", visit_words.state_name)
register.filter("state_of", visit_words.state_of)
register.filter("kind_of", visit_words.kind_of)


register.filter("short_day", short_day)
register.filter("numeric_day", numeric_day)


@register.filter
def grid_times(salon: Project) -> list[str]:
    """Return the times at which visits usually begin: those of the salon's grid within its hours."""
    rules = rules_of(salon)
    step = max(rules.slot_minutes, 15)
    minutes = range(rules.work_start_minute, rules.work_end_minute, step)
    return [f"{minute // 60:02d}:{minute % 60:02d}" for minute in minutes]


@register.simple_tag
def form_key() -> SafeString:
    """Return the field by which a second press of a form that makes something is known."""
    return format_html('<input type="hidden" name="{}" value="{}">', FIELD, uuid.uuid4().hex)


@register.simple_tag
def checklist(salon: Project) -> Checklist:
    """Return what a new salon still needs; it comes with the page, since what came later would move it."""
    return checklist_of(salon)


@register.simple_tag(takes_context=True)
def name_of_site(context: template.Context) -> str:
    """Return the name of the person's only salon; "" where there are several, or nobody is signed in."""
    request = context.get("request")
    if request is None or not request.user.is_authenticated:
        return ""
    names = list(visible_projects(request.user).values_list("name", flat=True)[:2])
    return names[0] if len(names) == 1 else ""
