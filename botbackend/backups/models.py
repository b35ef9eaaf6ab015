"""What came of each run, for those who look after the installation; the files lie elsewhere."""

from django.db import models


class BackupRun(models.Model):
    """A run that is over. A restored database holds those of before the backup."""

    class Kind(models.TextChoices):
        BACKUP = "backup"
        DRILL = "drill"

    kind = models.CharField(max_length=6, choices=Kind.choices)
    is_ok = models.BooleanField()
    file = models.CharField(max_length=255, blank=True)
    bytes = models.BigIntegerField(default=0)
    rows = models.BigIntegerField(default=0)
    is_away = models.BooleanField(
        null=True, help_text="Did BACKUP_COMMAND take it along? Empty = there is none"
    )
    detail = models.CharField(max_length=1000, blank=True, help_text="What went wrong")
    started_at = models.DateTimeField(help_text="For a backup also the moment that it holds")
    ended_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-ended_at", "-id"]
        indexes = [models.Index(fields=["kind", "-ended_at"], name="backup_run_newest")]

    def __str__(self) -> str:
        return f"{self.kind} {self.file}"
