"""What any honest reader takes for a fact that a file words otherwise; nothing here knows a conversation."""

from botbackend.workshop.evaluation.playing.conversation import Said
from botbackend.workshop.evaluation.playing.words import has_any

# Each line is one thing said in the four languages: whoever looks for one of its words may find any other.
_ALIKE = (
    (
        *("taken", "not free", "isn't free", "not available", "nothing is free", "nothing free"),
        *("зайнят", "зайнял", "вільного часу немає", "немає вільн", "вже немає"),
        *("занят", "нет свободн", "свободного времени нет", "уже нет"),
        *("zajęt", "nie ma woln", "nie ma już", "nic wolnego"),
    ),
    (
        *("colleague", "колег", "колез", "відповід", "відповіс", "зв'яж", "коллег", "ответ", "свяж"),
        *("koleżan", "koledze", "odpowie", "odezw"),
    ),
)  # fmt: skip
_PRICE = 3  # figures
_NONE_OF = "there is none"
_ONLY = ["only", "лише", "тільки", "только", "tylko"]
_SAME_HOUR = [
    *("same hour", "same time", "тій самій годині", "той самий час", "цій годині", "цей час"),
    *("то же время", "тот же час", "это же время", "это время", "tej samej", "tej godzinie"),
]


def tells(said: Said, text: str, told: str = "") -> bool:
    """Say whether a reply tells a fact. A price counts too that was `told` just before."""
    if has_any(text, said.says) or (said.fact.startswith(_NONE_OF) and has_any(text, _ONLY)):
        return True
    alike = [part for line in _ALIKE if set(line) & set(said.says) for part in line]
    figures = [part for part in said.says if part.isdigit() and len(part) >= _PRICE]
    return has_any(text, alike) or has_any(told, figures)


def says_same_hour(text: str) -> bool:
    """Say whether days are offered at the hour that was asked for, which need not be told again."""
    return has_any(text, _SAME_HOUR)
