"""What the texts that code says are called, when they are said, and what stands in their placeholders."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# When a text is said is the same for its whole kind.
_HELLO = _("Said when a talk begins or ends, without asking the model.")
_PEOPLE = _("Said when a person of the salon has to answer.")
_UNREAD = _("Said when the client sent something whose content is not known.")
_CARD = _("Part of asking for a yes: before it nothing is booked, moved or cancelled.")
_RECEIPT = _("Said once it is done: the client keeps it as a confirmation.")
_TOLD = _("Sent when somebody of the team ticks “Tell the client”.")
_INSIDE = _("A part that other texts are made of; it is never said alone.")
_REFUSAL = _("Said when what the client wants cannot be done, and what is possible instead.")
_ANSWER = _("Answers a question by facts that the salon keeps here.")
_QUESTION = _("Asked back when a day or time is not clear, or cannot be.")
_MENU = _("Said when the bot works with numbered menus because no model can be asked.")


@dataclass(frozen=True)
class Title:
    """What a text is called, and when it is said."""

    name: Promise
    said: Promise


_TITLES: dict[str, tuple[Promise, Promise]] = {
    "greeting": (_("Greeting"), _HELLO),
    "handoff": (_("Passing the talk to a person"), _PEOPLE),
    "holding": (_("A person will answer soon"), _PEOPLE),
    "voice_note": (_("A recording that cannot be heard"), _UNREAD),
    "unsupported_media": (_("A message that cannot be read"), _UNREAD),
    "photo_note": (_("A photo without words"), _UNREAD),
    "stopped": (_("The client wants no more messages"), _HELLO),
    "question_passed": (_("A question goes to a person"), _PEOPLE),
    "card_book": (_("Shall it be booked?"), _CARD),
    "card_change": (_("Shall the visit be moved?"), _CARD),
    "card_change_all": (_("Shall several visits be moved?"), _CARD),
    "card_change_cancel": (_("Shall some visits be moved and others cancelled?"), _CARD),
    "card_alter": (_("Shall the visit be changed?"), _CARD),
    "card_cancel": (_("Shall the visit be cancelled?"), _CARD),
    "card_cancel_all": (_("Shall several visits be cancelled?"), _CARD),
    "receipt_book": (_("The visit is booked"), _RECEIPT),
    "receipt_change": (_("The visit has been moved"), _RECEIPT),
    "receipt_change_all": (_("Several visits have been moved"), _RECEIPT),
    "receipt_change_cancel": (_("Some visits have been moved and others cancelled"), _RECEIPT),
    "receipt_alter": (_("The visit has been changed"), _RECEIPT),
    "receipt_cancel": (_("The visit has been cancelled"), _RECEIPT),
    "receipt_cancel_all": (_("Several visits have been cancelled"), _RECEIPT),
    "told_book": (_("The salon booked a visit"), _TOLD),
    "told_change": (_("The salon moved the visit"), _TOLD),
    "told_cancel": (_("The salon cancelled the visit"), _TOLD),
    "told_restore": (_("The salon put the visit back"), _TOLD),
    "told_services": (_("The salon changed the services"), _TOLD),
    "told_away": (_("The time of the visit does not hold"), _TOLD),
    "visit_line": (_("A visit in one line"), _INSIDE),
    "price_suffix": (_("The price behind a visit"), _INSIDE),
    "guest_suffix": (_("For whom the visit is"), _INSIDE),
    "note_line": (_("The client's note"), _INSIDE),
    "total_line": (_("The price of all together"), _INSIDE),
    "slot_line": (_("Free times of a day in one line"), _INSIDE),
    "alternatives": (_("Free times instead"), _REFUSAL),
    "no_alternatives": (_("Nothing near is free"), _REFUSAL),
    "refused_one_of_changes": (_("One of several visits cannot be moved there"), _REFUSAL),
    "refused_one_of": (_("One of several visits is not possible"), _REFUSAL),
    "refused_slot_taken": (_("The time is taken"), _REFUSAL),
    "refused_outside_hours": (_("Outside the opening hours"), _REFUSAL),
    "refused_too_soon": (_("Too late to book this time"), _REFUSAL),
    "refused_too_far": (_("Too far ahead"), _REFUSAL),
    "refused_in_the_past": (_("The time has passed"), _REFUSAL),
    "refused_not_offered": (_("The specialist does not do this"), _REFUSAL),
    "refused_day_off": (_("A day off"), _REFUSAL),
    "refused_client_blocked": (_("The client is blocked"), _REFUSAL),
    "refused_past_deadline": (_("Too late to change or cancel"), _REFUSAL),
    "refused_too_many_visits": (_("Too many visits ahead"), _REFUSAL),
    "refused_wrong_status": (_("The visit can no longer be changed"), _REFUSAL),
    "refused_not_found": (_("No such visit"), _REFUSAL),
    "refused_invalid": (_("Something is missing to book"), _REFUSAL),
    "refused_idempotency_key_reused": (_("The same request came twice"), _REFUSAL),
    "declined": (_("The client said no"), _CARD),
    "phone_saved": (_("The phone is noted"), _HELLO),
    "proposal_expired": (_("The yes came too late, the time is gone"), _CARD),
    "proposal_again_cancel": (_("Whether to cancel is asked again"), _CARD),
    "proposal_again": (_("The yes came late, but the time is free"), _CARD),
    "ask_yes_no": (_("Neither yes nor no"), _CARD),
    "my_visits": (_("The visits of the client"), _ANSWER),
    "no_visits": (_("The client has no visits"), _ANSWER),
    "price_list": (_("The list of prices"), _ANSWER),
    "price_line": (_("A service with its price"), _INSIDE),
    "price_from": (_("A price that begins there"), _INSIDE),
    "price_range": (_("A price from and to"), _INSIDE),
    "price_unknown": (_("A service without a price"), _INSIDE),
    "hours": (_("The opening hours"), _ANSWER),
    "hours_line": (_("The hours of some days"), _INSIDE),
    "hours_closed": (_("Closed on these days"), _INSIDE),
    "slots_offer": (_("Free times"), _ANSWER),
    "no_times": (_("Nothing is free on a day"), _ANSWER),
    "no_times_range": (_("Nothing is free on several days"), _ANSWER),
    "no_times_then": (_("Nothing is free at that time"), _ANSWER),
    "question_weekday": (_("The weekday does not fit the date"), _QUESTION),
    "question_no_date": (_("There is no such date (named)"), _QUESTION),
    "question_no_such_date": (_("There is no such date"), _QUESTION),
    "question_no_such_time": (_("There is no such time"), _QUESTION),
    "question_past_time": (_("The time of today has passed"), _QUESTION),
    "question_past": (_("The date has passed"), _QUESTION),
    "question_too_far": (_("The date is too far ahead"), _QUESTION),
    "question_hour": (_("Morning or evening?"), _QUESTION),
    "question_closed": (_("The salon is closed then"), _QUESTION),
    "question_closed_near": (_("The salon is closed then; what is free near it"), _QUESTION),
    "question_skipped_hour": (_("The clocks change that night"), _QUESTION),
    "menu": (_("The menu"), _MENU),
    "ask_services": (_("Which service?"), _MENU),
    "ask_specialist": (_("Which specialist?"), _MENU),
    "ask_specialist_for": (_("Which specialist for a service?"), _MENU),
    "any_specialist": (_("Any specialist"), _MENU),
    "ask_day": (_("Which day?"), _MENU),
    "more_days": (_("Later days"), _MENU),
    "ask_time": (_("Which time?"), _MENU),
    "more_times": (_("More times"), _MENU),
    "nothing_free": (_("Nothing is free soon"), _MENU),
    "ask_visit_change": (_("Which visit to move?"), _MENU),
    "ask_visit_cancel": (_("Which visit to cancel?"), _MENU),
    "all_visits": (_("All visits"), _MENU),
    "no_address": (_("The address is not known"), _ANSWER),
    "not_understood": (_("The answer was not understood"), _MENU),
    "offer_person": (_("Not understood again: a person is offered"), _MENU),
    "unknown_service": (_("No such service on the list"), _MENU),
    "thanks": (_("An answer to thanks"), _HELLO),
}
_PLACEHOLDERS: dict[str, Promise] = {
    "actual": _("the weekday that the date really is"),
    "bookings": _("the client's visits, a line each"),
    "cancelled": _("the visits that are cancelled, a line each"),
    "date": _("a date"),
    "day": _("a day, as “Tuesday, 3 December”"),
    "days": _("one or several weekdays"),
    "duration": _("how long it takes"),
    "first": _("the first of two times"),
    "guest": _("the name of who comes"),
    "hours": _("opening hours, from and to"),
    "lines": _("the visits or services, a line each"),
    "menu": _("the numbered choices"),
    "named": _("the weekday that the client named"),
    "note": _("what the client asked for"),
    "old": _("the visit as it was"),
    "price": _("the price with its currency"),
    "reason": _("why it is not possible"),
    "salon": _("the name of the salon"),
    "second": _("the second of two times"),
    "service": _("the name of the service"),
    "slots": _("free times, a day in each line"),
    "specialist": _("the name of the specialist"),
    "time": _("a time of day"),
    "times": _("free times of the day"),
    "to": _("the highest price"),
    "total": _("the price of all together"),
    "visit": _("the visit in one line"),
    "when": _("day and time of the visit"),
}


def title_of(key: str) -> Title:
    """Return what a text is called. KeyError for an unknown key."""
    return Title(*_TITLES[key])


def placeholder_title(name: str) -> str:
    """Return what is put into a placeholder. KeyError for an unknown name."""
    return str(_PLACEHOLDERS[name])
