"""App registration: what the assistant does when something happens elsewhere."""

from django.apps import AppConfig

from botbackend.outbox import registry


class AiConfig(AppConfig):
    name = "ai"
    verbose_name = "Assistant"

    def ready(self) -> None:
        from ai import jobs  # models are not loaded before

        registry.subscribe("booking.changed", jobs.booking_changed, name="ai.proposals", queue="default")
        registry.every(
            name="ai.compress",
            seconds=86400,
            at_local="03:30",
            handler=jobs.compress_dialogues,
            lease_seconds=900,
        )
        registry.every(name="ai.batches", seconds=600, handler=jobs.collect_batches)
        registry.every(name="ai.expire_proposals", seconds=30, handler=jobs.expire_proposals)
