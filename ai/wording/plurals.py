"""CLDR plural categories of the four languages."""

from decimal import Decimal

from ai.texts import texts_of


def category(language: str, number: Decimal | int) -> str:
    """Return one, few, many or other. Fractions are "other" everywhere but follow the noun's own form."""
    value = abs(Decimal(number))
    if value != value.to_integral_value():
        return "other"
    whole = int(value)
    if language == "en":
        return "one" if whole == 1 else "other"
    tens, hundreds = whole % 10, whole % 100
    few = 2 <= tens <= 4 and not 12 <= hundreds <= 14
    if language == "pl":
        return "one" if whole == 1 else "few" if few else "many"
    if tens == 1 and hundreds != 11:
        return "one"
    return "few" if few else "many"


def counted(language: str, noun: str, number: int) -> str:
    """Return "2 години", "5 годин": the number with the noun (hours, minutes, days, visits, services)."""
    forms = texts_of(language).plurals[noun]
    return f"{number} {forms.get(category(language, number), forms['other'])}"
