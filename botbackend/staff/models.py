"""What somebody who works here has chosen for themselves."""

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models


class Preferences(models.Model):
    """How a person wants the pages; without a row the browser's language counts."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="preferences"
    )
    language = models.CharField(max_length=8, blank=True, default="", db_default="")

    class Meta:
        verbose_name_plural = "preferences"

    def __str__(self) -> str:
        return f"preferences of user {self.user_id}"


def language_of(user: User) -> str:
    """Return the language that the person chose, "" for none."""
    return Preferences.objects.filter(user=user).values_list("language", flat=True).first() or ""
