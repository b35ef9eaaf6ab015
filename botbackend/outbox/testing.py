"""For tests: run due tasks inline, and an empty registry."""

from collections.abc import Iterator
from contextlib import contextmanager

from botbackend.outbox import registry
from botbackend.outbox.inline import run_due

__all__ = ["only_these_subscriptions", "run_due"]


@contextmanager
def only_these_subscriptions() -> Iterator[None]:
    """Start with an empty registry and restore the real one afterwards."""
    saved = dict(registry._subscriptions), dict(registry._clockwork)
    registry._subscriptions.clear()
    registry._clockwork.clear()
    try:
        yield
    finally:
        registry._subscriptions.clear()
        registry._clockwork.clear()
        registry._subscriptions.update(saved[0])
        registry._clockwork.update(saved[1])
