"""A link by mail, where the installation can send mail; it is shown to copy in any case."""

import logging
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import send_mail
from django.utils.translation import gettext as _

from botbackend.lib.deadlines import within
from botbackend.staff.models import Invitation
from dialogues.outbound.texts import printable

SECONDS = 5.0
log = logging.getLogger(__name__)


def can_mail() -> bool:
    """Has the operator said from whom mail comes? Without that it would hardly arrive."""
    return not settings.DEFAULT_FROM_EMAIL.endswith("@localhost")


def mail_link(invitation: Invitation, link: str) -> bool:
    """Send the link; tell whether a mail server took it."""
    salon = invitation.project.name
    subject = " ".join(printable(_("%(salon)s invites you") % {"salon": salon}).split())[:200]
    text = _(
        "You are invited to work with the calendar of %(salon)s.\n\nOpen this link within three days; it is"
        " good for you alone, and once:\n%(link)s\n"
    ) % {"salon": salon, "link": link}
    try:
        within(SECONDS, lambda: send_mail(subject, text, settings.DEFAULT_FROM_EMAIL, [invitation.email]))
    except (SMTPException, OSError, TimeoutError) as error:
        log.warning("an invitation was not mailed: %s", type(error).__name__)
        return False
    return True
