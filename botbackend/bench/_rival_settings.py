"""The product's settings without the product: no apps, no middleware, the rivals' own routes."""

from botbackend.settings import *  # noqa: F403 - a settings module is meant to be taken over whole

INSTALLED_APPS = []
MIDDLEWARE = []
ROOT_URLCONF = "botbackend.bench._rivals"
