"""The one form of a text: how it is stored, by what it is compared, and how it is read.

`canonical` is what is stored and shown, `comparable` is what two names are equal by, `readable` is what word
lists are matched against, `bare` is the form in which a text that may hide words meets them. All four are
idempotent. Where the rules come from:

- NFC as the stored form, case folding, and leaving out what cannot be seen: Unicode 17 §3.13 (D147,
  toNFKC_Casefold) and the property Default_Ignorable_Code_Point of DerivedCoreProperties.txt.
- Joiners stay between emojis and variation signs behind one: UTS #51 §2.3 and §1.4.5.
- Letters that look alike, and marks: `botbackend.lib.letters`.
- ё is е in ordinary Russian spelling: Правила русской орфографии 1956, §10.
- Apostrophes, dashes, quotes, colons: what phones and spreadsheets put there (UAX #29, Single_Quote).
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from botbackend.lib import letters
from botbackend.lib.letters import WORD, drop_marks

_JOINER = "\u200d"
_LOOSE_JOINER = re.compile(f"{_JOINER}+(?=\\s|\\Z)")
_VARIATIONS = "\ufe0e\ufe0f"
_TAGS = ("\U000e0020", "\U000e007f")  # spell the region of a flag
# Invisible, though their category does not say so: joiners of graphemes, fillers, variation selectors, the
# place of an object that was not copied.
_IGNORED = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0d\uffa0\ufffc\U000e0100-\U000e01ef]"
)
_SPACES = re.compile(r"[^\S\n]")
_BREAKS = re.compile("\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")

_APOSTROPHES = "'’ʼ`´‘‛′‵ʹʽ＇ˈ׳ꞌ՚ʾʿ᾽᾿"
_DASHES = "-–—−‐‑‒―﹘﹣－"
_COLONS = ":∶ː꞉﹕：︓։׃܃⁚"
_QUOTES = '"«»„“”‟″＂ʺˮ〃〝〞'
_DOTS = ".․．。﹒｡"
_TO_PLAIN = {
    **dict.fromkeys(_APOSTROPHES, "'"),
    **dict.fromkeys(_DASHES, "-"),
    **dict.fromkeys(_COLONS, ":"),
}
# One sign for one sign: places in a text stay what they are.
SIGNS = str.maketrans(_TO_PLAIN)
_ALL_SIGNS = str.maketrans(_TO_PLAIN | dict.fromkeys(_QUOTES, '"') | dict.fromkeys(_DOTS, "."))
# A double quote, a star or an apostrophe too many between two letters stands for one that the keyboard hides.
_TYPED_APOSTROPHE = re.compile(f"(?<=[^\\W\\d_])(?:[{_QUOTES}*]|[{_APOSTROPHES}]{{1,3}})(?=[^\\W\\d_])")
_BETWEEN_FIGURES = re.compile(rf"(?<=\d)(?:[{_COLONS}]|[{_DOTS}])(?=\d)")
# A zero in a Cyrillic word is no number: `0ля`, `с0бота`, but `3апреля` is the third, and `10год` ten.
_ZERO = re.compile(r"(?<![\w.,:])0(?=[а-яёіїєґ]{2})|(?<=[а-яёіїєґ])0(?=[а-яёіїєґ])", re.IGNORECASE)
# Raised figures behind a word or a number mean something (10⁰⁰, м²); alone they are figures.
_RAISED = re.compile("(?<![^\\W_])[⁰¹²³⁴-⁹]+")
_RAISED_SIGNS = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_LETTER = r"[^\W\d_]"
_FIGURES = re.compile(rf"(?<={_LETTER})[0-9@$|]+(?={_LETTER})")
_AS_LETTERS = dict(zip("01@$|", "oIasI", strict=True))
_AS_LATIN = str.maketrans(_AS_LETTERS | dict(zip("345678", "easbtb", strict=True)))
_AS_CYRILLIC = str.maketrans(_AS_LETTERS | dict(zip("3469", "зчбд", strict=True)))
_PIECED = re.compile(rf"(?<={_LETTER})[-*_~`·•‧./\\|]+(?={_LETTER})")
_SPELLED = re.compile(rf"(?<!\w){_LETTER}(?: {_LETTER}){{3,}}(?!\w)")
_BROKEN = re.compile(rf"(?<={_LETTER})[-*_~]*[ \t]*\n\s*(?={_LETTER})")


def canonical(text: str) -> str:
    """Return the form that is stored and shown: composed, nothing invisible, single spaces, trimmed."""
    seen = _visible(_BREAKS.sub(" ", text))
    spaced = "".join(" " if unicodedata.category(sign) == "Cc" else sign for sign in seen)
    return unicodedata.normalize("NFC", " ".join(spaced.split()))


def with_plain_line_ends(text: str) -> str:
    """Return the text with line ends of one sign; browsers send two."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def shown(text: str, *, longest: int | None = None) -> str:
    """Return the canonical form of a text that has to show something. Raises ValueError if it does not.

    Also if it is longer than the column then: composing makes a few signs longer.
    """
    found = canonical(text)
    if not found:
        raise ValueError("must not be blank: this shows nothing")
    if longest is not None and len(found) > longest:
        raise ValueError(f"must have at most {longest} characters")
    return found


