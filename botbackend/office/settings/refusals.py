"""What refusals about people are called in the language of whoever works here."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from botbackend.lib.errors import DomainError
from botbackend.office import refusals

_SAID: dict[str, Promise] = {
    "already_member": _("You work in this salon already."),
    "account_taken": _(
        "Somebody has an account with this e-mail. If it is yours, sign in and open the link again."
    ),
    "specialist_taken": _("Somebody else signs in with this calendar already."),
    "too_many_invitations": _("Too many invitations are open. Revoke some of them first."),
    "already_decided": _("Somebody has decided this already, or the visit is over."),
    "busy_sheet": _("The spreadsheet is being brought in line right now. Try again in a moment."),
}


def told(error: DomainError) -> str:
    """Return the refusal in words."""
    said = _SAID.get(error.code)
    return refusals.told(error) if said is None else str(said)
