"""Why something that a person wrote is not sent."""

from collections.abc import Sequence

from botbackend.lib.errors import DomainError
from dialogues.models import Message


class ChannelClosed(DomainError):
    """The client blocked the bot or unsubscribed, or has no chat at all: nothing reaches them."""

    code = "channel_closed"


class RepliedMeanwhile(DomainError):
    """Something was said in the talk that the person has not seen; `messages`, oldest first."""

    code = "replied_meanwhile"

    def __init__(self, messages: Sequence[Message]) -> None:
        super().__init__("somebody answered meanwhile")
        self.messages = tuple(messages)


class NotLost(DomainError):
    """The text is not known to be lost, so it must not be sent a second time."""

    code = "not_lost"
