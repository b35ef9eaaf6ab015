"""By what a client is found: keyed hashes of beginnings of the words of a name, and of pieces of a phone.

The database holds no clear text, so a search for a part needs a key for every part that may be asked for.
What they give away to somebody who holds a copy of the table, but not SECRET_KEY: which clients of one salon
share beginnings of a name or pieces of a phone at one place, and how many do. Frequent names can be guessed
from that, and who is of one family. A phone's figures cannot be put together, as every place of the number
has hashes of its own; a guess cannot be tested; and rows of two salons have nothing in common, as each salon
has keys of its own. That is accepted: without it nobody at the desk finds a client by half a name, and
whoever has the table and the key could open the names themselves.
"""

import re
from collections.abc import Callable

from botbackend.lib.crypto import number_digester
from botbackend.lib.text import comparable

LONGEST_BEGINNING = 12  # letters; longer ones are told apart by the clear text
PIECE = 4
MOST_FIGURES = 15  # of an E.164 number
_WORD = re.compile(r"[^\W_]+")


def search_keys(*, project_id: int, name: str, phone: str) -> list[int]:
    """Return the keys of a client as they are stored, in order."""
    return sorted({*_keys_of_name(project_id, name), *_keys_of_phone(project_id, phone)})


def words_of(text: str) -> list[str]:
    """Return the words by whose beginnings a text is found, in the form in which they are compared."""
    plain = comparable(text)
    return _WORD.findall(plain.replace("'", "")) or plain.split()


def figures_of(phone: str) -> str:
    """Return the figures of a phone by which it is found."""
    return "".join(sign for sign in phone if sign.isascii() and sign.isdigit())[-MOST_FIGURES:]


def keys_of_beginnings(project_id: int, beginnings: list[str]) -> list[int]:
    """Return a key for each beginning of a word; a client whose words begin so has them all."""
    digest = number_digester(f"client.search:{project_id}")
    return [digest(f"name\x00{text[:LONGEST_BEGINNING]}") for text in beginnings]


def keys_of_piece(project_id: int, piece: str) -> list[int]:
    """Return the keys of four figures for every place in a number; a number with them has one of these."""
    digest = number_digester(f"client.search:{project_id}")
    return [_key_of_piece(digest, behind, piece) for behind in range(MOST_FIGURES - PIECE + 1)]


def _keys_of_name(project_id: int, name: str) -> list[int]:
    words = words_of(name)
    return keys_of_beginnings(
        project_id, [word[:length] for word in words for length in range(1, LONGEST_BEGINNING + 1)]
    )


def _keys_of_phone(project_id: int, phone: str) -> list[int]:
    figures = figures_of(phone)
    digest = number_digester(f"client.search:{project_id}")
    last = len(figures) - PIECE
    return [_key_of_piece(digest, last - at, figures[at : at + PIECE]) for at in range(last + 1)]


def _key_of_piece(digest: Callable[[str], int], behind: int, piece: str) -> int:
    """Return the key of four figures by how many stand behind them: country codes differ in length."""
    return digest(f"phone\x00{behind}\x00{piece}")
