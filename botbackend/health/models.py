"""One row that tells whether the database takes writes, and whether the keys are the right ones."""

from django.db import models

from botbackend.lib.fields import EncryptedTextField


class Canary(models.Model):
    """The only row; `sealed` is of FIELD_ENCRYPTION_KEYS, `keyed` of SECRET_KEY; of no salon."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    sealed = EncryptedTextField()
    keyed = models.CharField(max_length=40)
    written_at = models.DateTimeField(help_text="Renewed at every look: a probe of writing")

    class Meta:
        verbose_name_plural = "canaries"
        constraints = (models.CheckConstraint(condition=models.Q(id=1), name="health_one_canary"),)

    def __str__(self) -> str:
        return "canary"
