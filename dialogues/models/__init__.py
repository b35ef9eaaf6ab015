"""What came in, what goes out, and the lane of each client."""

from dialogues.models.channel import (
    BOT_TAKEN,
    SECRET_TOO_SHORT,
    SECRETS,
    ChannelSettings,
    ProjectWindow,
    SendPulseAccount,
    channel_of,
    check_new_secret,
    is_guessable,
    webhook_key,
)
from dialogues.models.events import InboundEvent
from dialogues.models.media import Attachment
from dialogues.models.read_marks import ReadMark
from dialogues.models.sync_requests import SyncRequest
from dialogues.models.talks import Dialogue, Message, StaffTask

__all__ = [
    "BOT_TAKEN",
    "SECRETS",
    "SECRET_TOO_SHORT",
    "Attachment",
    "ChannelSettings",
    "Dialogue",
    "InboundEvent",
    "Message",
    "ProjectWindow",
    "ReadMark",
    "SendPulseAccount",
    "StaffTask",
    "SyncRequest",
    "channel_of",
    "check_new_secret",
    "is_guessable",
    "webhook_key",
]
