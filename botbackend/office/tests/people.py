"""People at work, for tests."""

from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from bookings.models import Specialist
from projects.access import grant_membership
from projects.models import Membership, Project
from projects.tests.factories import make_staff

Role = Membership.Role


def make_colleague(
    salon: Project, role: Membership.Role = Role.OWNER, *, specialist: Specialist | None = None
) -> User:
    """A member of the salon with the rights of the role; of the role specialist with a calendar."""
    user = make_staff(first_name="Iryna", last_name="Bondar")
    grant_membership(project=salon, user=user, role=role)
    if specialist is not None:
        Specialist.objects.filter(pk=specialist.pk).update(user=user)
    return user


def signed_in(user: User) -> Client:
    """A browser without scripts in which the person is signed in."""
    client = Client()
    client.force_login(user)
    client.get(reverse("office:home"))  # the session is noted with the first page: the next ones only read
    return client
