"""The plain back office of dialogues: read what was said, see what to do, look at raw events."""

from django.contrib import admin
from django.http import HttpRequest

from dialogues.models import Dialogue, InboundEvent, Message, StaffTask
from projects.admin_base import ProjectScopedAdmin
