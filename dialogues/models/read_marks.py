"""How far the people of a salon have read its talks."""

from django.conf import settings
from django.db import models

from dialogues.models.talks import Dialogue


class ReadMark(models.Model):
    """Up to which message one person has read one talk; without a row nothing of it."""

    dialogue = models.ForeignKey(Dialogue, on_delete=models.CASCADE, related_name="read_marks")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    read_up_to = models.BigIntegerField(help_text="Number of the newest message that was shown")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "dialogue"], name="read_mark_once")]

    def __str__(self) -> str:
        return f"user {self.user_id} has read dialogue {self.dialogue_id} up to {self.read_up_to}"
