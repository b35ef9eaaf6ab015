"""What the assistant understood, in words."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from botbackend.office.inbox.timeline.names import Names, days_of, weekdays_of
from botbackend.office.inbox.timeline.steps import Wording, labelled

Json = dict[str, Any]

_KINDS: dict[str, Promise] = {
    "book": gettext_lazy("Wants to book"),
    "change": gettext_lazy("Wants to move a visit"),
    "cancel": gettext_lazy("Wants to cancel a visit"),
}
_WANTS: dict[str, Promise] = {
    "human": gettext_lazy("Asks for a person."),
    "stop": gettext_lazy("Wants to hear nothing more."),
    "my_bookings": gettext_lazy("Asks for their visits."),
    "smalltalk": gettext_lazy("Makes small talk."),
    "question": gettext_lazy("Asks a question."),
    "unclear": gettext_lazy("It is not clear what is wanted."),
}
_ANSWERS: dict[str, Promise] = {
    "yes": gettext_lazy("Said yes to what was proposed."),
    "no": gettext_lazy("Said no to what was proposed."),
}
_REMARKS: dict[str, Promise] = {
    "health": gettext_lazy("Said of their health"),
    "complaint": gettext_lazy("Complained"),
    "request": gettext_lazy("Asked to heed"),
    "other": gettext_lazy("Remarked"),
}
_PICKS: dict[str, Promise] = {
    "earliest": gettext_lazy("as early as possible"),
    "latest": gettext_lazy("as late as possible"),
}
_TOLD = {
    "wishes", "answer", "wants", "to_answer", "remark", "client_name", "client_phone", "guest_phone",
    "language",
}  # fmt: skip
_TOLD_OF_WISH = {
    "kind", "visits", "items", "days", "weekdays", "time_from", "time_to", "exact", "time_is", "pick",
    "at_once", "every_weeks", "times",
}  # fmt: skip


def tell_understood(understood: Json, names: Names, words: Wording) -> None:
    """Add what was understood of the client's message."""
    for wish in _listed(understood.get("wishes")):
        words.say(str(_KINDS.get(str(wish.get("kind")), _("Wants something"))) + ".")
        tell_wish(wish, names, words)
    words.say(str(_ANSWERS.get(str(understood.get("answer")), "")))
    words.say(str(_WANTS.get(str(understood.get("wants")), "")))
    if understood.get("to_answer"):
        words.say(_("Something has to be answered."))
    remark = understood.get("remark")
    if isinstance(remark, dict) and remark.get("text"):
        words.tell(_REMARKS.get(str(remark.get("kind")), _("Remarked")), str(remark["text"]))
    words.tell(_("Client's name"), understood.get("client_name", ""))
    words.tell(_("Client's phone"), understood.get("client_phone", ""))
    words.tell(_("Guest's phone"), understood.get("guest_phone", ""))
    rest = {name: value for name, value in understood.items() if name not in _TOLD}
    words.facts += labelled(rest)
    if not words.lines and not words.facts:
        words.say(_("Nothing that has a place in the calendar."))


def tell_wish(wish: Json, names: Names, words: Wording) -> None:
    """Add the services, people, days and hours of a wish or of a search."""
    for item in _listed(wish.get("items")):
        words.tell(_("Service"), names.services(item.get("services")) or _("not said"))
        words.tell(_("With whom"), names.specialists(item.get("specialist")))
        words.tell(_("Not with whom"), names.specialists(item.get("not_specialists")))
        words.tell(_("For whom"), item.get("for") or item.get("guest") or "")
    words.tell(_("Days"), days_of(wish.get("days")))
    words.tell(_("Weekdays"), weekdays_of(wish.get("weekdays")))
    words.tell(_("Time of day"), _hours(wish))
    words.tell(_("Which of the free times"), str(_PICKS.get(str(wish.get("pick")), "")))
    if wish.get("at_once"):
        words.say(_("Everything is to begin at once."))
    if isinstance(wish.get("times"), int) and wish["times"] > 1:
        words.tell(_("How often"), wish["times"])
    if wish.get("every_weeks"):
        words.tell(_("Every so many weeks"), wish["every_weeks"])
    if visits := wish.get("visits"):
        words.tell(_("Visits"), [f"№ {number}" for number in visits] if isinstance(visits, list) else "")
    words.facts += labelled({name: value for name, value in wish.items() if name not in _TOLD_OF_WISH})


def _hours(wish: Json) -> str:
    first, last = str(wish.get("time_from") or ""), str(wish.get("time_to") or "")
    if first and (wish.get("exact") or first == last):
        return _("to end at %(time)s") % {"time": first} if wish.get("time_is") == "end" else first
    if first and last:
        return f"{first} – {last}"
    if first:
        return _("from %(time)s") % {"time": first}
    return _("until %(time)s") % {"time": last} if last else ""


def _listed(value: object) -> list[Json]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
