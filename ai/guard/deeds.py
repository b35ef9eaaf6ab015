"""Claims that a visit was made, moved or cancelled, or that one stands which does not.

A short list: what is said in words that are not here is left to the check. Questions are never held back.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from itertools import islice

from ai.guard.violations import Violation
from ai.language.numbers.finder import find_mentions
from ai.language.numbers.mentions import Kind
from ai.references.book import SIGN, Filled, kind_of
from botbackend.lib.letters import bare_letters
from botbackend.lib.text import bare, rejoined

# What stands for references while claims are looked for; ○ for all others.
_VISIT_AHEAD, _ASKED = "◇", "◈"
_MARKS = {"v": _VISIT_AHEAD, "a": _ASKED, "s": "◆", "open": "◆", "d": "◆"}
_OFFERED, _ALL_MARKS = re.compile("[◆◈]"), "◆◈◇○"


def _words(alternatives: str, end: str = "") -> re.Pattern[str]:
    """Compile what begins at a word; what is held against it is in bare letters too."""
    return re.compile(bare_letters(rf"\b(?:{alternatives}){end}".replace("\n", "")))


# Past and passive endings: of Ukrainian and Russian verbs, of Polish ones on -ać and on -ić.
_ENDS = r"(?:в|л[аи]?|н+[оаиіы]?й?)\b"
_ENDS_A, _ENDS_I = r"(?:ł\w*|n[aoyei]?)\b", r"(?:[iy]?ł\w*|i?on[aoyei]?)\b"
# Of these only a visit counts: "прийнято!" alone is no more than "I see".
_OF_A_VISIT = rf"""(?:створ[ие]|созда|(?:по|уз)год(?:и|же)|согласова){_ENDS}|пр(?:ий|и)нят[оаиіы]\b
|(?:przyjęt|utworzon|załatwion)[aoye]\b|udan[ay]\b"""
_MADE = rf"""(?:записа|(?:за)?брон(?:юва|ирова|ьова)|зарезерв(?:ува|ова|ирова)|вписа|оформ(?:и|ле)
|підтвер(?:ди|дже)|подтвер(?:ди|жде)|закр[іе]п(?:и|ле)|внесе?|постави){_ENDS}|вніс\b|(?:zapisa|zarezerwowa|wpisa){_ENDS_A}
|(?:umówi|potwierdz){_ENDS_I}|{_OF_A_VISIT}"""
_SLAVIC = {
    "book": _words(_MADE),
    "change": _words(rf"перен[іе]се?{_ENDS}|перен[іе]с\b|przeni[oó]sł\w*|(?:przenies|przełoż){_ENDS_I}"),
    "cancel": _words(rf"""(?:скас[оу]ва|відмін[ие]|отмен[ие]|анн?ул(?:юва|ьова|ирова)){_ENDS}
|(?:odwoła|anulowa){_ENDS_A}"""),
}  # fmt: skip
_STATES = (
    r"(?:went|gone) through|completed?|made|saved|changed|approved|accepted|off|in the (?:calendar|schedule)"
)
_ENGLISH = {
    kind: _words(rf"""(?:i|we)(?!'re| are)(?:'ve)?(?: \w+){{0,4}}? ({verbs})
