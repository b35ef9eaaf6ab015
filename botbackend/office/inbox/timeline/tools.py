"""What the assistant looked up and prepared, in words."""

import re
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from botbackend.office.inbox.timeline.names import Names
from botbackend.office.inbox.timeline.steps import Step, Wording, labelled, quoted
from botbackend.office.inbox.timeline.wishes import tell_wish

Json = dict[str, Any]
MOST_TIMES = 8

_TITLES: dict[str, Promise] = {
    "find_slots": gettext_lazy("Looked for free times"),
    "propose_booking": gettext_lazy("Prepared a visit to confirm"),
    "propose_change": gettext_lazy("Prepared a move to confirm"),
    "propose_cancel": gettext_lazy("Prepared a cancellation to confirm"),
    "ask_human": gettext_lazy("Passed it on to a person"),
    "say": gettext_lazy("Wrote the answer"),
}
_RELAXED: dict[str, Promise] = {
    "time": gettext_lazy("other times"),
    "day": gettext_lazy("other days"),
    "weekday": gettext_lazy("other weekdays"),
    "specialist": gettext_lazy("other specialists"),
    "at_once": gettext_lazy("not all at once"),
    "order": gettext_lazy("in another order"),
    "only_excluded": gettext_lazy("only with people whom the client ruled out"),
}
_SAYS = re.compile(r'"says": "((?:[^"\\]|\\.)*)"')


def tell_tool(call: Json, names: Names) -> Step:
    """Return one look-up or preparation as a step."""
    name, words = str(call.get("name")), Wording()
    arguments, result = call.get("arguments"), call.get("result")
    failed = bool(call.get("is_error"))
    if isinstance(arguments, dict):
        _tell_asked(name, arguments, names, words)
    if failed:
        words.say(_("It was refused."))
    _tell_result(name, result, words)
    title = _TITLES.get(name) or _("Tried something that does not exist: %(name)s") % {"name": name}
    return words.as_step(title, is_bad=failed)


def _tell_asked(name: str, arguments: Json, names: Names, words: Wording) -> None:
    if name == "find_slots":
        wish = arguments.get("wish", arguments)
        tell_wish(wish if isinstance(wish, dict) else {}, names, words)
    elif name == "say":
        words.say(_quoted(arguments.get("text")))
    elif name == "ask_human":
        words.say(_quoted(arguments.get("reason")))
    elif name == "propose_booking":
        for visit in arguments.get("visits") or []:
            for item in visit.get("items") or [] if isinstance(visit, dict) else []:
                _tell_item(item, names, words)
        words.tell(_("Guest's phone"), arguments.get("guest_phone", ""))
        words.tell(_("Note"), arguments.get("note", ""))
    elif name == "propose_change":
        words.tell(_("Visit"), f"№ {arguments.get('visit')}")
        _tell_item(arguments, names, words)
    elif name == "propose_cancel":
        words.tell(_("Visits"), [f"№ {number}" for number in arguments.get("visits") or []])
    else:
        words.facts += labelled(arguments)


def _tell_item(item: object, names: Names, words: Wording) -> None:
    if not isinstance(item, dict):
        return
    words.tell(_("Service"), names.services(item.get("service") or None))
    words.tell(_("With whom"), names.specialists(item.get("specialist")))
    words.tell(_("Begins"), str(item.get("start") or "").replace("T", " "))
    words.tell(_("For whom"), item.get("for") or item.get("guest") or "")


def _tell_result(name: str, result: object, words: Wording) -> None:
    if isinstance(result, str):  # too long for the trace: its beginning is kept
        words.tell(_("Found"), _SAYS.findall(result)[:MOST_TIMES])
        return
    if not isinstance(result, dict):
        return
    if "error" in result:
        words.say(str(result.get("message") or result["error"]))
        words.tell(_("Offered instead"), _says(result.get("alternatives")))
    elif name == "find_slots":
        _tell_found(result, words)
    elif result.get("summary"):
        words.say(_("The client is asked to confirm it."))


def _tell_found(result: Json, words: Wording) -> None:
    found = _says(result.get("slots"))
    words.say(
        ngettext("%(number)s free time was found.", "%(number)s free times were found.", len(found))
        % {"number": len(found)}
        if found
        else _("Nothing is free.")
    )
    words.tell(_("Found"), found[:MOST_TIMES] + (["…"] if len(found) > MOST_TIMES else []))
    given_up = result.get("relaxed")
    if isinstance(given_up, list):
        words.tell(_("Not as asked"), [str(_RELAXED.get(str(one), one)) for one in given_up])
    words.tell(_("Next free"), _says(result.get("next"))[:MOST_TIMES])


def _says(slots: object) -> list[str]:
    rows = slots if isinstance(slots, list) else []
    return [str(one["says"]) for one in rows if isinstance(one, dict) and one.get("says")]


def _quoted(text: object) -> str:
    return quoted(text) if text else ""
