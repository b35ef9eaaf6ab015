"""Languages and currencies that earlier versions stored and nobody knows.

A salon with one could not post its own configuration back. What was meant is taken where it is clear (`UAH` of
`uah`), else the bot's first language and the currency of the salon's country.
"""

import logging

from babel.numbers import get_territory_currencies
from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from botbackend.lib.currencies import CURRENCIES
from botbackend.lib.languages import LANGUAGES
from botbackend.lib.phones import home_country

log = logging.getLogger(__name__)


def take_known_ones(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for project in apps.get_model("projects", "Project").objects.order_by("pk"):
        before = (project.language, project.currency)
        project.language = language_of(project.language)
        project.currency = currency_of(project.currency, project.country, project.timezone)
        after = (project.language, project.currency)
        if after != before:
            log.warning("project %s: language and currency %s become %s", project.slug, before, after)
            project.save(update_fields=["language", "currency"])


def language_of(stored: str) -> str:
    meant = stored.strip().lower().replace("_", "-").partition("-")[0]
    return meant if meant in LANGUAGES else LANGUAGES[0]


def currency_of(stored: str, country: str, timezone: str) -> str:
    meant = stored.strip().upper()
    if meant in CURRENCIES:
        return meant
    own = get_territory_currencies(country or home_country(timezone=timezone, currency=""))
    return next((code for code in own if code in CURRENCIES), "UAH")


class Migration(migrations.Migration):
    dependencies = [("projects", "0005_names_in_one_form")]

    operations = [migrations.RunPython(take_known_ones, migrations.RunPython.noop)]
