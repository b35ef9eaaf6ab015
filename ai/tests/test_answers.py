"""A yes is a yes, a no is a no, and everything more is neither."""

import pytest

from ai.language.answers import CardKind, consents, read_answer

YES = """
так; Так!; так, будь ласка; Так, все вірно; ага; угу; звісно; добре, дякую!; підходить; мене влаштовує;
давайте; ок; Окей 👌; гаразд; чудово; підтверджую; так так; таааак; супер, беру; да; Да, верно; конечно;
хорошо, спасибо; подходит; дааа; да да; мне подходит; подтверждаю; ладно; отлично; годится; yes; Yes
please; YES!!!; yeah; yep, thanks; sure; ok; okay; sounds good; go ahead; perfect; that's right; works
for me; confirm; correct; tak; Tak, poproszę; oczywiście; zgoda; potwierdzam; dobrze; pasuje mi; może
być; jasne; w porządku; da; davayte; davaite; horosho; khorosho; konechno; 👍; 👍🏻; ✅; +; 👌; tak tak;
podkhodit
"""
NO = """
ні; Ні!; ні, не треба; не потрібно; ні дякую; не підходить; нє; неа; передумала; не хочу; нет; нет,
спасибо; не надо; да нет; не подходит; не нужно; передумал; no; No, thanks; nope; not now; never mind; i
changed my mind; nie; nie, dziękuję; nie trzeba; nie pasuje; net; ni; ne nado; 👎; ❌; nieee;
нееет
"""
NONE = """
так?; ok?; Yes, but at 6; так, але о 18:00; да, в 17:00; так, на манікюр; ні, так; yes no; не знаю; може;
maybe; что?; привіт; 17:00; 2; скільки коштує; a; дякую; спасибо; please; 🙂; подумаю; пізніше; later;
"'"; 🙏; Анна; завтра; I'd like to know the price; tak, ale o 18; chyba; нет, лучше в среду; yes and a
pedicure too; нет, запишите на другой день
"""


def cases(text: str) -> list[str]:
    return [part.strip() for part in " ".join(text.split()).split(";") if part.strip()]


@pytest.mark.parametrize("text", cases(YES))
def test_it_reads_yes(text: str) -> None:
    assert read_answer(text) == "yes"


@pytest.mark.parametrize("text", cases(NO))
def test_it_reads_no(text: str) -> None:
    assert read_answer(text) == "no"


@pytest.mark.parametrize("text", ["", " ", *cases(NONE)])
def test_it_reads_neither(text: str) -> None:
    assert read_answer(text) == "none"


@pytest.mark.parametrize(
    ("text", "kind", "wanted"),
    [
        ("Так, записуйте", "book", "yes"),
        ("записывайте", "book", "yes"),
        ("book it please", "book", "yes"),
        ("tak, proszę zapisać", "book", "yes"),
        ("скасуйте", "cancel", "yes"),
        ("да, отменяйте", "cancel", "yes"),
        ("cancel it", "cancel", "yes"),
        ("скасуйте", "book", "no"),
        ("cancel", "change", "no"),
        ("переносьте", "change", "yes"),
        ("записуйте", "cancel", "none"),
        ("скасуйте", "", "none"),
        ("не скасовуйте", "cancel", "no"),
        ("не отменяйте", "cancel", "no"),
        ("don't cancel", "cancel", "no"),
        ("cancel my visit on Monday", "cancel", "none"),
    ],
)
def test_what_was_asked_decides_what_a_verb_means(text: str, kind: CardKind, wanted: str) -> None:
    assert read_answer(text, kind) == wanted


@pytest.mark.parametrize(
    ("text", "is_yes"),
    [
        ("yes please, move it and cancel the 15:00 one", True),
        ("так, переносьте і скасовуйте", True),
        ("да, отмените и перенесите", True),
        ("cancel it", False),
        ("скасуй", False),
        ("отмени", False),
        ("anuluj", False),
    ],
)
def test_a_card_that_moves_and_cancels_is_said_yes_to_in_both_words_and_not_by_cancel_alone(
    text: str, is_yes: bool
) -> None:
    assert consents(text, "both") is is_yes
