"""What talks came to on days that are over: derived from messages and turns, to be made anew at will."""

from django.db import models

from dialogues.models import Dialogue
from projects.models import Project


class TalkDay(models.Model):
    """One talk on one of the salon's dates. It goes with its talk, as the messages do that it counts."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+", db_index=False)
    # No constraint: code of before, which does not know this table, must be able to delete a talk. What it
    # leaves behind is of no talk, and so in no figure.
    dialogue = models.ForeignKey(
        Dialogue, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    day = models.DateField()
    received = models.PositiveIntegerField()
    sent = models.PositiveIntegerField(help_text="Messages that reached the channel")
    by_staff = models.PositiveIntegerField(help_text="Messages that people of the salon wrote")
    handed_off = models.PositiveIntegerField(help_text="Turns that ended with a person")
    cost_usd = models.DecimalField(max_digits=14, decimal_places=8)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dialogue", "day"], name="talk_day_once")]
        indexes = [models.Index(fields=["project", "day"], name="talk_day_project_day")]

    def __str__(self) -> str:
        return f"dialogue {self.dialogue_id} on {self.day}"


class ClosedDays(models.Model):
    """Of which days a salon's rows of `TalkDay` are whole: those before `until`, on the clock of `zone`.

    What is later, and all of it once the salon's clock is another, is counted from messages and turns.
    """

    project = models.OneToOneField(Project, on_delete=models.CASCADE, primary_key=True, related_name="+")
    zone = models.CharField(max_length=64)
    until = models.DateField()

    class Meta:
        verbose_name_plural = "closed days"

    def __str__(self) -> str:
        return f"days before {self.until}"
