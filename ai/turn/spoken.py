"""What a draft would say, cards and receipts included, without any of it happening."""

from copy import copy
from dataclasses import replace

from django.db import transaction

from ai.proposals.actions import Done
from ai.turn.commit import act, joined
from ai.turn.drafts import Draft, TurnContext
from dialogues import lanes


def spoken(*, context: TurnContext, draft: Draft) -> str:
    """Return the words that the client would read."""
    return joined(tried(context=context, draft=draft).text, draft.follow_up)


def tried(*, context: TurnContext, draft: Draft) -> Done:
    """Carry the draft out in a transaction that is taken back; no row and no task is left of it.

    A dialogue that is no row (its key is 0) cannot be acted in: only what is said without rows is told then.
    """
    with transaction.atomic():
        dialogue = lanes.lock_again(context.dialogue) if context.dialogue.pk else copy(context.dialogue)
        done = act(replace(context, dialogue=dialogue), draft)
        transaction.set_rollback(True)
    return done
