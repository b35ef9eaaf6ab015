"""What is typed in the room."""

from django import forms
from django.utils.translation import gettext_lazy as _

LONGEST = 20_000
_BIGGEST = 2**63 - 1


class ReplyForm(forms.Form):
    """A message to the client. `key` tells a second tap, `seen` the newest message that the person knew.

    `draft` is the assistant's waiting reply that the text was made of.
    """

    text = forms.CharField(
        max_length=LONGEST,
        error_messages={
            "required": _("Write something first."),
            "max_length": _("This is too long: send it in parts."),
        },
    )
    key = forms.CharField(max_length=64)
    seen = forms.IntegerField(min_value=0, max_value=_BIGGEST)
    draft = forms.IntegerField(required=False, min_value=1, max_value=_BIGGEST)


class SeenForm(forms.Form):
    """The newest message that the person knew."""

    seen = forms.IntegerField(min_value=0, max_value=_BIGGEST)


class ReadForm(forms.Form):
    """How far the page has shown the talk."""

    up_to = forms.IntegerField(min_value=1, max_value=_BIGGEST)


class LeadForm(forms.Form):
    """Who answers the client; nobody has to what was answered elsewhere."""

    to = forms.ChoiceField(choices=[("bot", "bot"), ("person", "person"), ("nobody", "nobody")])
