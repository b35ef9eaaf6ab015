"""What is to be read before free time is offered: whoever mirrors visits elsewhere registers here."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

from django.utils.module_loading import import_string

if TYPE_CHECKING:
    from projects.models import Project

_readers: list[str] = []
_is_quiet: ContextVar[bool] = ContextVar("offers_as_known", default=False)


def register(reader: str) -> None:
    """Let a function (its dotted path) run before free time is offered; called once, in `AppConfig.ready()`.

    It takes the project. It may wait a moment for news from outside, and must not raise because none come:
    the offer then goes on with what PostgreSQL knows.
    """
    _readers.append(reader)


def before_offer(*, project: Project) -> None:
    """Have everything read that may know of visits we do not know yet. Not to be called in a transaction."""
    for reader in () if _is_quiet.get() else _readers:
        import_string(reader)(project)


@contextmanager
def as_known() -> Iterator[None]:
    """Offer what PostgreSQL knows, without asking anybody for news: for what only tries an answer out."""
    token = _is_quiet.set(True)
    try:
        yield
    finally:
        _is_quiet.reset(token)
