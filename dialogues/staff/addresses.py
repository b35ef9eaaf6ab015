"""Whom a salon has told about its tasks and alarms: a chat with the bot, an address of mail."""

from django.db import transaction

from dialogues.models import ChannelSettings
from projects.locking import lock_project
from projects.models import Project

_FIELDS = ("staff_contact_id", "staff_email")


@transaction.atomic
def set_alarm_addresses(*, project: Project, contact_id: str, email: str) -> None:
    """Store both; "" is nobody. Raises ValidationError by the names of the fields."""
    lock_project(project.pk)
    channel = ChannelSettings.objects.filter(project=project).first() or ChannelSettings(project=project)
    channel.staff_contact_id, channel.staff_email = contact_id, email
    others = {field.name for field in ChannelSettings._meta.fields} - set(_FIELDS)
    channel.full_clean(exclude=others)
    if channel._state.adding:
        channel.save()
    else:
        channel.save(update_fields=_FIELDS)
