"""Tells the salon about a task: a SendPulse message to the staff contact, or e-mail."""

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.utils import timezone

from botbackend.outbox.claims import Claim, network
from dialogues.inbound import people
from dialogues.inbound.events import Person
from dialogues.models import StaffTask, channel_of
from dialogues.outbound.messages import say
from dialogues.outbound.texts import printable
from dialogues.selectors import ALERT_KIND

BY_MAIL_ONLY = {"channel_refused", "channel_down"}  # a message would wait behind the same trouble
_TITLES = {
    "human": "A client asks for a person",
    "draft": "A reply waits to be sent",
    "stopped": "A client wrote while the assistant is switched off",
    "undelivered": "A message could not be delivered",
    "uncertain": "Nobody knows whether a message arrived",
    "restored": "This was put back from a backup",
    "channel_refused": "SendPulse refuses the credentials",
    "channel_down": "SendPulse does not take messages",
    "sheet_down": "The spreadsheet does not follow",
    "sheet_copy": "A tab of the spreadsheet was copied",
}


def tell_staff(claim: Claim) -> None:
    """Tell the salon about one task (the key) by the first way that is open; the admin shows it anyway."""
    task = _untold(claim)
    if task is None:
        return
    if task.kind not in BY_MAIL_ONLY and _by_message(task):
        return
    _by_mail(task)


def mail_staff(claim: Claim) -> None:
    """Tell it by mail because the message did not arrive."""
    task = StaffTask.objects.select_related("project").filter(pk=int(claim.key)).first()
    if task is not None:
        _by_mail(task)


def _untold(claim: Claim) -> StaffTask | None:
    tasks = StaffTask.objects.select_related("project").filter(told_at__isnull=True)
    return tasks.filter(pk=int(claim.key)).first()


def text_of(task: StaffTask) -> str:
    """What staff read about a task."""
    title = _TITLES.get(task.kind, task.kind.replace("_", " ").capitalize())
    return f"{title} ({task.project.name})\n{task.reason}"


def _by_message(task: StaffTask) -> bool:
    """Queue a message to the staff contact; False if there is none or it cannot be reached."""
    contact_id = channel_of(task.project).staff_contact_id
    if not contact_id:
        return False
    with transaction.atomic():
        staff = people.locked_dialogue(project=task.project, person=Person(contact_id=contact_id))
        if staff.channel_closed or staff.pk == task.dialogue_id:
            return False
        say(dialogue=staff, texts=[text_of(task)], kind=ALERT_KIND, media={"staff_task": task.pk})
        _note(task, "message")
    return True


def _by_mail(task: StaffTask) -> None:
    address = channel_of(task.project).staff_email
    if not address:
        return
    subject, _, body = text_of(task).partition("\n")
    with network():
        send_mail(printable(subject)[:200], body, settings.DEFAULT_FROM_EMAIL, [address])
    _note(task, "mail")


def _note(task: StaffTask, way: str) -> None:
    task.told_at, task.told_by = timezone.now(), way
    task.save(update_fields=["told_at", "told_by"])
