"""Telegram's reading of HTML texts: which are refused, and what a page may show of them."""

from __future__ import annotations

import html
import re

TELEGRAM_TAGS = {"b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "a", "code", "pre", "blockquote"}
TELEGRAM_TAGS |= {"span", "tg-spoiler"}
_TAG = re.compile(r"<(/?)([a-zA-Z][\w-]*)([^<>]*)>")
_HREF = re.compile(r"""href\s*=\s*["'](https?://[^"'<>\s]+)["']""")
_SHOWN = {"b": "b", "strong": "b", "i": "i", "em": "i"}


def markup_error(text: str) -> str:
    """Why Telegram would refuse the text as HTML, or an empty string."""
    open_tags: list[str] = []
    for closing, tag, _ in _TAG.findall(text):
        name = tag.lower()
        if name not in TELEGRAM_TAGS:
            return f'Bad Request: can\'t parse entities: Unsupported start tag "{name}"'
        if not closing:
            open_tags.append(name)
        elif not open_tags or open_tags.pop() != name:
            return f'Bad Request: can\'t parse entities: Unexpected end tag "{name}"'
    if open_tags:
        return f"Bad Request: can't parse entities: Can't find end tag corresponding to \"{open_tags[-1]}\""
    if "<" in _TAG.sub("", text):
        return "Bad Request: can't parse entities: Unclosed start tag"
    return ""


def visible_length(text: str, *, is_html: bool) -> int:
    """The length that Telegram counts: after entities are parsed, in UTF-16 units."""
    shown = html.unescape(_TAG.sub("", text)) if is_html else text
    return len(shown.encode("utf-16-le")) // 2


def safe_html(text: str, *, is_html: bool) -> str:
    """HTML for a page: everything escaped, only b, i and links to http(s) addresses kept."""
    if not is_html:
        return html.escape(text)
    parts, position = [], 0
    for found in _TAG.finditer(text):
        parts.append(html.escape(html.unescape(text[position : found.start()])))
        parts.append(_shown_tag(found))
        position = found.end()
    parts.append(html.escape(html.unescape(text[position:])))
    return "".join(parts)


def _shown_tag(found: re.Match[str]) -> str:
    closing, name, attributes = found.group(1), found.group(2).lower(), found.group(3)
    if name in _SHOWN:
        return f"<{closing}{_SHOWN[name]}>"
    if name == "a":
        if closing:
            return "</a>"
        link = _HREF.search(attributes)
        address = html.escape(link.group(1)) if link else "#"
        return f'<a href="{address}" rel="noopener noreferrer" target="_blank">'
    return ""
