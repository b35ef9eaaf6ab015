"""What a reply may name, by short signs: the model writes `{s1}`, code writes the words."""

from ai.references.book import SIGN, Filled, Reference, ReferenceBook
from ai.references.speech import Speech

__all__ = ["SIGN", "Filled", "Reference", "ReferenceBook", "Speech"]
