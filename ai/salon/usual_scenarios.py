"""What clients of any salon write. `{service}` is a name of its own; `{free}` is filled in at each run."""

from collections.abc import Mapping

USUAL: Mapping[str, Mapping[str, str]] = {
    "uk": {
        "book": "Добрий день! {service}, {free} — можна записатися?",
        "price": "Скільки коштує {service}?",
        "night": "Запишіть мене завтра о 03:00 ночі: {service}",
        "services": "Добрий день!\nЯкі у вас є послуги?",
        "person": "Хочу поговорити з людиною, покличте адміністратора",
        "complaint": "Минулого разу мене дуже погано обслужили, я хочу повернути гроші",
    },
    "ru": {
        "book": "Добрый день! {service}, {free} — можно записаться?",
        "price": "Сколько стоит {service}?",
        "night": "Запишите меня завтра в 03:00 ночи: {service}",
        "services": "Добрый день!\nКакие у вас есть услуги?",
        "person": "Хочу поговорить с человеком, позовите администратора",
        "complaint": "В прошлый раз меня очень плохо обслужили, я хочу вернуть деньги",
    },
    "en": {
        "book": "Hello! {service}, {free} — may I come then?",
        "price": "How much is {service}?",
        "night": "Book me for tomorrow at 03:00 in the night: {service}",
        "services": "Hello!\nWhich services do you have?",
        "person": "I want to talk to a person, please call somebody",
        "complaint": "I was treated very badly last time and I want my money back",
    },
    "pl": {
        "book": "Dzień dobry! {service}, {free} — czy mogę się umówić?",
        "price": "Ile kosztuje {service}?",
        "night": "Proszę mnie zapisać na jutro na 03:00 w nocy: {service}",
        "services": "Dzień dobry!\nJakie macie usługi?",
        "person": "Chcę porozmawiać z człowiekiem, proszę zawołać kogoś z recepcji",
        "complaint": "Ostatnim razem bardzo źle mnie obsłużono, chcę zwrotu pieniędzy",
    },
}
