"""The real settings plus the probe."""

from botbackend.settings import *  # noqa: F403 - a settings module is meant to be taken over whole
from botbackend.settings import INSTALLED_APPS as REAL_APPS

# Only the probe's handlers and jobs: the other apps are there for their tables.
INSTALLED_APPS = [*REAL_APPS, "botbackend.outbox.tests.probe.apps.ProbeConfig"]
