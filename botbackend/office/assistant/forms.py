"""Forms of the room: every mistake is named at its field."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ai.models import MAX_PROMPT_LENGTH, Permission, Scenario
from ai.salon.scenarios import Wish
from ai.turn.permissions import Kind
from bookings.models import Service
from botbackend.lib.text import with_plain_line_ends
from botbackend.office.asked import FIRST_DAY, LAST_DAY

LONGEST_FACT = 5000


class PromptForm(forms.Form):
    """The text of a draft."""

    text = forms.CharField(
        label=_("Your text"),
        max_length=MAX_PROMPT_LENGTH,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 18, "spellcheck": "true"}),
    )

    def clean_text(self) -> str:
        """Take line ends as the shipped texts have them; browsers send two signs."""
        text = with_plain_line_ends(self.cleaned_data["text"]).strip()
        if not text:
            raise forms.ValidationError(_("Write something: an empty text cannot be published."))
        return text


class FactForm(forms.Form):
    """A fact that the bot may tell."""

    title = forms.CharField(label=_("Short name"), max_length=200)
    text = forms.CharField(
        label=_("What the assistant may tell"),
        max_length=LONGEST_FACT,
        widget=forms.Textarea(attrs={"rows": 8}),
    )


class WordingForm(forms.Form):
    """The salon's own words; placeholders are checked by the operation."""

    text = forms.CharField(
        label=_("Your words"), max_length=3000, strip=False, widget=forms.Textarea(attrs={"rows": 6})
    )

    def clean_text(self) -> str:
        return with_plain_line_ends(self.cleaned_data["text"]).strip()


class ScenarioForm(forms.Form):
    """What a client writes and what must come of it; whether it could fail at all, the operation knows."""

    said = forms.CharField(
        label=_("What the client writes"),
        max_length=Scenario.LONGEST,
        help_text=_(
            "A message a line, at most six. {free} stands for the next free time of the service from "
            "tomorrow on. Write no names and phones of real people."
        ),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    outcome = forms.ChoiceField(
        label=_("What must come of it"), choices=Scenario.Outcome.choices, widget=forms.RadioSelect
    )
    service = forms.TypedChoiceField(
        label=_("Which service"),
        required=False,
        coerce=int,
        empty_value=None,
        help_text=_("Of the visit that is offered, and of {free} and {price}."),
    )
    says = forms.CharField(
        label=_("The last answer contains"),
        required=False,
        max_length=Scenario.LONGEST,
        help_text=_("Words a line; all of them must be there. {price} stands for the price of the service."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    says_not = forms.CharField(
        label=_("No answer contains"),
        required=False,
        max_length=Scenario.LONGEST,
        help_text=_("Words a line; none of them may be there."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, services: Iterable[Service], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["service"]
        field.choices = [("", _("any")), *((one.pk, one.name) for one in services)]

    def wish(self) -> Wish:
        """Return what was typed."""
        typed = self.cleaned_data
        return Wish(typed["said"], typed["outcome"], typed["service"], typed["says"], typed["says_not"])


class CeilingForm(forms.Form):
    """What a month may cost; empty for no ceiling of the owner's own."""

    usd = forms.DecimalField(
        label=_("Your ceiling for a month, in dollars"),
        required=False,
        min_value=0,
        max_digits=10,
        decimal_places=2,
        localize=True,
    )


class MonthForm(forms.Form):
    """The month of the page of costs."""

    month = forms.DateField(input_formats=["%Y-%m"])

    @classmethod
    def read(cls, text: str, *, otherwise: date) -> date:
        """Return the first day of the month that the address names, else of the other date's."""
        form = cls({"month": text})
        chosen: date = form.cleaned_data["month"] if form.is_valid() else otherwise
        chosen = chosen if FIRST_DAY <= chosen <= LAST_DAY else otherwise
        return chosen.replace(day=1)


KINDS = {
    Kind.ANSWER: (
        _("Questions"),
        _("Prices, services, the address, the client's own visits, small talk."),
    ),
    Kind.BOOK: (_("New visits"), _("A client wants to come.")),
    Kind.CHANGE: (_("Changes and cancellations"), _("A client wants to move a visit or to call it off.")),
    Kind.CARE: (
        _("Complaints and health"),
        _("Something went wrong, or a client tells of an allergy, a pregnancy, an illness."),
    ),
}
RULES = [
    (Permission.ALONE, _("Answer by itself")),
    (Permission.DRAFT, _("Draft for a person to send")),
    (Permission.PEOPLE, _("Leave to people")),
]


class PermissionsForm(forms.Form):
    """A switch for each kind of request."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind, (name, about) in KINDS.items():
            self.fields[kind.value] = forms.ChoiceField(
                label=name, help_text=about, choices=RULES, widget=forms.RadioSelect
            )

    def rules(self) -> dict[Kind, Permission]:
        """Return what was chosen."""
        return {kind: Permission(self.cleaned_data[kind.value]) for kind in KINDS}
