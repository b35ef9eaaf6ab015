"""Short notes for staff in the status column, in the salon's language."""

_TEXTS: dict[str, dict[str, str]] = {
    "uk": {
        "rejected": "не прийнято: {reason}",
        "conflict": "конфлікт: змінено в базі ({reason})",
        "incomplete": "неповний рядок: потрібні дата, час і послуга",
        "slot_taken": "час зайнятий",
        "outside_hours": "поза робочим часом",
        "in_the_past": "минулий час",
        "not_offered": "майстер не робить цієї послуги",
        "day_off": "вихідний",
        "too_far": "задалеко",
        "too_soon": "занадто скоро",
        "unknown_service": "невідома послуга",
        "unreadable": "незрозуміла дата або час",
        "past_row": "минулі візити не змінюються",
        "other": "правила запису",
    },
    "ru": {
        "rejected": "не принято: {reason}",
        "conflict": "конфликт: изменено в базе ({reason})",
        "incomplete": "неполная строка: нужны дата, время и услуга",
        "slot_taken": "время занято",
        "outside_hours": "вне рабочего времени",
        "in_the_past": "прошедшее время",
        "not_offered": "мастер не делает эту услугу",
        "day_off": "выходной",
        "too_far": "слишком далеко",
        "too_soon": "слишком скоро",
        "unknown_service": "неизвестная услуга",
        "unreadable": "непонятная дата или время",
        "past_row": "прошедшие визиты не меняются",
        "other": "правила записи",
    },
    "en": {
        "rejected": "not accepted: {reason}",
        "conflict": "conflict: changed in the database ({reason})",
        "incomplete": "incomplete row: date, time and service are needed",
        "slot_taken": "the time is taken",
        "outside_hours": "outside working hours",
        "in_the_past": "in the past",
        "not_offered": "the specialist does not do this service",
        "day_off": "day off",
        "too_far": "too far ahead",
        "too_soon": "too soon",
        "unknown_service": "unknown service",
        "unreadable": "the date or time cannot be read",
        "past_row": "past visits stay as they are",
        "other": "booking rules",
    },
    "pl": {
        "rejected": "nie przyjęto: {reason}",
        "conflict": "konflikt: zmieniono w bazie ({reason})",
        "incomplete": "niepełny wiersz: potrzebne data, godzina i usługa",
        "slot_taken": "termin zajęty",
        "outside_hours": "poza godzinami pracy",
        "in_the_past": "termin w przeszłości",
        "not_offered": "specjalista nie wykonuje tej usługi",
        "day_off": "dzień wolny",
        "too_far": "za daleko",
        "too_soon": "za wcześnie",
        "unknown_service": "nieznana usługa",
        "unreadable": "nieczytelna data lub godzina",
        "past_row": "minione wizyty się nie zmieniają",
        "other": "zasady rezerwacji",
    },
}


def note(language: str, key: str, *, code: str = "other") -> str:
    """Return the note `key` with the reason `code` worded for people."""
    texts = _TEXTS.get(language, _TEXTS["en"])
    return texts[key].format(reason=texts.get(code, texts["other"]))
