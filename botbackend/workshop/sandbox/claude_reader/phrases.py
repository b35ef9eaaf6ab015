"""The reader's own sentences in four languages."""

from __future__ import annotations

_PHRASES: dict[str, dict[str, str]] = {
    "greeting": {
        "uk": "Вітаю! Я допоможу записатися, перенести або скасувати візит. Що вас цікавить?",
        "ru": "Здравствуйте! Я помогу записаться, перенести или отменить визит. Что вас интересует?",
        "en": "Hello! I can help you book, move or cancel a visit. What would you like?",
        "pl": "Dzień dobry! Pomogę umówić, przełożyć albo odwołać wizytę. W czym pomóc?",
    },
    "which_service": {
        "uk": "На яку послугу вас записати?",
        "ru": "На какую услугу вас записать?",
        "en": "Which service would you like?",
        "pl": "Na jaką usługę Pana/Panią umówić?",
    },
    "slots": {
        "uk": "Є вільний час:\n{slots}\nЩо вам підходить?",
        "ru": "Есть свободное время:\n{slots}\nЧто вам подходит?",
        "en": "These times are free:\n{slots}\nWhich one suits you?",
        "pl": "Wolne terminy:\n{slots}\nKtóry pasuje?",
    },
    "taken": {
        "uk": "На жаль, цей час зайнятий. Можу запропонувати:\n{slots}\nЩо вам підходить?",
        "ru": "К сожалению, это время занято. Могу предложить:\n{slots}\nЧто вам подходит?",
        "en": "Sorry, that time is not free. I can offer:\n{slots}\nWhich one suits you?",
        "pl": "Niestety ten termin jest zajęty. Mogę zaproponować:\n{slots}\nKtóry pasuje?",
    },
    "no_slots": {
        "uk": "На жаль, вільного часу не знайшлося. Підкажіть, будь ласка, інший день.",
        "ru": "К сожалению, свободного времени не нашлось. Подскажите, пожалуйста, другой день.",
        "en": "Sorry, I found no free time. Could you name another day, please?",
        "pl": "Niestety nie ma wolnych terminów. Proszę podać inny dzień.",
    },
    "confirm": {
        "uk": "Перевірте, будь ласка, чи все правильно.",
        "ru": "Проверьте, пожалуйста, всё ли верно.",
        "en": "Please check that everything is right.",
        "pl": "Proszę sprawdzić, czy wszystko się zgadza.",
    },
    "refused": {
        "uk": "На жаль, так записати не вдається. Підкажіть, будь ласка, інший час.",
        "ru": "К сожалению, так записать не получается. Подскажите, пожалуйста, другое время.",
        "en": "Sorry, that cannot be arranged. Could you name another time, please?",
        "pl": "Niestety to niemożliwe. Proszę podać inny termin.",
    },
    "when_to": {
        "uk": "На який день і час перенести?",
        "ru": "На какой день и время перенести?",
        "en": "To which day and time shall I move it?",
        "pl": "Na jaki dzień i godzinę przełożyć?",
    },
    "which_visit": {
        "uk": "Який саме візит?\n{visits}",
        "ru": "Какой именно визит?\n{visits}",
        "en": "Which visit do you mean?\n{visits}",
        "pl": "O którą wizytę chodzi?\n{visits}",
    },
    "visits": {
        "uk": "Ваші візити:\n{visits}",
        "ru": "Ваши визиты:\n{visits}",
        "en": "Your visits:\n{visits}",
        "pl": "Wizyty:\n{visits}",
    },
    "no_visits": {
        "uk": "У вас немає майбутніх візитів. Бажаєте обрати послугу?",
        "ru": "У вас нет предстоящих визитов. Хотите выбрать услугу?",
        "en": "You have no upcoming visits. Would you like to choose a service?",
        "pl": "Brak nadchodzących wizyt. Czy wybrać usługę?",
    },
    "human": {
        "uk": "Передаю ваше повідомлення адміністратору, вам скоро дадуть відповідь.",
        "ru": "Передаю ваше сообщение администратору, вам скоро ответят.",
        "en": "I am passing this on to the administrator, who will answer you soon.",
        "pl": "Przekazuję wiadomość administratorowi, wkrótce ktoś odpowie.",
    },
    "prices": {
        "uk": "Наші ціни:\n{prices}",
        "ru": "Наши цены:\n{prices}",
        "en": "Our prices:\n{prices}",
        "pl": "Nasze ceny:\n{prices}",
    },
    "stop": {
        "uk": "Добре, більше не турбуватиму. Напишіть, якщо знадоблюся.",
        "ru": "Хорошо, больше не побеспокою. Напишите, если понадоблюсь.",
        "en": "All right, I will not bother you. Write if you need me.",
        "pl": "Dobrze, nie będę przeszkadzać. Proszę napisać w razie potrzeby.",
    },
    "declined": {
        "uk": "Добре. Підкажіть, що змінити: послугу, день чи час?",
        "ru": "Хорошо. Подскажите, что изменить: услугу, день или время?",
        "en": "All right. What shall I change: the service, the day or the time?",
        "pl": "Dobrze. Co zmienić: usługę, dzień czy godzinę?",
    },
    "unclear": {
        "uk": "Вибачте, не зрозуміло. Напишіть, будь ласка, послугу, день і час.",
        "ru": "Извините, не понимаю. Напишите, пожалуйста, услугу, день и время.",
        "en": "Sorry, I did not get that. Please write the service, the day and the time.",
        "pl": "Przepraszam, nie rozumiem. Proszę napisać usługę, dzień i godzinę.",
    },
}


def say(name: str, language: str, **values: str) -> str:
    """A sentence in the language, or in English when the language is none of the four."""
    forms = _PHRASES[name]
    return forms.get(language[:2], forms["en"]).format(**values)
