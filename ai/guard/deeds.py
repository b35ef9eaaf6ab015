"""Claims that a visit was made, moved or cancelled, or that one stands which does not.

A short list: what is said in words that are not here is left to the check. Questions are never held back.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from ai.guard.violations import Violation
from ai.language.numbers.finder import find_mentions
from ai.language.numbers.mentions import Kind
from ai.references.book import SIGN, Filled, kinds_of
from botbackend.lib.letters import bare_letters
from botbackend.lib.text import bare, rejoined

# Past and passive endings: of Ukrainian and Russian verbs, of Polish ones on -ać and on -ić.
_ENDS = r"(?:в|л[аи]?|н+[оаиіы]?й?)\b"
_ENDS_A, _ENDS_I = r"(?:ł\w*|n[aoyei]?)\b", r"(?:[iy]?ł\w*|i?on[aoyei]?)\b"
_MADE = rf"""
(?:записа|(?:за)?бронюва|(?:за)?бронирова|заброньова|зарезерв(?:ува|ова|ирова)|вписа|оформ(?:и|ле)|підтвер(?:ди|дже)
|подтвер(?:ди|жде)|закр[іе]п(?:и|ле)|внесе?|постави){_ENDS}|вніс\b|(?:zapisa|zarezerwowa|wpisa){_ENDS_A}
|(?:umówi|potwierdz){_ENDS_I}
"""
# Of these only a visit counts: "прийнято!" alone is no more than "I see".
_OF_A_VISIT = rf"""
(?:створ[ие]|созда|(?:по|уз)год(?:и|же)|согласова){_ENDS}|пр(?:ий|и)нят[оаиіы]\b|przyjęt[aoye]\b|utworzon[aoye]\b
|udan[ay]\b|załatwion[aoye]\b
"""
_MOVED = rf"перен[іе]се?{_ENDS}|перен[іе]с\b|przeni[oó]sł\w*|(?:przenies|przełoż){_ENDS_I}"
_CANCELLED = (
    rf"(?:скас[оу]ва|відмін[ие]|отмен[ие]|анн?ул(?:юва|ьова|ирова)){_ENDS}|(?:odwoła|anulowa){_ENDS_A}"
)
_ENGLISH = (
    r"(?:i|we)(?!'re| are)(?:'ve| have)?(?: \w+){{0,4}}? ({0})(?= (?:you|the|this|it|an?|\d)| ?[^\w ]|$)",
    r"you(?:'re| are|'ve been| have been)(?: \w+){{0,2}}? ({0})\b",
    r"(?:(?:visit|booking|appointment|reservation|cancellation)s?|your (?:slot|spot|place|time))(?: \w+)?"
    r"(?:'s|'ve| is| are| was| were| has| have| been| now| all| already| both| successfully)* ({0}|{1})\b",
    r"everything(?:'s| is| has been) ({0})\b",
    r"({0}) for you\b",
)
_EN_STATES = (
    r"(?:went|gone) through|completed?|made|saved|changed|approved|accepted|off|in the (?:calendar|schedule)"
)
_EN_VERBS = {
    "book": r"booked|reserved|scheduled|confirmed|registered|arranged|secured|locked in|put you (?:in|down)",
    "change": r"moved|rescheduled",
    "cancel": r"cancell?ed|taken you off",
}
_ALONE = r"""
\W*(?:готово|все готово|усе готово|done|booked|confirmed|all set|gotowe|wszystko gotowe)\b
|.*(?:\b(?:місце|час|место|время) за вами|\b(?:slot|spot|place|time) is yours|\bconsider it \w+|\ball set\b
|\byou're in!|\btermin jest (?:pani|pana|twój)\b|\b(?:усе|все|wszystko) (?:зроблен|сделан|załatwion)\w*)
"""
_STANDS = rf"""
у вас (?:вже |уже |є |есть )*(?:запис|візит|визит|брон)\w*|(?:ви|вы) (?:вже |уже )?записан\w*|в сил[іе]\b
|ваш[ае]? (?:\w+ )?(?:візит|визит|запис|запись|бронь) {SIGN}|pani wizyta (?:jest )?{SIGN}
|your (?:\w+ )?(?:visit|appointment|booking) is {SIGN}
|you (?:already )?have (?:an? |one )(?:\w+ )?(?:appointment|booking|visit|reservation)
|(?:ma|masz|mają) (?:pani |pan |państwo )?(?:już )?(?:umówioną )?(?:wizyt|rezerwacj)\w*
"""
_PARTING = r"""
чека(?:ю|є|ємо|тим\w+)\b|ж(?:дем|ду|дет)\b|буд(?:ем|емо|е|ет) (?:\w+ )?(?:чекати|ждать)|приход(?:ьте|ите)\b
|до зустрічі|до встречи|see you\b|expecting you|waiting for you|forward to seeing|czeka(?:my)?\b|do zobaczenia
|zapraszamy|widzimy się|прийме вас|вас прийме|примет вас|вас примет|it's a (?:date|deal)|ustalone
|домов(?:ились|лено)|договор(?:ились|ено)
"""
_YOU = r"\b(?:вас|вам|вами|ви|вы|ваш\w*|pani[ąa]?|pan[au]?|państwa|ciebie|cię|twoj\w*)\b"
_VISIT = r"\b(?:запис(?!а)\w*|візит\w*|визит\w*|брон(?:ь|і|и|ювання|ирование)\b|wizyt\w*|rezerwacj\w*)"
_DATA = (
    r"номер|телефон|ім'я|имя|побажан|пожелан|питан|вопрос|прохан|просьб|numer|telefon|imię|pytani|prośb|życz"
)
_NOT_YET = r"(?:\b(?:не|ні|нічого|ничего|жодн\w+|not|no|never|nothing|nie|nic)|n't)(?:\W+\w+){0,2}\W*$"
_FUTURE = r"\b(?:буд\w+|бути|быть|мо[жг]\w+|щоб|чтобы|will|be|can|could|would|zosta\w+|będ\w+)(?:\W+\w+)?\W*$"
_IF = r"""
\b(?:якщо|щойно|коли|після підтвердж\w+|если|когда|как только|после подтвержд\w+|if|once|when|as soon
|after you|before i|until|jeśli|jeżeli|gdy|po potwierdz\w+)\b
"""
_ANSWER = (
    r"відповід|рішен|ответ|решен|answer|decision|reply|confirm|підтвердж|подтвержд|odpowied|decyzj|potwierdz"
)


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(bare_letters(text.replace("\n", "")))


def _english(verb: str) -> re.Pattern[str]:
    return _pattern(rf"\b(?:{'|'.join(_ENGLISH).format(verb, _EN_STATES)})")


_SLAVIC = {kind: _pattern(rf"\b(?:{text})") for kind, text in
           {"book": f"{_MADE}|{_OF_A_VISIT}", "change": _MOVED, "cancel": _CANCELLED}.items()}  # fmt: skip
_IN_ENGLISH = {kind: _english(verb) for kind, verb in _EN_VERBS.items()}
_ALONE_WORDS, _WEAK = _pattern(_ALONE), _pattern(rf"(?:{_OF_A_VISIT})")
_STANDS_WORDS, _PARTING_WORDS = _pattern(rf"\b(?:{_STANDS})"), _pattern(rf"\b(?:{_PARTING})")
_YOU_WORDS, _VISIT_WORDS, _DATA_WORDS = _pattern(_YOU), _pattern(_VISIT), _pattern(_DATA)
_TURNS, _ANSWER_WORDS = [_pattern(text) for text in (_NOT_YET, _FUTURE, _IF)], _pattern(_ANSWER)
_THEY_DID = _pattern(r"\b(?:ви|вы)\W+(?:\w+\W+)?$")
_SENTENCE = re.compile(r"[^.!?…\n;]+[.!?…]*")
_CLAUSE = re.compile(r"[^,:()—–]+")
_DATED = (Kind.TIME, Kind.DATE, Kind.WEEKDAY, Kind.RELATIVE)
_MOST_ALONE = 4
_OFFERED = frozenset({"s", "open", "a"})


@dataclass(frozen=True)
class _Sentence:
    """In bare letters, with the kinds of its references."""

    text: str
    kinds: frozenset[str]

    def is_turned(self, at: int, verb: str = "") -> bool:
        """Tell whether the words before make it a denial, a future, a condition, or the client's own deed."""
        before = self.text[:at]
        if any(pattern.search(before) for pattern in _TURNS):
            return True
        return verb.endswith("ли") and bool(_THEY_DID.search(before))


def find_deeds(filled: Filled, *, has_visits: bool, done: Collection[str] = ()) -> list[Violation]:
    """Return claims of what is not so.

    `has_visits` tells whether the client has a visit ahead, `done` what this very turn does with the client's
    yes, so that it may be said: book, change, cancel.
    """
    quotes = [
        quote
        for text in (filled.plain, *rejoined(filled.plain))
        for sentence in _sentences(bare(text), filled.used)
        if (quote := _claim(sentence, has_visits=has_visits, done=done))
    ]
    detail = "“{}”: no visit was made, moved or cancelled, and no other stands. Code says so when it is done."
    return [Violation("claim", detail.format(quote.strip())) for quote in dict.fromkeys(quotes)]


def _sentences(text: str, used: tuple[str, ...]) -> Iterator[_Sentence]:
    for found in _SENTENCE.finditer(text):
        first = text.count(SIGN, 0, found.start())
        if "?" not in found[0]:
            yield _Sentence(found[0], kinds_of(used[first : first + found[0].count(SIGN)]))


def _claim(sentence: _Sentence, *, has_visits: bool, done: Collection[str]) -> str:
    quote = next(_deeds(sentence, done), "")
    if quote or done:
        return quote
    return _alone(sentence) or _standing(sentence, has_visits) or _parting(sentence, has_visits)


def _deeds(sentence: _Sentence, done: Collection[str]) -> Iterator[str]:
    for kind in _SLAVIC:
        stands = "v" in sentence.kinds and not sentence.kinds & _OFFERED
        if kind in done or (kind != "cancel" and stands):
            continue  # of a visit that stands it is no lie that it was made so
        for found in _SLAVIC[kind].finditer(sentence.text):
            if not sentence.is_turned(found.start(), found[0]) and _is_of_a_visit(sentence, found):
                yield found[0]
        for found in _IN_ENGLISH[kind].finditer(sentence.text):
            if not sentence.is_turned(found.start(found.lastindex or 0)):
                yield found[0]


def _is_of_a_visit(sentence: _Sentence, found: re.Match[str]) -> bool:
    """Tell whether what was done is a visit of this client: no hour that others took, no number of theirs."""
    clauses = [one for one in _CLAUSE.finditer(sentence.text) if one.start() <= found.start() < one.end()]
    rest = "".join(one[0] for one in clauses).replace(found[0], " ", 1)
    if _VISIT_WORDS.search(rest):
        return True
    if _WEAK.match(found[0]) or _DATA_WORDS.search(sentence.text):
        return False
    if _YOU_WORDS.search(rest) or (SIGN in rest and "a" not in sentence.kinds):
        return True
    return not sentence.kinds and len(re.findall(r"\w+", sentence.text)) <= _MOST_ALONE


def _alone(sentence: _Sentence) -> str:
    found = _ALONE_WORDS.match(sentence.text)
    return found[0] if found else ""


def _standing(sentence: _Sentence, has_visits: bool) -> str:
    found = _STANDS_WORDS.search(sentence.text)
    return found[0] if found and not has_visits and not sentence.is_turned(found.start()) else ""


def _parting(sentence: _Sentence, has_visits: bool) -> str:
    """Find "see you then" with a time that is only offered."""
    found = _PARTING_WORDS.search(sentence.text)
    if not found or "v" in sentence.kinds or _ANSWER_WORDS.search(sentence.text):
        return ""
    dated = not has_visits and any(one.kind in _DATED for one in find_mentions(sentence.text))
    offered = sentence.kinds & (_OFFERED | {"d"})
    return found[0] if (offered or dated) and not sentence.is_turned(found.start()) else ""
