"""Tables, fields and choices are called and explained in the language of whoever reads them.

Django writes what a model calls its fields into migrations. Here the labels that models have are looked up in
the catalogue of their app when they are shown: what migrations and permissions know stays as it is.
"""

from collections.abc import Iterator
from typing import Any

from django.apps import AppConfig
from django.db.models import Field, Model
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from projects.access import project_path


def translate_labels(app: AppConfig) -> None:
    """Have the labels of the app's models translated when they are shown."""
    for model in app.get_models():
        options = model._meta
        options.verbose_name = _lazy(options.verbose_name)
        options.verbose_name_plural = gettext_lazy(str(options.verbose_name_plural))  # Django's is lazy, too
        for field in _fields(model):
            field.verbose_name = _lazy(field.verbose_name)
            if field.help_text:
                field.help_text = _lazy(field.help_text)
            if field.choices:
                field.choices = [(value, _lazy(label)) for value, label in field.flatchoices]


def labels_of(app: AppConfig) -> Iterator[str]:
    """Yield in English what has to be translated: the names of all tables, and what those of salons hold."""
    with translation.override("en"):
        for model in app.get_models():
            yield from (str(model._meta.verbose_name), str(model._meta.verbose_name_plural))
            if project_path(model) is None:
                continue  # the operator's alone
            for field in _fields(model):
                yield str(field.verbose_name)
                if field.help_text:
                    yield str(field.help_text)
                yield from (str(label) for _, label in field.flatchoices)


def _fields(model: type[Model]) -> list[Field[Any, Any]]:
    return [field for field in model._meta.local_fields if not field.auto_created]


def _lazy(label: Any) -> Any:
    """What was marked for translation where it stands is left as it is."""
    return label if isinstance(label, Promise) else gettext_lazy(label)
