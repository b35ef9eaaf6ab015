"""What pages load: the styles of a panel come with the frame of every page, and signs need no font."""

import re
from pathlib import Path

import pytest

OFFICE = Path(__file__).resolve().parents[1]
STATIC, TEMPLATES = OFFICE / "static" / "office", OFFICE / "templates" / "office"
FRAME = (TEMPLATES / "document.html", TEMPLATES / "base.html")
FOREIGN = re.compile("[\u25a0-\u2bff\U0001f000-\U0001faff]")  # shapes, dingbats, pictures


def parts_of(template: Path) -> set[Path]:
    """A template with all that it includes."""
    names = re.findall(r'include "(office/[^"]+)"', template.read_text())
    found = {TEMPLATES.parent / name for name in names}
    return {template}.union(*(parts_of(one) for one in found))


def classes_in(template: Path) -> set[str]:
    text = re.sub(r"{%.*?%}|{{.*?}}", " ", template.read_text())
    return {name for names in re.findall(r'class="([^"]*)"', text) for name in names.split()}


def styled_in(sheet: Path) -> set[str]:
    return set(re.findall(r"\.([a-z][\w-]*)", re.sub(r"{[^{}]*}", "{}", sheet.read_text())))


def test_every_style_of_the_calendars_panels_is_loaded_with_the_frame_of_every_page() -> None:
    panels = [
        one for one in (TEMPLATES / "calendar").glob("*.html") if "office/panel.html" in one.read_text()
    ]
    assert len(panels) > 4
    used = {name for panel in panels for part in parts_of(panel) for name in classes_in(part)}
    used |= {"sign", "cal-others"}
    everywhere = {name for one in FRAME for name in re.findall(r"office/(\w+\.css)", one.read_text())}
    framed = {name for sheet in everywhere for name in styled_in(STATIC / sheet)}
    for sheet in STATIC.glob("*.css"):
        if sheet.name not in everywhere:
            elsewhere = (styled_in(sheet) & used) - framed
            assert not elsewhere, f"{sheet.name} styles {sorted(elsewhere)}, which panels in every room have"


@pytest.mark.parametrize("folder", [STATIC, TEMPLATES])
def test_no_sign_is_a_letter_that_a_machine_may_lack(folder: Path) -> None:
    files = [one for one in folder.rglob("*.*") if one.suffix in (".html", ".js", ".css")]
    own = [one for one in files if "vendor" not in one.parts]
    found = {one.name: FOREIGN.findall(one.read_text()) for one in own}
    assert {name: signs for name, signs in found.items() if signs} == {}