@lru_cache(maxsize=8192)
def comparable(text: str) -> str:
    """Return what two names are the same by: case, look-alike letters, stress, kinds of signs do not count.

    Equal letters make names equal, equal sounds do not: `Aннa` is `Анна`, `Anna` is not.
    """
    seen = "".join(sign for sign in canonical(text) if sign not in _JOINER + _VARIATIONS)
    # The signs first: NFKC would take a spacing accent apart into a space and a combining one.
    plain = unicodedata.normalize("NFKC", _plain(seen.translate(_ALL_SIGNS))).translate(_ALL_SIGNS)
    looked = WORD.sub(lambda found: _as_it_looks(found[0]), drop_marks(plain))
    folded = drop_marks(unicodedata.normalize("NFKC", looked.casefold()))
    alike = WORD.sub(lambda found: letters.without_strangers(found[0]), folded)
    return canonical(_TYPED_APOSTROPHE.sub("'", alike).translate(letters.SKELETON))


def readable(text: str) -> str:
    """Return the text as a reader takes it: composed, nothing invisible, each word in one script.

    Line breaks and the number of spaces stay. A word that mixes Latin and Cyrillic letters gets the script of
    those that have no double in the other (`вiвторок`); a lone letter among Cyrillic words follows them
    (`o 15:00`, `i`).
    """
    if text.isascii() and "\x7f" not in text and text.isprintable():
        return text
    return _readable(text)


@lru_cache(maxsize=4096)
def _readable(text: str) -> str:
    seen = _SPACES.sub(" ", _visible(_BREAKS.sub("\n", text)))
    # Composed first: a letter's own mark must not stand between it and a raised figure.
    composed = drop_marks(unicodedata.normalize("NFC", _plain(unicodedata.normalize("NFC", seen))))
    letters_only = _ZERO.sub("о", composed)
    figures = _BETWEEN_FIGURES.sub(lambda found: found[0].translate(_ALL_SIGNS), letters_only)
    folded = _TYPED_APOSTROPHE.sub("'", figures) if letters.CYRILLIC.search(figures) else figures
    among_cyrillic = len(letters.CYRILLIC.findall(folded)) > len(letters.LATIN.findall(folded))
    return WORD.sub(lambda found: _one_script(found[0], among_cyrillic=among_cyrillic), folded)


@lru_cache(maxsize=4096)
def bare(text: str) -> str:
    """Return the form in which a text that may hide words meets lists of them: small letters without marks.

    Figures between letters are the letters they stand for. It is as long as the readable text. A pattern is
    brought into this form by `letters.bare_letters`.
    """
    spelled = WORD.sub(lambda found: letters.in_one_script(found[0]), _FIGURES.sub(_spell, readable(text)))
    small = "".join(low if len(low := sign.lower()) == 1 else sign for sign in spelled)
    return letters.bare_letters(small.translate(SIGNS))


def _spell(found: re.Match[str]) -> str:
    cyrillic = letters.CYRILLIC.match(found.string, found.start() - 1)
    return found[0].translate(_AS_CYRILLIC if cyrillic else _AS_LATIN)


def rejoined(text: str) -> Iterator[str]:
    """Yield what else may be read where words are cut by signs, spaced out or broken at the end of a line."""
    whole = _SPELLED.sub(lambda found: found[0].replace(" ", ""), _PIECED.sub("", readable(text)))
    if whole != readable(text):
        yield whole
    for found in _BROKEN.finditer(whole):
        first = whole.rfind("\n", 0, found.start()) + 1
        last = whole.find("\n", found.end())
        yield whole[first : found.start()] + whole[found.end() : last if last >= 0 else None]


def _visible(text: str) -> str:
    """Drop what cannot be seen; what holds an emoji together stays."""
    if text.isascii():
        return text
    kept: list[str] = []
    for sign in _IGNORED.sub("", text):
        if sign in _VARIATIONS or sign == _JOINER or _TAGS[0] <= sign <= _TAGS[1]:
            if kept and _belongs_to_emoji(kept[-1]):
                kept.append(sign)
        elif unicodedata.category(sign) not in ("Cf", "Cs"):
            kept.append(sign)
    return _LOOSE_JOINER.sub("", "".join(kept))


def _belongs_to_emoji(sign: str) -> bool:
    return (
        unicodedata.category(sign) in ("So", "Sk")
        or sign in _VARIATIONS
        or sign in "‼⁉#*0123456789"
        or _TAGS[0] <= sign <= _TAGS[1]
    )


def _plain(text: str) -> str:
    """Return the text with ordinary letters and figures for fancy ones (𝐁, Ｂ, Ⓑ, ʙ, ⑨, ٩)."""
    if text.isascii():
        return text
    raised = _RAISED.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)
    return "".join(sign if sign.isascii() else _plain_sign(sign) for sign in raised)


@lru_cache(maxsize=4096)
def _plain_sign(sign: str) -> str:
    category = unicodedata.category(sign)
    if category in ("Nd", "No"):
        value = unicodedata.numeric(sign)
        return str(int(value)) if value.is_integer() and sign not in _RAISED_SIGNS else sign
    plain = unicodedata.normalize("NFKC", sign)
    plain = plain if len(plain) == 1 and plain.isalnum() else sign
    return letters.ODD.get(plain, letters.ODD.get(sign, plain))


def _as_it_looks(word: str) -> str:
    """Return a word in two cases with the letters of other alphabets as they look in theirs."""
    if word.isascii():
        return word
    if not (letters.LATIN.search(word) or letters.CYRILLIC.search(word)):
        return word.casefold().translate(letters.GREEK_FOLDED)
    plain = letters.without_strangers(word)
    if letters.CYRILLIC.search(plain) and letters.is_cyrillic(plain):
        return plain.translate(letters.IN_CYRILLIC_NAME)
    return plain


def _one_script(word: str, *, among_cyrillic: bool) -> str:
    if word.isascii():
        alone = len(word) == 1 and among_cyrillic
        return word.translate(letters.ALIKE_IN_CYRILLIC) if alone else word
    return letters.in_one_script(word)
