"""The small reader's sentences and tool calls: it looks up, proposes, and says only what it was given."""

from __future__ import annotations

import re
from typing import Any

from botbackend.workshop.sandbox.claude.answers.asked import Asked
from botbackend.workshop.sandbox.claude.answers.data import SOLE, AnswerData, WishData

from .wishes import understand
from .words import PRICE, folded

_SENTENCES = {
    "uk": {
        "greeting": "Вітаю! Я допоможу записатися, перенести або скасувати візит. Що вас цікавить?",
        "service": "На яку послугу вас записати?\n{list}",
        "free": "Є вільний час:\n{slots}\nЩо вам підходить?",
        "none": "На жаль, вільного часу не знайшлося. Підкажіть, будь ласка, інший день.",
        "card": "Перевірте, будь ласка, чи все правильно.",
        "when": "На який день і час перенести?",
        "visit": "Який саме візит?\n{list}",
        "no_visit": "У вас немає майбутніх візитів. Бажаєте обрати послугу?",
        "prices": "Наші ціни:\n{list}",
        "human": "Передаю ваше запитання адміністратору, вам скоро дадуть відповідь.",
        "unclear": "Вибачте, не зрозуміло. Напишіть, будь ласка, послугу, день і час.",
    },
    "ru": {
        "greeting": "Здравствуйте! Я помогу записаться, перенести или отменить визит. Что вас интересует?",
        "service": "На какую услугу вас записать?\n{list}",
        "free": "Есть свободное время:\n{slots}\nЧто вам подходит?",
        "none": "К сожалению, свободного времени не нашлось. Подскажите, пожалуйста, другой день.",
        "card": "Проверьте, пожалуйста, всё ли верно.",
        "when": "На какой день и время перенести?",
        "visit": "Какой именно визит?\n{list}",
        "no_visit": "У вас нет предстоящих визитов. Хотите выбрать услугу?",
        "prices": "Наши цены:\n{list}",
        "human": "Передаю ваш вопрос администратору, вам скоро ответят.",
        "unclear": "Извините, не понимаю. Напишите, пожалуйста, услугу, день и время.",
    },
    "en": {
        "greeting": "Hello! I can help you book, move or cancel a visit. What would you like?",
        "service": "Which service would you like?\n{list}",
        "free": "These times are free:\n{slots}\nWhich one suits you?",
        "none": "Sorry, I found no free time. Could you name another day, please?",
        "card": "Please check that everything is right.",
        "when": "To which day and time shall I move it?",
        "visit": "Which visit do you mean?\n{list}",
        "no_visit": "You have no upcoming visits. Would you like to choose a service?",
        "prices": "Our prices:\n{list}",
        "human": "I am passing your question on to the administrator, who will answer you soon.",
        "unclear": "Sorry, I did not get that. Please write the service, the day and the time.",
    },
    "pl": {
        "greeting": "Dzień dobry! Pomogę umówić, przełożyć albo odwołać wizytę. W czym pomóc?",
        "service": "Na jaką usługę umówić wizytę?\n{list}",
        "free": "Wolne terminy:\n{slots}\nKtóry pasuje?",
        "none": "Niestety nie ma wolnych terminów. Proszę podać inny dzień.",
        "card": "Proszę sprawdzić, czy wszystko się zgadza.",
        "when": "Na jaki dzień i godzinę przełożyć?",
        "visit": "O którą wizytę chodzi?\n{list}",
        "no_visit": "Brak nadchodzących wizyt. Czy wybrać usługę?",
        "prices": "Nasze ceny:\n{list}",
        "human": "Przekazuję pytanie administratorowi, wkrótce ktoś odpowie.",
        "unclear": "Przepraszam, nie rozumiem. Proszę napisać usługę, dzień i godzinę.",
    },
}


def reply(asked: Asked) -> AnswerData:
    """A sentence or a tool call."""
    wish = understand(asked)
    if asked.results:
        return _after_tool(asked, wish)
    intent = wish.intent
    if intent == "book":
        return _book(asked, wish)
    if intent == "change":
        return _change(asked, wish)
    if intent == "cancel":
        return _which(asked, wish)
    if intent == "question":
        return _question(asked, wish)
    return _say("greeting" if intent == "smalltalk" else "unclear", wish)


def _say(name: str, wish: WishData, *lines: str) -> AnswerData:
    text = _SENTENCES.get(wish.language, _SENTENCES["en"])[name]
    return AnswerData(say=text.replace("{list}", "\n".join(f"• {line}" for line in lines)).strip())


def _after_tool(asked: Asked, wish: WishData) -> AnswerData:
    if "ok" in asked.results[-1]:
        return _say("human", wish)
    if "proposal_id" in asked.results[-1]:
        return _say("card", wish)
    return _say("free" if asked.slots else "none", wish)


def _book(asked: Asked, wish: WishData) -> AnswerData:
    if not wish.book:
        return _say("service", wish, *(str(service["name"]) for service in asked.services))
    start = _start(wish)
    if any(str(slot["start"])[:16] == start for slot in asked.slots):
        item = {"service": wish.book[0], "specialist": wish.specialist, "start": start}
        return AnswerData.model_validate({"propose_booking": item})
    return _say("free" if asked.slots else "none", wish)


def _start(wish: WishData) -> str:
    return f"{wish.day[0]}T{wish.at}" if wish.day and wish.at else ""


def _change(asked: Asked, wish: WishData) -> AnswerData:
    visit = _visit(asked, wish)
    if visit is None:
        return _which(asked, wish)
    if _start(wish):
        change = {"visit": visit["id"], "specialist": wish.specialist, "start": _start(wish)}
        return AnswerData.model_validate({"propose_change": change})
    if not wish.day:
        return _say("when", wish)
    return AnswerData.model_validate({"find_slots": {"services": visit["service_id"], "day": wish.day}})


def _visit(asked: Asked, wish: WishData) -> dict[str, Any] | None:
    if wish.change == [SOLE]:
        return asked.visits[0] if len(asked.visits) == 1 else None
    return next((visit for visit in asked.visits if visit["id"] in (wish.change or [])), None)


def _which(asked: Asked, wish: WishData) -> AnswerData:
    lines = [f"{visit['service']}, {{{visit['ref']}}}" for visit in asked.visits]
    return _say("visit" if lines else "no_visit", wish, *lines)


def _question(asked: Asked, wish: WishData) -> AnswerData:
    chosen = [s for s in asked.services if not wish.about or s["id"] in wish.about]
    if chosen and re.search(PRICE, folded("\n".join(asked.said))):
        return _say("prices", wish, *(f"{service['name']} — {{p{service['id']}}}" for service in chosen))
    return AnswerData(ask_human=f"question: {' '.join(asked.said)[:200]}")
