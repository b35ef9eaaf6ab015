"""The few sentences that this layer says by itself, in the client's language."""

from dialogues.models import Dialogue

NOTICE_KIND = "notice"
_TOO_MANY = {
    "uk": "Ви надіслали дуже багато повідомлень. Я прочитаю їх усі й відповім трохи пізніше.",
    "ru": "Вы прислали очень много сообщений. Я прочитаю их все и отвечу немного позже.",
    "en": "You have sent a great many messages. I will read them all and answer a little later.",
    "pl": "Przysłano bardzo dużo wiadomości. Przeczytam wszystkie i odpowiem trochę później.",
}


def too_many_messages(dialogue: Dialogue) -> str:
    """Tells the client that answers take longer now."""
    for language in (dialogue.language, dialogue.client.language, dialogue.project.language):
        if language[:2] in _TOO_MANY:
            return _TOO_MANY[language[:2]]
    return _TOO_MANY["en"]
