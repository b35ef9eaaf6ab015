"""A link for whoever forgot the password: asked for in a page, mailed by a worker.

The page does the same for every address, so that neither its answer nor its time tells who works here. The
link is Django's: signed over the password and the last sign-in, so that it is good once, and for an hour.
"""

import unicodedata

from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.auth.tokens import default_token_generator
from django.core.mail import send_mail
from django.db.models import Q
from django.urls import reverse
from django.utils import translation
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext as _

from botbackend.lib.crypto import blind_index
from botbackend.lib.text import comparable
from botbackend.outbox import api as outbox
from botbackend.outbox.claims import Claim
from botbackend.staff.models import language_of
from projects.security.sessions import forget_old

TOPIC = "password.forgotten"


def ask_for_link(*, email: str, site: str) -> None:
    """Have a link mailed if this is somebody's address; the task is put in any case."""
    user = _whose(email)
    key = blind_index(comparable(unicodedata.normalize("NFKC", email)), purpose="password reset")
    outbox.put(TOPIC, key=key, payload={"user": user.pk if user else 0, "site": site})


def _whose(email: str) -> User | None:
    """Who signs in with it. The mail goes to what is stored: what was typed may only look like it."""
    rows = User.objects.filter(is_active=True, is_staff=True)
    named = rows.filter(Q(email__iexact=email) | Q(username__iexact=email)).order_by("pk")
    return next((user for user in named[:2] if user.has_usable_password() and _address(user)), None)


def _address(user: User) -> str:
    return user.email or (user.username if "@" in user.username else "")


def mail_link(claim: Claim) -> None:
    """Send the link; a mail server that is away is tried again by the outbox."""
    user = User.objects.filter(pk=claim.payload["user"], is_active=True, is_staff=True).first()
    if user is None:
        return
    encoded = urlsafe_base64_encode(force_bytes(user.pk))
    token = default_token_generator.make_token(user)
    link = claim.payload["site"] + reverse("office:password-reset-set", args=[encoded, token])
    with translation.override(language_of(user) or settings.LANGUAGE_CODE):
        subject = _("A new password")
        text = _(
            "Somebody asked for a new password for your account. If it was you, open this link within an"
            " hour:\n%(link)s\n\nIf not, do nothing: your password stays as it is.\n"
        ) % {"link": link}
    send_mail(subject, text, settings.DEFAULT_FROM_EMAIL, [_address(user)])


def forget(claim: Claim) -> None:
    """Delete what is old of sign-ins and sessions."""
    forget_old()
