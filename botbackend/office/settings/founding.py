"""A new salon, made by an operator: itself as a configuration makes it, and a link for its first owner."""

import json
from collections.abc import Iterator
from itertools import count, islice
from typing import NamedTuple

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from botbackend.salon_api.config.load import load_project
from botbackend.staff import invitations
from botbackend.staff.models import Invitation
from projects.errors import InvalidInput
from projects.models import Membership, Project

_LONGEST_SLUG = 50
_TRIES = 200
# As passports of Ukraine have it, which needs no signs but letters; Russian letters beside.
_LATIN = str.maketrans(
    {
        **dict(zip("абвгґдезиіїйклмнопрстуфыэёъь’", "abvhgdezyiiiklmnoprstufyee\0\0\0", strict=True)),
        **dict(zip("єжхцчшщюя", ("ie", "zh", "kh", "ts", "ch", "sh", "shch", "iu", "ia"), strict=True)),
    }
)


class Founded(NamedTuple):
    """A new salon; the token of the invitation cannot be had again."""

    salon: Project
    invitation: Invitation
    token: str


@transaction.atomic
def found_salon(
    *, name: str, timezone: str, currency: str, language: str, owner_email: str, by: User
) -> Founded:
    """Make a salon without team or services, and invite its owner. Raises InvalidInput by fields.

    What it is set to passes the checks of `load_project`; another salon's address is never taken.
    """
    document = {
        "project_id": _free_slug(name),
        "name": name,
        "timezone": timezone,
        "currency": currency,
        "language": language,
        "specialists": [],
        "services": {},
    }
    salon, is_new = load_project(raw=json.dumps(document).encode())
    if not is_new:  # somebody made one of this address a moment ago: the whole act is taken back
        raise InvalidInput("Somebody made such a salon a moment ago.", fields={"name": [_("Try again.")]})
    role = Membership.Role.OWNER
    invitation, token = invitations.invite(project=salon, role=role, by=by, email=owner_email)
    return Founded(salon, invitation, token)


def _free_slug(name: str) -> str:
    """Return an address that no salon has, made of the name."""
    tried = list(islice(_slugs(name), _TRIES))
    taken = set(Project.objects.filter(slug__in=tried).values_list("slug", flat=True))
    free = next((slug for slug in tried if slug not in taken), None)
    if free is None:
        raise InvalidInput("So many salons have this name.", fields={"name": [_("Choose another name.")]})
    return free


def _slugs(name: str) -> Iterator[str]:
    base = slugify(name.lower().translate(_LATIN).replace("\0", ""))[:_LONGEST_SLUG].strip("-_") or "salon"
    yield base
    for number in count(2):
        yield f"{base}-{number}"
