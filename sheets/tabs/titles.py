"""What a tab is called: the specialist's name as spreadsheets take it, until the salon calls it otherwise.

Only a title that we gave is ever replaced. One counts as given by us if we wrote it, or if it reads as we
would have it, whoever typed it; any other is the salon's own and stays, whatever the specialist is called.
"""

from collections.abc import Collection, Mapping, Sequence

from bookings.models import Specialist
from botbackend.lib.text import comparable
from sheets.models import SheetTab
from sheets.rows.moments import clean

LONGEST = 90
FORBIDDEN = str.maketrans(dict.fromkeys("[]*?/\\:", " "))
_LEFT = {"uk": "не працює", "ru": "не работает", "en": "left", "pl": "nie pracuje"}


def names_for(specialist: Specialist, *, left: str = "") -> tuple[str, ...]:
    """Return the titles that the tab may bear, the best first; `left` is the language of a departed one's."""
    mark = f" ({_LEFT.get(left, _LEFT['en'])})" if left else ""
    name = clean(specialist.name.translate(FORBIDDEN))[: LONGEST - len(mark)].strip()
    name = name or f"specialist {specialist.pk}"
    return tuple(f"{text}{mark}" for text in (name, f"{name} {specialist.pk}", f"{name} ({specialist.pk})"))


def free_name(names: Sequence[str], taken: Collection[str]) -> str:
    """Return the first that no other tab bears; `taken` are titles made comparable."""
    return next((name for name in names if comparable(name) not in taken), names[-1])


def learn_title(tab: SheetTab, title: str, language: str) -> None:
    """Note what the tab is called by now, and whether that is as we would have it."""
    tab.title = title
    if title in names_for(tab.specialist) or title in names_for(tab.specialist, left=language):
        tab.given_title = title


def new_titles(
    tabs: Collection[SheetTab], names: Mapping[int, Sequence[str]], others: Collection[str]
) -> dict[int, str]:
    """Return {sheet id: title} of those that are to be called otherwise; `names` are what fits each.

    `others` are titles of tabs that are not ours, as far as they are known.
    """
    changed = [tab.sheet_id for tab in tabs if _is_out_of_date(tab, names[tab.sheet_id])]
    taken = {comparable(tab.title) for tab in tabs if tab.sheet_id not in changed}
    taken |= {*map(comparable, others)}
    titles: dict[int, str] = {}
    for sheet_id in changed:
        titles[sheet_id] = free_name(names[sheet_id], taken)
        taken.add(comparable(titles[sheet_id]))
    return titles


def _is_out_of_date(tab: SheetTab, fitting: Sequence[str]) -> bool:
    if tab.title in fitting:
        return False
    if tab.title == tab.given_title:
        return True
    # Staff write the same in their own way, or a longer while ago it was ours in another case.
    same = comparable(tab.title)
    return same == comparable(tab.given_title) and same not in map(comparable, fitting)
