"""`manage.py check` names models whose price nobody knows."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Warning, register
from django.db import DatabaseError
from django.utils import timezone

from ai.claude.pricing import price_of, prices_at
from ai.models import AssistantSettings


@register("models")
def check_models(app_configs: Any, **kwargs: Any) -> Sequence[CheckMessage]:
    """Warn of models that the settings or a salon name and no row knows; without a database of nothing."""
    if not settings.DATABASE_URL:
        return []
    named = {settings.CLAUDE_MODEL_FAST, settings.CLAUDE_MODEL_MAIN, *settings.SALON_CLAUDE_MODELS}
    try:
        for models in AssistantSettings.objects.values_list("model_fast", "model_main").distinct():
            named.update(models)
        prices = prices_at(timezone.now())
    except DatabaseError:  # unreachable, or not migrated yet
        return []
    return [
        Warning(
            f"No price is known of the model {name}: its calls are counted as those of the dearest one.",
            hint="Add a row to the model prices in the admin.",
            id="botbackend.W003",
        )
        for name in sorted(named - {""})
        if price_of(name, prices) is None
    ]
