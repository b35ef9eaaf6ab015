"""A flow's API requests, the synchronous mode: the caller waits for the reply of its lane.

The web thread calls `wait`. The lane calls `expect` once the request's words are in it; from then on it
calls `offer` when there is a reply, `release` when there will be none. A reply is taken by the waiting thread
or pushed by `delivery`, exactly one of them: whoever changes the rows from `queued` first.
"""

from dialogues.flow.bodies import event_of, is_request, slug_of
from dialogues.flow.repair import has_other_keys, names_twice, repair
from dialogues.flow.requests import Unusable, expect, offer, release, wait

__all__ = [
    "Unusable",
    "event_of",
    "expect",
    "has_other_keys",
    "is_request",
    "names_twice",
    "offer",
    "release",
    "repair",
    "slug_of",
    "wait",
]
