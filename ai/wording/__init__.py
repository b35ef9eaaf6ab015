"""What code says to clients: cards, receipts, refusals, lists, in the client's language."""

from ai.wording.render import card, receipt, refusal, say_text
from ai.wording.saving import save_wording
from ai.wording.voice import Voice, known_language

__all__ = ["Voice", "card", "known_language", "receipt", "refusal", "save_wording", "say_text"]
