"""The bot without a model: numbered menus and plain words, in four languages, over the same operations."""

from ai.guided.guide import guide

__all__ = ["guide"]
