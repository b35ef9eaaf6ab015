"""What a refusal of an operation is called in the language of whoever works here.

The operations say in English what they refuse, for programs and logs; people read these.
"""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from botbackend.lib.errors import DomainError

_SAID: dict[str, Promise] = {
    "slot_taken": _("This time is taken."),
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
    "gone": _("This is not there any more: somebody removed it meanwhile."),
    "changed_meanwhile": _(
        "Somebody else changed this meanwhile. Look at it; if you save again, what stands here holds."
    ),
    "visits_in_the_way": _("Clients are booked then."),
    "invalid_phone": _("This is no phone number."),
    "client_not_found": _("There is no such client any more."),
    "client_changed": _("Somebody else changed this client meanwhile. Look at it again."),
    "client_busy": _("A visit of this client is being changed just now. Try again."),
    "both_have_chats": _("Both write to the bot from chats of their own, so they stay two clients."),
    "merge_is_over": _("This can no longer be undone."),
    "draft_gone": _("A colleague sent this draft or threw it away a moment ago."),
    "channel_closed": _("Nothing reaches this client: they blocked the bot or left it."),
    "last_owner": _("A salon keeps at least one owner."),
}


def told(error: DomainError) -> str:
    """Return the refusal in words; one that is not known here in the operation's own."""
    said = _SAID.get(error.code)
    return error.message if said is None else str(said)


def said(code: str) -> str:
    """Return what a refusal of this code is called, for a page that foresees it."""
    return str(_SAID[code])
