"""The form of the salon itself."""

import re
from collections.abc import Mapping
from typing import Any
from zoneinfo import available_timezones

from babel import Locale
from django import forms
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from bookings.limits import MAX_DEADLINE_HOURS, MAX_NOTICE_MINUTES
from bookings.models import Client
from bookings.operations.setup import set_limits
from botbackend.lib.currencies import CURRENCIES
from botbackend.lib.languages import LANGUAGES
from botbackend.lib.phones import COUNTRIES
from botbackend.office.clients.selectors import recent_clients
from botbackend.office.settings.stored import StoredForm
from dialogues.staff.addresses import set_alarm_addresses
from projects.models import LONGEST_NAME, Project
from projects.zones import known_zone

_NOT_IN_DOCUMENT = {"max_active_visits", "allow_nesting", "staff_contact_id", "staff_email"}
_USUAL_CURRENCIES = ("UAH", "PLN", "EUR", "USD", "GBP")
_CONTINENTS = {
    "Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific",
}  # fmt: skip
_CLOCK = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)")


class ClockField(forms.CharField):
    """HH:MM, also 24:00; its value is that text."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=5, **kwargs)
        self.widget.attrs |= {"inputmode": "numeric", "placeholder": "09:00"}

    def clean(self, value: Any) -> str:
        text = str(super().clean(value)).strip()
        found = _CLOCK.fullmatch(text)
        if not found or (found[1] == "24" and found[2] != "00"):
            raise forms.ValidationError(_("Write a time such as 09:30."))
        return f"{int(found[1]):02}:{found[2]}"


def clock(minute: int) -> str:
    """Return minutes after midnight as HH:MM."""
    return f"{minute // 60:02}:{minute % 60:02}"


def clean_zone(text: str) -> str:
    """Return the name of a zone. Raises ValidationError for what names none."""
    try:
        return known_zone(text.strip())
    except ValueError as error:
        raise forms.ValidationError(
            _("There is no such time zone. Write one such as Europe/Kyiv.")
        ) from error


class SalonForm(StoredForm):
    """Name, language and clock of the salon, and what it asks of every visit."""

    shows = (
        "name", "timezone", "language", "currency", "country", "opens", "closes", "slot_minutes",
        "min_notice_minutes", "horizon_days", "cancel_deadline_hours", "max_active_visits", "allow_nesting",
        "staff_contact_id", "staff_email",
    )  # fmt: skip
    paths = {"work_hours.start": "opens", "work_hours.end": "closes"}

    name = forms.CharField(label=_("Name of the salon"), max_length=LONGEST_NAME)
    timezone = forms.CharField(
        label=_("Time zone"), max_length=64, help_text=_("The clock of the salon."), widget=forms.Select
    )
    language = forms.ChoiceField(
        label=_("Language"), help_text=_("What the bot speaks until it knows better.")
    )
    currency = forms.ChoiceField(label=_("Currency"))
    country = forms.ChoiceField(
        label=_("Country"), required=False, help_text=_("Whose local phone numbers are understood.")
    )
    opens = ClockField(label=_("Opens at"))
    closes = ClockField(
        label=_("Closes at"), help_text=_("For everybody without hours of their own in Team.")
    )
    slot_minutes = forms.IntegerField(label=_("Visits begin every … minutes"), min_value=5, max_value=240)
    min_notice_minutes = forms.IntegerField(
        label=_("Least notice, minutes"),
        min_value=0,
        max_value=MAX_NOTICE_MINUTES,
        help_text=_("How long before a visit a client may still book."),
    )
    horizon_days = forms.IntegerField(label=_("Booked at most … days ahead"), min_value=0, max_value=730)
    cancel_deadline_hours = forms.IntegerField(
        label=_("Clients cancel and move until … hours before"), min_value=0, max_value=MAX_DEADLINE_HOURS
    )

    max_active_visits = forms.IntegerField(
        label=_("A client has at most … visits ahead"),
        min_value=0,
        max_value=1000,
        help_text=_("Of those that are booked through the bot; you may always book more. 0 is no limit."),
    )
    allow_nesting = forms.BooleanField(
        label=_("Book others while a treatment takes effect"),
        required=False,
        help_text=_(
            "If a service has a pause, such as for colour to take, its specialist may have another client "
            "then."
        ),
    )
    staff_contact_id = forms.CharField(
        label=_("Chat that is told of tasks and alarms"),
        max_length=64,
        required=False,
        widget=forms.Select,
        help_text=_(
            "A colleague's own chat with the bot: write to it from your phone, load this page again and "
            "choose yourself."
        ),
    )
    staff_email = forms.EmailField(
        label=_("Mail that is told of tasks and alarms"),
        required=False,
        help_text=_("Used when no chat is set or it cannot be reached."),
    )

    def __init__(self, salon: Project, data: Any = None) -> None:
        super().__init__(salon, data)
        locale = Locale.parse(get_language() or "en", sep="-")
        self._choose("language", {code: own_name(code) for code in LANGUAGES})
        self._choose("currency", currencies_of(locale))
        countries = {code: str(locale.territories.get(code, code)) for code in COUNTRIES}
        named = dict(sorted(countries.items(), key=lambda one: one[1]))
        self._choose("country", {"": str(_("As the time zone says")), **named})

        self._choose("timezone", {name: name for name in zones_of_places()})
        talked = {one.contact_id: _called(one) for one in recent_clients(salon=salon) if one.contact_id}
        self._choose("staff_contact_id", {"": str(_("Nobody is told by message")), **talked})

    def _choose(self, name: str, choices: Mapping[str, str]) -> None:
        stored = str(self.initial.get(name) or "")
        more = {} if stored in choices else {stored: stored}  # earlier versions took others
        field: Any = self.fields[name]
        place = field if isinstance(field, forms.ChoiceField) else field.widget
        place.choices = list({**choices, **more}.items())

    def initial_from(self, values: Mapping[str, Any]) -> dict[str, Any]:
        return {**values, "opens": clock(values["opens"]), "closes": clock(values["closes"])}

    def clean_timezone(self) -> str:
        """Take only a zone that there is."""
        return clean_zone(self.cleaned_data["timezone"])

    def document(self) -> dict[str, Any]:
        typed = {name: value for name, value in self.cleaned_data.items() if name not in _NOT_IN_DOCUMENT}
        hours = {"start": typed.pop("opens"), "end": typed.pop("closes")}
        return {**typed, "name": typed["name"].strip(), "work_hours": hours}

    def store_rest(self) -> None:
        typed = self.cleaned_data
        set_limits(
            project=self.salon,
            max_active_visits=typed["max_active_visits"],
            allow_nesting=typed["allow_nesting"],
        )
        contact_id, email = typed["staff_contact_id"].strip(), typed["staff_email"]
        set_alarm_addresses(project=self.salon, contact_id=contact_id, email=email)


def _called(client: Client) -> str:
    """Return a client's name and phone, by which somebody finds their own chat."""
    return " · ".join(filter(None, (client.name, client.phone))) or client.contact_id


def currencies_of(locale: Locale) -> dict[str, str]:
    """Return the currencies by name; those of most salons stand first."""
    names = {code: f"{locale.currencies.get(code, code)} ({code})" for code in CURRENCIES}
    by_name = sorted(names, key=lambda code: names[code].casefold())
    return {code: names[code] for code in dict.fromkeys([*_USUAL_CURRENCIES, *by_name]) if code in names}


def zones_of_places() -> list[str]:
    """Return the names of the time zones of places; what else a machine knows is no salon's clock."""
    return sorted(name for name in available_timezones() if name.partition("/")[0] in _CONTINENTS)


def own_name(code: str) -> str:
    """Return what a language calls itself."""
    names = dict(settings.LANGUAGES)
    if code in names:
        return str(names[code])
    return str(Locale.parse(code).get_display_name(code) or code).capitalize()
