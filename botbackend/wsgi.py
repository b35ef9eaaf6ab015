"""The WSGI entry point that gunicorn loads."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "botbackend.settings")
_django = get_wsgi_application()  # what follows can be imported only when Django is set up

from dialogues.wsgi import WebhookShortcut  # noqa: E402

application = WebhookShortcut(_django)
