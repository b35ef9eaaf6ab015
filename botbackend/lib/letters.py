"""Which letters look alike in Latin, Cyrillic and what is mixed into them, and a letter without marks.

Where the rules come from: confusables.txt of UTS #39, as far as the keyboards of the clients' languages and
of their neighbours have the letters, and those that people and models are known to hide words with; the names
of the Unicode character database for small capitals and for letters with a stroke, a hook or a descender.
"""

import re
import unicodedata
from contextlib import suppress
from functools import lru_cache

# Cyrillic letter -> the Latin one that looks the same when both are small; capitals follow.
_SMALL_ALIKE = dict(zip("асеіјкорѕхуԛԝһӏԁѵїё", "aceijkopsxyqwhldvïë", strict=True))
# These look alike as capitals only: В and B, but в and b.
_CAPITAL_ALIKE = dict(zip("ВМНТ", "BMHT", strict=True))
CYRILLIC_TO_LATIN = {
    **_SMALL_ALIKE,
    **{one.upper(): other.upper() for one, other in _SMALL_ALIKE.items()},
    **_CAPITAL_ALIKE,
}
# Not in the alphabets of the clients' languages: in a word of theirs they are no Cyrillic letters.
_STRANGE_CYRILLIC = "ѕјԛԝһӏԁѵЅЈԚԜҺӀԀѴ"
LATIN_TO_CYRILLIC = {
    latin: cyrillic for cyrillic, latin in CYRILLIC_TO_LATIN.items() if cyrillic not in _STRANGE_CYRILLIC
}
# The Latin letters without a double: in a Cyrillic word they stand for what they sound like (четвеr, τак).
_SOUNDS = dict(zip("bdfghjlmnrstuvwz", "бдфгхйімнрстуввз", strict=True))

# As they look in the case they are written in: Ν is N, ν is v.
_GREEK_SMALL = dict(zip("αορσιίϊντυκεχγη", "aopoiiïvtukexyn", strict=True))
_GREEK_CAPITAL = dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧΓΠΦΛ", "ABEZHIKMNOPTYXГПФЛ", strict=True))
# A word all in Greek is a word in two cases.
GREEK_FOLDED = str.maketrans(
    _GREEK_SMALL | {one.lower(): other.lower() for one, other in _GREEK_CAPITAL.items()}
)
_ARMENIAN = dict(zip("օսհոցզՕՍՏ", "ouhngqOUS", strict=True))
_CHEROKEE = dict(zip("ᎪᏴᏟᎠᎬᏀᎻᎫᏦᏞᎷᏢᏚᎢᏙᎳᎩᏃ", "ABCDEGHJKLMPSTVWYZ", strict=True))
# Letters of other alphabets; a word that has no Latin and no Cyrillic letter is one of its own language.
OTHERS = str.maketrans(_GREEK_SMALL | _GREEK_CAPITAL | _ARMENIAN | _CHEROKEE)


def _small_capitals() -> dict[str, str]:
    """The small capitals of phonetic writing: they look like the capitals."""
    found = {}
    for code in (*range(0x250, 0x2B0), *range(0x1D00, 0x1D80), *range(0xA730, 0xA800)):
        name = unicodedata.name(chr(code), "")
        letter = name.removeprefix("LATIN LETTER SMALL CAPITAL ")
        if letter != name and len(letter) == 1:
            found[chr(code)] = letter
    return found


# Letters that no language of a client writes: they always stand for what they look like.
ODD = {
    **_small_capitals(),
    **dict(zip("ɑɡıȷƅĸɩʋᴎᴙᴦᴧᴨᴫϲϳϰ", "agijbkivИЯГЛПЛcjk", strict=True)),
}

