"""How people prove who they are beyond a password, and where they came in."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django_otp.models import Device, ThrottlingMixin
from django_otp.oath import TOTP

from botbackend.lib.fields import EncryptedTextField

DIGITS = 6
TOLERATED_STEPS = 1  # half a minute early or late: clocks of phones differ


class Authenticator(ThrottlingMixin, Device):  # type: ignore[misc]  # django-otp carries no types
    """A person's app for one-time codes, once it has proved that it works.

    django-otp's own device would keep the secret in clear text; its pauses after wrong codes are used, which
    double with each.
    """

    name = None  # there is one of each person
    confirmed = None  # none is stored before it worked
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="authenticator"
    )
    secret = EncryptedTextField(editable=False)
    last_step = models.BigIntegerField(default=-1, help_text="Of the last code taken: none is good twice")
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"authenticator of user {self.user_id}"

    def get_throttle_factor(self) -> int:
        """Seconds to wait after the first wrong code; twice as long after each further one."""
        return 1

    def verify_token(self, token: str) -> bool:
        """Is it the code of this moment, and not taken yet? Counts it either way, unless it has to wait."""
        if not self.verify_is_allowed()[0]:
            return False
        clock = TOTP(bytes.fromhex(self.secret), digits=DIGITS)
        clock.time = timezone.now().timestamp()
        good = bool(clock.verify(int(token), tolerance=TOLERATED_STEPS, min_t=self.last_step + 1))
        if good:
            self.last_step = clock.t()
            self.throttle_reset(commit=False)
        else:
            self.throttle_increment(commit=False)
        self.save()
        return good


class RecoveryCode(models.Model):
    """One of the codes that let in who has lost the phone; each is good once. Only a hash is stored."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="recovery_codes"
    )
    code_hash = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"recovery code of user {self.user_id}"


class SignIn(models.Model):
    """Somebody came in: when, with what, and from which part of the network. The session may be over."""

    class Factor(models.TextChoices):
        PASSWORD = "password"  # noqa: S105 - a word
        APP = "app", "password and code"
        RECOVERY = "recovery", "password and recovery code"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="sign_ins")
    session_key = models.CharField(max_length=40, editable=False, db_index=True)
    at = models.DateTimeField(auto_now_add=True)
    seen_at = models.DateTimeField()
    browser = models.CharField(max_length=32, blank=True)
    system = models.CharField(max_length=32, blank=True)
    address = models.CharField(max_length=64, blank=True, help_text="Without its last part")
    factor = models.CharField(max_length=10, choices=Factor.choices, default=Factor.PASSWORD)

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["user", "-at"], name="sign_in_of_user")]

    def __str__(self) -> str:
        return f"sign-in {self.pk} of user {self.user_id}"
