"""The one form of a text: how it is stored, by what it is compared, and how it is read.

`canonical` is what is stored and shown, `comparable` is what two names are equal by, `readable` is what word
lists are matched against. All three are idempotent. Where the rules come from:

- NFC as the stored form, case folding, and leaving out what cannot be seen: Unicode 17 §3.13 (D147,
  toNFKC_Casefold) and the property Default_Ignorable_Code_Point of DerivedCoreProperties.txt.
- Joiners stay between emojis and variation signs behind one: UTS #51 §2.3 and §1.4.5.
- Letters that look alike in Latin, Cyrillic and Greek: confusables.txt of UTS #39, as far as the keyboards of
  the clients' languages and of their neighbours have them.
- ё is е in ordinary Russian spelling: Правила русской орфографии 1956, §10.
- Apostrophes, dashes, quotes: what phones and spreadsheets put in their place (UAX #29, Single_Quote).
"""

import re
import unicodedata
from functools import lru_cache

_JOINER = "\u200d"
_VARIATIONS = "\ufe0e\ufe0f"
_TAGS = ("\U000e0020", "\U000e007f")  # spell the region of a flag
# Invisible, though their category does not say so: joiners of graphemes, fillers, variation selectors.
_IGNORED = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0d\uffa0\U000e0100-\U000e01ef]"
)
_SPACES = re.compile(r"[^\S\n]")
_BREAKS = re.compile("\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")

_APOSTROPHES = "'’ʼ`´‘‛′‵ʹʽ＇ˈ׳ꞌ"
_DASHES = "-–—−‐‑‒―﹣－"
_COLONS = ":∶ː꞉"
_QUOTES = '"«»„“”‟″＂'
_SIGNS = str.maketrans(
    {
        **dict.fromkeys(_APOSTROPHES, "'"),
        **dict.fromkeys(_DASHES, "-"),
        **dict.fromkeys(_COLONS, ":"),
        **dict.fromkeys(_QUOTES, '"'),
    }
)
# A double quote or a star between two letters stands for the apostrophe that the keyboard hides.
_TYPED_APOSTROPHE = re.compile(f"(?<=[^\\W\\d_])(?:[{_QUOTES}*]|'')(?=[^\\W\\d_])")

# Cyrillic letter -> the Latin one that looks the same when both are small; capitals follow.
_SMALL_ALIKE = dict(zip("асеіјкорѕхуԛԝһӏїё", "aceijkopsxyqwhlïë", strict=True))
# These look alike as capitals only: В and B, but в and b.
_CAPITAL_ALIKE = dict(zip("ВМНТ", "BMHT", strict=True))
_GREEK = dict(zip("αοριϊντυκεχΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "aopiïvtukexABEZHIKMNOPTYX", strict=True))
_CYRILLIC_TO_LATIN = {
    **_SMALL_ALIKE,
    **{one.upper(): other.upper() for one, other in _SMALL_ALIKE.items()},
    **_CAPITAL_ALIKE,
}
# The alphabets of the clients' languages lack ѕ ј ԛ ԝ һ ӏ: no Latin letter is taken for one of those.
_LATIN_TO_CYRILLIC = {
    latin: cyrillic for cyrillic, latin in _CYRILLIC_TO_LATIN.items() if cyrillic.lower() not in "ѕјԛԝһӏ"
}
_TO_LATIN = str.maketrans(_CYRILLIC_TO_LATIN | _GREEK)
_TO_CYRILLIC = str.maketrans(
    _LATIN_TO_CYRILLIC | {greek: _LATIN_TO_CYRILLIC.get(latin, latin) for greek, latin in _GREEK.items()}
)
# For comparing there is one case, so letters that look alike in either case are one.
_SKELETON = str.maketrans(
    {one.lower(): other.lower() for one, other in (_CYRILLIC_TO_LATIN | _GREEK).items()}
    | {"ё": "e", "ë": "e"}
)
_LATIN = re.compile("[A-Za-z\u00aa-\u024f\u1e00-\u1eff]")
_CYRILLIC = re.compile("[\u0400-\u052f]")
_GREEK_LETTER = re.compile("[\u0370-\u03ff]")
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")


def canonical(text: str) -> str:
    """Return the form that is stored and shown: composed, nothing invisible, single spaces, trimmed."""
    seen = _visible(_BREAKS.sub(" ", text))
    spaced = "".join(" " if unicodedata.category(sign) == "Cc" else sign for sign in seen)
    return unicodedata.normalize("NFC", " ".join(spaced.split()))


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
    """Return what two names are the same by: case, look-alike letters, kinds of signs do not count.

    Equal letters make names equal, equal sounds do not: `Aннa` is `Анна`, `Anna` is not.
    """
    seen = "".join(sign for sign in canonical(text) if sign not in _JOINER + _VARIATIONS)
    # The signs first: NFKC would take a spacing accent apart into a space and a combining one.
    plain = unicodedata.normalize("NFKC", seen.translate(_SIGNS)).translate(_SIGNS)
    folded = unicodedata.normalize("NFKC", plain.casefold())
    return canonical(_TYPED_APOSTROPHE.sub("'", folded).translate(_SKELETON))


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
    composed = unicodedata.normalize("NFC", "".join(map(_plain_letter, seen)))
    folded = _TYPED_APOSTROPHE.sub("'", composed) if _CYRILLIC.search(composed) else composed
    is_cyrillic = len(_CYRILLIC.findall(folded)) > len(_LATIN.findall(folded))
    return _WORD.sub(lambda found: _one_script(found[0], among_cyrillic=is_cyrillic), folded)


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
    while kept and kept[-1] == _JOINER:
        kept.pop()
    return "".join(kept)


def _belongs_to_emoji(sign: str) -> bool:
    return (
        unicodedata.category(sign) in ("So", "Sk")
        or sign in _VARIATIONS
        or sign in "‼⁉#*0123456789"
        or _TAGS[0] <= sign <= _TAGS[1]
    )


def _plain_letter(sign: str) -> str:
    """Return the ordinary letter or digit of a fancy one (𝐁, Ｂ, Ⓑ); raised digits mean something."""
    if sign.isascii() or unicodedata.category(sign) == "No":
        return sign
    plain = unicodedata.normalize("NFKC", sign)
    return plain if len(plain) == 1 and plain.isalnum() else sign


def _one_script(word: str, *, among_cyrillic: bool) -> str:
    if word.isascii():
        alone = len(word) == 1 and among_cyrillic
        return word.translate(_TO_CYRILLIC) if alone else word
    latin, cyrillic = _LATIN.findall(word), _CYRILLIC.findall(word)
    if not _GREEK_LETTER.search(word) and not (latin and cyrillic):
        return word
    if not latin and not cyrillic:
        return word  # a Greek word
    own_latin = sum(letter not in _LATIN_TO_CYRILLIC for letter in latin)
    own_cyrillic = sum(letter not in _CYRILLIC_TO_LATIN for letter in cyrillic)
    is_cyrillic = (own_cyrillic, len(cyrillic)) >= (own_latin, len(latin))
    return word.translate(_TO_CYRILLIC if is_cyrillic else _TO_LATIN)
