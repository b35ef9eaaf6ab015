"""What a refusal of an operation is called in the language of whoever works here.

The operations say in English what they refuse, for programs and logs; people read these.
"""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from botbackend.lib.errors import DomainError

_SAID: dict[str, Promise] = {
    "slot_taken": _("This time has just been taken."),
    "outside_hours": _("This is outside the working hours."),
    "too_soon": _("This is too soon: the salon asks for more notice."),
    "too_far": _("This is further ahead than the salon books."),
    "in_the_past": _("This time has passed."),
    "not_offered": _("This specialist does not do this service."),
    "day_off": _("This is a day off."),
    "client_blocked": _("This client is blocked."),
    "past_deadline": _("It is too late to change this visit."),
    "too_many_visits": _("The client has as many visits ahead as the salon allows."),
    "wrong_status": _("The visit is not what it was: somebody changed it meanwhile."),
    "not_found": _("There is no such visit any more."),
    "invalid_phone": _("This is no phone number."),
    "last_owner": _("A salon keeps at least one owner."),
}


def told(error: DomainError) -> str:
    """Return the refusal in words; one that is not known here in the operation's own."""
    said = _SAID.get(error.code)
    return error.message if said is None else str(said)
