"""What refusals about signing in are called in the language of whoever works here."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from botbackend.lib.errors import DomainError
from botbackend.office import refusals

_SAID: dict[str, Promise] = {
    "wrong_code": _("This is not the code. One that was used is not good again: wait for the next."),
    "wait_for_code": _("Several codes were wrong. Wait a while, or take a recovery code."),
    "factor_required": _("Here owners need the second step: it can be replaced, not removed."),
}


def told(error: DomainError) -> str:
    """Return the refusal in words."""
    said = _SAID.get(error.code)
    return refusals.told(error) if said is None else str(said)