TO_LATIN = str.maketrans(CYRILLIC_TO_LATIN)
TO_CYRILLIC = str.maketrans(
    _SOUNDS | {one.upper(): other.upper() for one, other in _SOUNDS.items()} | LATIN_TO_CYRILLIC
)
STRESSED = str.maketrans("áéíóúýàèìòùѐѝÁÉÍÓÚÝÀÈÌÒÙЀЍ", "aeiouyaeiouеиAEIOUYAEIOUЕИ")
# A name keeps its letters, but a Latin l among Cyrillic ones is the capital І of many fonts.
IN_CYRILLIC_NAME = STRESSED | str.maketrans("l", "і")
ALIKE_IN_CYRILLIC = str.maketrans(LATIN_TO_CYRILLIC)
STRANGE_TO_LATIN = str.maketrans({one: CYRILLIC_TO_LATIN[one] for one in _STRANGE_CYRILLIC})
# For comparing there is one case, so letters that look alike in either case are one.
SKELETON = str.maketrans(
    {one.lower(): other.lower() for one, other in CYRILLIC_TO_LATIN.items()} | {"ё": "e", "ë": "e"}
)

LATIN = re.compile("[A-Za-z\u00aa-\u024f\u1e00-\u1eff]")
CYRILLIC = re.compile("[\u0400-\u052f]")
WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")
# Marks of no language's own: accents, strokes through a letter, what is piled upon it. What belongs to a
# letter of the clients' languages makes one sign with it (й, ї, ś) and is none of these.
MARKS = re.compile(
    "[\u0300-\u036f\u0483-\u0487\u1ab0-\u1abd\u1dc0-\u1dff\u20d0-\u20dc\u20e1\u20e5-\u20f0\ufe20-\ufe2f]"
)
_STRESSED_CYRILLIC = str.maketrans("ѐѝЀЍ", "еиЕИ")


def drop_marks(text: str) -> str:
    """Drop marks that make no letter of its own with what they stand on; the text is composed."""
    return MARKS.sub("", text).translate(_STRESSED_CYRILLIC)


def is_cyrillic(word: str) -> bool:
    """Tell whether a word that mixes Latin and Cyrillic letters is a Cyrillic one.

    The letters that have no double in the other script decide, then the number of letters.
    """
    latin, cyrillic = LATIN.findall(word), CYRILLIC.findall(word)
    own_latin = sum(letter.translate(STRESSED) not in LATIN_TO_CYRILLIC for letter in latin)
    own_cyrillic = sum(letter not in CYRILLIC_TO_LATIN for letter in cyrillic)
    return (own_cyrillic, len(cyrillic)) >= (own_latin, len(latin))


def without_strangers(word: str) -> str:
    """Return a word with letters of other alphabets, if it has some of ours, as those they look like."""
    if word.isascii() or not (LATIN.search(word) or CYRILLIC.search(word)):
        return word
    # ѕ is as strange in a Cyrillic word as a Latin s.
    return word.translate(OTHERS).translate(STRANGE_TO_LATIN)


def in_one_script(word: str) -> str:
    """Return a word in Latin or in Cyrillic letters only, as a reader takes it."""
    plain = without_strangers(word)
    if not (LATIN.search(plain) and CYRILLIC.search(plain)):
        return plain
    if not is_cyrillic(plain):
        return plain.translate(TO_LATIN)
    return plain.translate(STRESSED).translate(TO_CYRILLIC)


@lru_cache(maxsize=4096)
def _bare(sign: str) -> str:
    plain = unicodedata.normalize("NFKD", sign)[:1]
    name = unicodedata.name(plain, "")
    letter, _, mark = name.partition(" WITH ")
    if mark and "LETTER" in letter:
        with suppress(KeyError):
            plain = unicodedata.lookup(letter)
    return {"l": "i", "L": "I", "є": "е"}.get(plain, plain)


def bare_letters(text: str) -> str:
    """Return each letter without its marks, and l, which is I in many fonts, as i; the length stays."""
    return "".join(sign if sign.isascii() and sign not in "lL" else _bare(sign) for sign in text)
