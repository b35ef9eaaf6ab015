"""Do the keys work? Asked by a person; spends no tokens: it is the list of models that is read."""

from dataclasses import dataclass

import anthropic

from ai.claude import key_pool
from ai.claude.transport import client
from botbackend.outbox.claims import network

MOST_KEYS = 5


@dataclass(frozen=True)
class Tried:
    """One key by its label; `status` 200 = it works, 0 = no answer came."""

    label: str
    status: int

    @property
    def is_well(self) -> bool:
        """Was the key taken?"""
        return self.status == 200


def try_keys(*, seconds: float) -> list[Tried]:
    """Ask once with each key, the first ones of many; changes nothing that is known of them."""
    found = []
    for key in key_pool.known()[:MOST_KEYS]:
        try:
            with network():
                client(key.secret, seconds).models.list(limit=1)
            found.append(Tried(key.label, 200))
        except anthropic.APIStatusError as error:
            found.append(Tried(key.label, error.status_code))
        except anthropic.APIConnectionError:
            found.append(Tried(key.label, 0))
    return found
