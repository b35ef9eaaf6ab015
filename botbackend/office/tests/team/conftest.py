"""What tests of the room share: a salon, and its owner in a browser without scripts."""

import pytest
from django.test import Client

from bookings.models import Specialist
from bookings.tests.factories import make_project, make_specialist
from botbackend.office.tests.people import make_colleague, signed_in
from projects.models import Project


@pytest.fixture
def salon() -> Project:
    return make_project(name="Hair & Co")


@pytest.fixture
def anna(salon: Project) -> Specialist:
    return make_specialist(salon, "Anna")


@pytest.fixture
def owner(salon: Project) -> Client:
    return signed_in(make_colleague(salon))
