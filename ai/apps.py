"""App registration: what the assistant does when something happens elsewhere."""

from django.apps import AppConfig
from django.conf import settings
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from botbackend.outbox import registry


class AiConfig(AppConfig):
    name = "ai"
    verbose_name = _("Assistant")

    def ready(self) -> None:
        # These need the models loaded.
        from ai.claude import checks as checks
        from ai.claude.pricing import seed_prices
        from projects.labels import translate_labels

        translate_labels(self)

        post_migrate.connect(seed_prices, sender=self)
        # Dotted paths: only the workers that run them pay for importing the SDK.
        registry.subscribe(
            "dialogue.due",
            "ai.turn.handler.handle_due",
            name="ai.turn",
            queue="turns",
            lease_seconds=settings.TURN_SECONDS + 20,
            max_attempts=5,
            backoff=(1, 3, 10, 30),
            on_dead="ai.turn.handler.give_up",
        )
        registry.subscribe(
            "dialogue.pausing", "ai.turn.ahead.read_ahead", name="ai.ahead", queue="turns", max_attempts=3
        )
        registry.subscribe(
            "booking.changed", "ai.proposals.jobs.booking_changed", name="ai.proposals", queue="default"
        )
        registry.subscribe(
            "rehearsal.asked",
            "ai.rehearsal.jobs.rehearse",
            name="ai.rehearsal",
            queue="turns",
            lease_seconds=2 * settings.TURN_SECONDS + 20,  # a question is answered by two texts
            max_attempts=3,
            backoff=(2, 10),
            on_dead="ai.rehearsal.jobs.give_up",
        )
        registry.every(name="ai.rehearsals_forgotten", seconds=600, handler="ai.rehearsal.jobs.forget_old")
        registry.every(
            name="ai.compress",
            seconds=86400,
            at_local="03:30",
            handler="ai.memory.jobs.compress_dialogues",
            lease_seconds=900,
        )
        registry.every(name="ai.closed_days", seconds=3600, handler="ai.figures.closed_days.close_days")
        registry.every(name="ai.batches", seconds=600, handler="ai.memory.jobs.collect_batches")
        registry.every(name="ai.expire_proposals", seconds=30, handler="ai.proposals.jobs.expire_proposals")
