"""The default texts of every language as data, and the check of their placeholders."""

from ai.texts.defaults import LANGUAGES, Texts, texts_of
from ai.texts.placeholders import PlaceholderError, check_placeholders, fill

__all__ = ["LANGUAGES", "PlaceholderError", "Texts", "check_placeholders", "fill", "texts_of"]