(?= (?:you|the|this|it|an?|for|\d)| ?[^\w ]|$)|({verbs}) for you\b
|you(?:'re| are|'ve been| have been)(?: \w+){{0,2}}? ({verbs})\b
|(?:(?:visit|booking|appointment|reservation|cancellation)s?|your (?:slot|spot|place|time)|everything)
(?: \w+)?(?:'s|'ve| (?:is|are|was|were|has|have|been|now|all|already|successfully))* ({verbs}|{_STATES})\b""")
    for kind, verbs in (
        ("book", "booked|reserved|scheduled|confirmed|registered|arranged|locked in|put you (?:in|down)"),
        ("change", "moved|rescheduled"),
        ("cancel", "cancell?ed|taken you off"),
    )
}  # fmt: skip
_ALONE = _words(r"""(?:готово|все готово|усе готово|done|booked|confirmed|all set|gotowe|wszystko gotowe)\b
|.*\b(?:(?:місце|час|место|время) за вами|(?:slot|spot|place|time) is yours|consider it \w+|all set\b
|you're in!|termin jest (?:pani|pana|twój)\b|(?:усе|все|wszystko) (?:зроблен|сделан|załatwion)\w*)""")
_STANDS = _words(rf"""у вас (?:вже |уже |є |есть )*(?:запис|візит|визит|брон)|в сил[іе]\b
|(?:ви|вы) (?:вже |уже )?записан\w*
|ваш[ае]? (?:\w+ )?(?:візит|визит|запис|запись|бронь) [{_ALL_MARKS}]
|pani wizyta (?:jest )?[{_ALL_MARKS}]
|your (?:\w+ )?(?:visit|appointment|booking) is [{_ALL_MARKS}]
|you (?:already )?have (?:an? |one )(?:\w+ )?(?:appointment|booking|visit|reservation)
|(?:ma|masz|mają) (?:pani |pan |państwo )?(?:już )?(?:umówioną )?(?:wizyt|rezerwacj)\w*""")
_PARTING = _words(r"""чека(?:ю|є|ємо|тим\w+)\b|жд(?:ем|у|ет)\b|буд(?:ем|емо|е|ет) (?:\w+ )?(?:чекати|ждать)
|приход[ьи]те\b|до зустрічі|до встречи|see you\b|expecting you|waiting for you|forward to seeing
|czeka(?:my)?\b|do zobaczenia|zapraszamy|widzimy się
|it's a (?:date|deal)|ustalone|домов(?:ились|лено)|договор(?:ились|ено)""")
# Who receives you at one time only, and asks nothing, says that the visit stands.
_RECEIVES = _words(r"""(?:пр(?:ий|и)ме|примет) (?:\w+ )?вас\b|вас (?:\w+ )?(?:пр(?:ий|и)ме|примет)\b
|przyjmie (?:\w+ )?(?:pani[ąa]|pana|państwa|cię)\b|(?:pani[ąa]|pana|państwa|cię) (?:\w+ )?przyjmie\b
|(?:receives|takes|sees) you\b""")
_YOU = _words(r"(?:вас|вам|вами|ви|вы|ваш\w*|pani[ąa]?|pan[au]?|państwa|ciebie|cię|twoj\w*)\b")
_VISIT = _words(r"запис(?!а)\w*|візит\w*|визит\w*|брон(?:ь|і|и|ювання|ирование)\b|wizyt\w*|rezerwacj\w*")
_DATA = _words(
    r"номер|телефон|ім'я|имя|побажан|пожелан|питан|вопрос|прохан|просьб|numer|telefon|imię|pyta|prośb|życz"
)
_ANSWER = _words(
    r"відповід|рішен|ответ|решен|answer|decision|reply|confirm|підтвер|подтвер|odpowied|decyzj|potwierdz"
)
# Words before a claim that make it a denial, a future or a condition; and what the client did.
_TURNS = (
    _words(r"не|ні|нічого|ничего|жодн\w+|not|no|never|nothing|nie|nic|\w+n't", r"(?:\W+\w+){0,2}\W*$"),
    _words(
        r"буд\w+|мо[жг]\w+|щоб|чтобы|will|be|can|could|would|zostan\w+|będ\w+"
        r"|mo(?:że|gą|gł\w+|żna)|mógł\w*|zostać",
        r"(?:\W+\w+)?\W*$",
    ),
    _words(r"""якщо|щойно|коли|після підтвердж\w+|если|когда|как только|после подтвержд\w+|if|once|when
|as soon|after you|before i|until|jeśli|jeżeli|gdy|po potwierdz\w+""", r"\b"),
)  # fmt: skip
_THEY_DID = _words("ви|вы", r"\W+(?:\w+\W+)?$")
_WEAK = _words(_OF_A_VISIT)
_SENTENCE, _CLAUSE = re.compile(r"[^.!?…\n;]+[.!?…]*"), re.compile(r"[^,:()—–]+")
_DATED = (Kind.TIME, Kind.DATE, Kind.WEEKDAY, Kind.RELATIVE)
_MOST_ALONE = 4


def find_deeds(filled: Filled, *, has_visits: bool, done: Collection[str] = ()) -> list[Violation]:
    """Return claims of what is not so.

    `has_visits` tells whether the client has a visit ahead, `done` what this very turn does with the client's
    yes, so that it may be said: book, change, cancel.
    """
    used = iter(filled.used)
    marked = "".join(_MARKS.get(kind_of(next(used)), "○") if sign == SIGN else sign for sign in filled.plain)
    free = {ref.split(".")[0] for ref in filled.used if kind_of(ref) == "s"}
    offers = "?" in marked or len(free) > 1
    quotes = []
    for text in (marked, *rejoined(marked)):
        read = bare(text)
        for one in _SENTENCE.finditer(read):
            quote = "" if "?" in one[0] else _claim(one[0], has_visits=has_visits, done=done, offers=offers)
            begin = one.start() + one[0].find(quote)
            as_written = text[begin : begin + len(quote)] if len(text) == len(read) else quote
            quotes.append(_as_drafted(as_written, text[:begin], filled.used))
    detail = "“{}”: no visit was made, moved or cancelled, and no other stands. Code says so when it is done."
    return [Violation("claim", detail.format(quote)) for quote in dict.fromkeys(quotes) if quote]


def _as_drafted(quote: str, before: str, used: Sequence[str]) -> str:
    """Return a quote with the references as the model wrote them."""
    refs = islice(used, sum(sign in _ALL_MARKS for sign in before), None)
    drafted = (f"{{{next(refs, '')}}}" if sign in _ALL_MARKS else sign for sign in quote)
    return "".join(drafted).strip()


def _claim(text: str, *, has_visits: bool, done: Collection[str], offers: bool) -> str:
    quote = next(_deeds(text, done), "")
    if quote or done:
        return quote
    found = _ALONE.match(text.lstrip("*_-• ")) or _standing(text, has_visits) or _parting(text, has_visits)
    found = found or (None if offers else _parting(text, has_visits, _RECEIVES))
    return found[0] if found else ""


def _deeds(text: str, done: Collection[str]) -> Iterator[str]:
    stands = _VISIT_AHEAD in text and not _OFFERED.search(text)
    for kind in _SLAVIC:
        if kind in done or (kind != "cancel" and stands):
            continue  # of a visit that stands it is no lie that it was made so
        for found in _SLAVIC[kind].finditer(text):
            if not _is_turned(text[: found.start()], found[0]) and _is_of_a_visit(text, found):
                yield found[0]
        for found in _ENGLISH[kind].finditer(text):
            if not _is_turned(text[: found.start(found.lastindex or 0)]):
                yield found[0]


def _is_turned(before: str, verb: str = "") -> bool:
    """Tell whether the words before make it a denial, a future, a condition, or the client's own deed."""
    if any(pattern.search(before) for pattern in _TURNS):
        return True
    return verb.endswith("ли") and bool(_THEY_DID.search(before))


def _is_of_a_visit(text: str, found: re.Match[str]) -> bool:
    """Tell whether what was done is a visit of this client: no hour that others took, no number of theirs."""
    clauses = [one for one in _CLAUSE.finditer(text) if one.start() <= found.start() < one.end()]
    rest = "".join(one[0] for one in clauses).replace(found[0], " ", 1)
    if _VISIT.search(rest):
        return True
    if _WEAK.match(found[0]) or _DATA.search(text):
        return False
    if _YOU.search(rest) or (_OFFERED.search(rest) and _ASKED not in text):
        return True
    return not any(mark in text for mark in _ALL_MARKS) and len(re.findall(r"\w+", text)) <= _MOST_ALONE


def _standing(text: str, has_visits: bool) -> re.Match[str] | None:
    found = None if has_visits else _STANDS.search(text)
    return None if found and _is_turned(text[: found.start()]) else found


def _parting(text: str, has_visits: bool, words: re.Pattern[str] = _PARTING) -> re.Match[str] | None:
    """Find "see you then" with a time that is only offered."""
    found = words.search(text)
    if not found or _VISIT_AHEAD in text or _ANSWER.search(text) or _is_turned(text[: found.start()]):
        return None
    dated = not has_visits and any(one.kind in _DATED for one in find_mentions(text))
    return found if dated or _OFFERED.search(text) else None
