"""Fields of the admin's forms."""

from typing import Any

from django import forms

from botbackend.lib.languages import LANGUAGES


class NamesInput(forms.MultiWidget):
    """One line per language."""

    def __init__(self, attrs: Any = None) -> None:
        lines: dict[str, Any] = {
            code: forms.TextInput(attrs={"placeholder": code, "class": "vTextField"}) for code in LANGUAGES
        }
        super().__init__(lines, attrs)

    def decompress(self, value: Any) -> list[str]:
        return [(value or {}).get(code, "") for code in LANGUAGES]


class NamesField(forms.MultiValueField):
    """Names by language; an empty line is none."""

    widget = NamesInput

    def __init__(self, *, encoder: Any = None, decoder: Any = None, **kwargs: Any) -> None:
        kwargs.pop("show_hidden_initial", None)
        lines = [forms.CharField(required=False) for _ in LANGUAGES]
        super().__init__(lines, require_all_fields=False, **kwargs)

    def compress(self, data_list: list[str]) -> dict[str, str]:
        return {code: name for code, name in zip(LANGUAGES, data_list, strict=False) if name}
