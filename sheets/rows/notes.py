"""Short notes for staff in the status column, in the salon's language, beside what staff write there."""

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
        "bad_date": "не прочитати дату; напишіть так: 07.12.2026",
        "bad_time": "не прочитати час; напишіть так: 14:30",
        "date_mismatch": "A і B кажуть різні дати; залиште одну",
        "no_such_minute": "такої хвилини тієї ночі немає (переведення годинника)",
        "client_id_kept": "клієнта (D) тут не змінити; ім'я пишуть в E",
        "name_needed": "ім'я (E) не може бути порожнім",
        "no_name": "в імені (E) стоїть число чи значення формули",
        "error_value": "у клітинці помилка формули",
        "past_row": "минулі візити не змінюються",
        "rest_of_visit": "продовження візиту, якого тут уже немає; видаліть рядок або впишіть інше",
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
        "bad_date": "не прочитать дату; напишите так: 07.12.2026",
        "bad_time": "не прочитать время; напишите так: 14:30",
        "date_mismatch": "A и B говорят о разных датах; оставьте одну",
        "no_such_minute": "такой минуты в ту ночь нет (перевод часов)",
        "client_id_kept": "клиента (D) здесь не изменить; имя пишут в E",
        "name_needed": "имя (E) не может быть пустым",
        "no_name": "в имени (E) стоит число или значение формулы",
        "error_value": "в ячейке ошибка формулы",
        "past_row": "прошедшие визиты не меняются",
        "rest_of_visit": "продолжение визита, которого здесь уже нет; удалите строку или впишите другое",
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
        "bad_date": "the date cannot be read; type it like 07.12.2026",
        "bad_time": "the time cannot be read; type it like 14:30",
        "date_mismatch": "A and B name different dates; leave one of them",
        "no_such_minute": "that night has no such minute (clock change)",
        "client_id_kept": "the client (D) is not changed here; type the name in E",
        "name_needed": "the name (E) cannot be empty",
        "no_name": "the name (E) is a number or the value of a formula",
        "error_value": "a cell holds a formula error",
        "past_row": "past visits stay as they are",
        "rest_of_visit": "the rest of a visit that is no longer here; delete the row or type another one",
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
        "bad_date": "nieczytelna data; wpisz tak: 07.12.2026",
        "bad_time": "nieczytelna godzina; wpisz tak: 14:30",
        "date_mismatch": "A i B podają różne daty; zostaw jedną",
        "no_such_minute": "tej nocy nie ma takiej minuty (zmiana czasu)",
        "client_id_kept": "klienta (D) tu się nie zmienia; imię wpisz w E",
        "name_needed": "imię (E) nie może być puste",
        "no_name": "w imieniu (E) stoi liczba albo wynik formuły",
        "error_value": "błąd formuły w komórce",
        "past_row": "minione wizyty się nie zmieniają",
        "rest_of_visit": "ciąg dalszy wizyty, której tu już nie ma; usuń wiersz albo wpisz inną",
        "other": "zasady rezerwacji",
    },
}


def note(language: str, key: str, *, code: str = "other") -> str:
    """Return the note `key` with the reason `code` worded for people."""
    texts = _TEXTS.get(language, _TEXTS["en"])
    return texts[key].format(reason=texts.get(code, texts["other"]))


_FRAMES = ("rejected", "conflict", "incomplete")
_BETWEEN = " | "
_OWN = {
    texts[frame].format(reason=texts[code])
    for texts in _TEXTS.values()
    for frame in _FRAMES
    for code in texts
    if code not in _FRAMES
}


def split(status: str) -> tuple[str, str]:
    """Return the note that is ours and the comment of staff in a text of the status column."""
    own, _, comment = status.partition(_BETWEEN)
    return (own, comment) if own in _OWN else ("", status)


def with_comment(text: str, comment: str) -> str:
    """Return a note with staff's comment behind it; neither takes the other's place."""
    return _BETWEEN.join(filter(None, [text, comment]))
