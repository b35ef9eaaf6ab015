"""What kinds of tasks, messages and troubles are called by people."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dialogues.inbound.subscription_changes import CLIENT_LEFT
from dialogues.models import Message, StaffTask
from dialogues.outbound.holding import HELD_TOO_LONG
from dialogues.outbound.recipients import FOREIGN

_TASKS: dict[str, Promise] = {
    "human": gettext_lazy("Asks for a person"),
    "draft": gettext_lazy("A reply waits to be sent"),
    "stopped": gettext_lazy("Wrote while the assistant is off"),
    "failure": gettext_lazy("The assistant could not answer"),
    "question": gettext_lazy("A question for a person"),
    "complaint": gettext_lazy("A complaint"),
    "health": gettext_lazy("Something about health"),
    "late": gettext_lazy("Will be late"),
    "late_cancellation": gettext_lazy("Cancels after the deadline"),
    "change": gettext_lazy("Wants a change after the deadline"),
    "undelivered": gettext_lazy("A message was not delivered"),
    "uncertain": gettext_lazy("A message may not have arrived"),
    "restored": gettext_lazy("Put back from a backup"),
    "channel_refused": gettext_lazy("SendPulse refuses the credentials"),
    "channel_down": gettext_lazy("SendPulse takes no messages"),
    "sheet_down": gettext_lazy("The spreadsheet does not follow"),
    "sheet_vanished": gettext_lazy("Visits are gone from the spreadsheet"),
    "sheet_plan": gettext_lazy("The spreadsheet waits for your answer"),
    "sheet_copy": gettext_lazy("A tab of the spreadsheet was copied"),
    "budget": gettext_lazy("The assistant's budget"),
}
_KINDS: dict[str, Promise] = {
    "photo": gettext_lazy("Photo"),
    "voice": gettext_lazy("Voice message"),
    "audio": gettext_lazy("Recording"),
    "video": gettext_lazy("Video"),
    "video_note": gettext_lazy("Video message"),
    "document": gettext_lazy("File"),
    "sticker": gettext_lazy("Sticker"),
    "animation": gettext_lazy("Animation"),
    "location": gettext_lazy("Location"),
    "contact": gettext_lazy("Contact"),
    "button": gettext_lazy("Pressed a button"),
    "start": gettext_lazy("Opened the chat"),
    "flow": gettext_lazy("SendPulse flow"),
    "notice": gettext_lazy("Notice"),
    "alert": gettext_lazy("Told to a colleague"),
}
_PLAIN = ("text", "flow", "notice", "alert")
_TROUBLES: dict[str, Promise] = {
    CLIENT_LEFT: gettext_lazy("The client left the bot."),
    FOREIGN: gettext_lazy("The contact belongs to another bot."),
    HELD_TOO_LONG: gettext_lazy("The assistant was switched off before this was sent."),
    "too old to be sent": gettext_lazy("It waited for more than a day and is too old to be sent."),
}


def name_task(task: StaffTask) -> str:
    """Return what a task is about; of a kind that nobody named here its own word."""
    told = _TASKS.get(task.kind)
    return str(told) if told else task.kind.replace("_", " ").capitalize()


def name_kind(message: Message) -> str:
    """Return what a message is when it is more than words, "" for plain ones."""
    if message.kind in _PLAIN:
        return ""
    told = _KINDS.get(message.kind)
    return str(told) if told else _("Something that cannot be shown here")


def name_author(message: Message) -> str:
    """Return who said what the salon said."""
    if message.author == Message.Author.STAFF:
        return message.written_by or _("A colleague")
    return str(_KINDS["flow"]) if message.kind == "flow" else _("Assistant")


def name_trouble(note: str) -> str:
    """Return why a text did not go, in words where we have some, else as the channel said it."""
    told = _TROUBLES.get(note)
    return str(told) if told else note


def first_line(message: Message, *, me: str) -> str:
    """Return one line of what was said last in a talk, and who of us said it; `me` is "You"."""
    words = " ".join(message.text.split())
    if message.kind == "start":
        return str(_KINDS["start"])
    kind = name_kind(message)
    line = f"{kind}: {words}" if kind and words else kind or words
    if message.direction == Message.Direction.IN:
        return line
    is_mine = message.author == Message.Author.STAFF and bool(me) and message.written_by == me
    who = _("You") if is_mine else name_author(message)
    return f"{who}: {line}"
