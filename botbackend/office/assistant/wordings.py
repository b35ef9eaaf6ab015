"""Pages of the texts that code says: cards, receipts, refusals, menus; per language."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ai.salon.wordings import Text, WordingChanged, WordingRefused, return_to_shipped, save_wording, texts_in
from ai.wording.defaults import LANGUAGES, texts_of
from ai.wording.placeholders import OPTIONAL, PlaceholderError, check_placeholders, placeholders
from ai.wording.voice import known_language
from botbackend.lib.text import with_plain_line_ends
from botbackend.office import answers
from botbackend.office.assistant.examples import example_values, filled
from botbackend.office.assistant.forms import WordingForm
from botbackend.office.assistant.titles import Title, placeholder_title, title_of
from botbackend.office.desk import OWNERS, OfficeRequest, office_page

_CHANGED = "assistant-changed"
NAMES = {"uk": "Українська", "ru": "Русский", "en": "English", "pl": "Polski"}
# A text belongs to the first group of which it has a beginning.
_GROUPS: tuple[tuple[Promise, tuple[str, ...]], ...] = (
    (
        gettext_lazy("Cards and receipts"),
        ("card_", "receipt_", "told_", "visit_line", "note_", "total_", "guest_"),
    ),
    (gettext_lazy("When something is not possible"), ("refused_", "no_times", "no_alternatives")),
    (gettext_lazy("Asking back"), ("question_",)),
    (
        gettext_lazy("Menus without a model"),
        ("menu", "ask_", "any_", "more_", "all_", "nothing_", "offer_"),
    ),
    (gettext_lazy("Prices, hours and free times"), ("price_", "hours", "slot", "alternatives", "no_address")),
    (gettext_lazy("Greetings and the rest"), ("",)),
)


@dataclass(frozen=True)
class Group:
    """Texts that belong together, each with what it is called."""

    title: Promise
    texts: list[tuple[Title, Text]]


def _grouped(texts: list[Text]) -> Iterator[Group]:
    left = list(texts)
    for title, beginnings in _GROUPS:
        found = [text for text in left if text.key.startswith(beginnings)]
        left = [text for text in left if text not in found]
        yield Group(title, [(title_of(text.key), text) for text in found])


@require_GET
@office_page()
def wordings(request: OfficeRequest) -> HttpResponse:
    """Lead to the texts in the salon's own language."""
    salon = request.desk.salon
    where = [salon.slug, known_language(salon.language)]
    return HttpResponseRedirect(reverse("office:assistant-wordings-in", args=where))


@require_GET
@office_page()
def in_language(request: OfficeRequest, language: str) -> HttpResponse:
    """Every text of a language; htmx asks for the list alone after a change."""
    texts = _texts(request, language)
    context: dict[str, Any] = {
        "language": language,
        "languages": NAMES.items(),
        "groups": list(_grouped(texts)),
        "misfits": {text.key for text in texts if text.own and _mistakes(language, text.key, text.own)},
        "tab": "wordings",
    }
    if request.headers.get("HX-Request"):
        return answers.part(request, "office/assistant/wording_list.html", **context)
    return answers.page(request, "office/assistant/wordings.html", room="assistant", **context)


def _texts(request: OfficeRequest, language: str) -> list[Text]:
    if language not in LANGUAGES:
        raise Http404
    return texts_in(project=request.desk.salon, language=language)


def _text(request: OfficeRequest, language: str, key: str) -> Text:
    found = next((text for text in _texts(request, language) if text.key == key), None)
    if found is None:
        raise Http404
    return found


@require_http_methods(["GET", "POST"])
@office_page()
def wording(request: OfficeRequest, language: str, text: str) -> HttpResponse:
    """One text: the shipped one, the salon's own, its placeholders, and how it reads."""
    found = _text(request, language, text)
    if request.method == "POST":
        request.desk.require_owner()
        return _save(request, language, found)
    return _panel(request, language, found, WordingForm(initial={"text": found.in_force}))


def _save(request: OfficeRequest, language: str, text: Text) -> HttpResponse:
    form = WordingForm(request.POST)
    if not form.is_valid():
        return _panel(request, language, text, form, status=answers.REFUSED)
    wanted, seen = form.cleaned_data["text"], request.POST.get("seen", "")
    salon = request.desk.salon
    try:
        save_wording(project=salon, language=language, key=text.key, text=wanted, seen=seen)
    except WordingChanged:
        form.add_error("text", _("Somebody else changed this meanwhile. Saving again keeps your text."))
        return _panel(request, language, text, form, status=answers.CONFLICT)
    except WordingRefused:
        for mistake in _mistakes(language, text.key, wanted):
            form.add_error("text", mistake)
        return _panel(request, language, text, form, status=answers.REFUSED)
    return answers.done(_("Saved. Clients read your words from now on."), changed=_CHANGED)


def _panel(
    request: OfficeRequest, language: str, text: Text, form: WordingForm, *, status: int = 200
) -> HttpResponse:
    values = example_values(request.desk.salon, language)
    typed = form["text"].value() or ""
    names = sorted(placeholders(text.shipped))
    return answers.part(
        request,
        "office/assistant/wording.html",
        status=status,
        language=language,
        text=text,
        form=form,
        title=title_of(text.key),
        names=[(name, placeholder_title(name), values.get(name, ""), name in OPTIONAL) for name in names],
        preview=filled(typed, values) if not _mistakes(language, text.key, typed) else "",
    )


@require_POST
@office_page(OWNERS)
def preview(request: OfficeRequest, language: str, text: str) -> HttpResponse:
    """How the typed text would read, or what is wrong with it. Saves nothing."""
    _text(request, language, text)
    typed = with_plain_line_ends(request.POST.get("text", "")).strip()
    mistakes = _mistakes(language, text, typed)
    shown = "" if mistakes else filled(typed, example_values(request.desk.salon, language))
    return answers.part(request, "office/assistant/preview.html", preview=shown, mistakes=mistakes)


@require_POST
@office_page(OWNERS)
def shipped(request: OfficeRequest, language: str, text: str) -> HttpResponse:
    """Let the shipped text hold again."""
    _text(request, language, text)
    return_to_shipped(project=request.desk.salon, language=language, key=text)
    return answers.done(_("The shipped text holds again."), changed=_CHANGED)


def _mistakes(language: str, key: str, text: str) -> list[str]:
    """Name what is wrong with a text, in the person's language."""
    if not text.strip():
        return [_("The text is empty.")]
    try:
        used = placeholders(text)
        check_placeholders(key=key, language=language, text=text)
    except PlaceholderError as error:
        if not error.fields:
            return [_("A brace stands alone, or holds more than a name. A placeholder looks like {lines}.")]
        return _misplaced(_shipped_names(language, key), used)
    return []


def _misplaced(known: set[str], used: set[str]) -> list[str]:
    said = [_("There is no placeholder {%(name)s} here.") % {"name": name} for name in sorted(used - known)]
    needed = _("{%(name)s} is missing: without it the client would not learn what the text is for.")
    return said + [needed % {"name": name} for name in sorted(known - used - OPTIONAL)]


def _shipped_names(language: str, key: str) -> set[str]:
    return placeholders(texts_of(language).texts[key])
