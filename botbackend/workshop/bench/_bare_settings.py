"""The product's settings without the product: no apps, no middleware, the bare views' own routes."""

from typing import Any

from botbackend.settings import *  # noqa: F403 - a settings module is meant to be taken over whole
from botbackend.settings import DATABASES as _OURS

INSTALLED_APPS = []
MIDDLEWARE = []
ROOT_URLCONF = "botbackend.workshop.bench._bare_views"
# Statements are bound and planned as Django does it by itself; preparing them is a part of the product.
_OWN = {"server_side_binding", "prepare_threshold"}
DATABASES = {name: dict(database) for name, database in _OURS.items()}
for _database in DATABASES.values():
    _options: Any = _database["OPTIONS"]
    _database["OPTIONS"] = {key: value for key, value in _options.items() if key not in _OWN}
    _database["CONN_HEALTH_CHECKS"] = False  # one round trip more, which Django leaves out by itself
