"""The stylesheets and the templates agree: prefixed classes that exist, icons that exist, nothing inline."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "core" / "web" / "static"
PACKAGES = ("core", "attendance", "payroll", "plugins")
CLASS = re.compile(r"(?<![\w#/-])(hr-[a-z0-9]+(?:-[a-z0-9]+)*)(?![\w{-])")
"""A class written out in a template; what is completed by a value, as hr-av-{{ n }}, is left aside."""
FOREIGN = {"htmx-request"}
"""Classes that are not ours to name: htmx sets them."""


@cache
def sheet(name: str) -> str:
    """A stylesheet without its comments."""
    return re.sub(r"/\*.*?\*/", "", (STATIC / "css" / name).read_text(encoding="utf-8"), flags=re.S)


@cache
def defined() -> frozenset[str]:
    """Every class the stylesheets know."""
    return frozenset(
        name for path in (STATIC / "css").glob("*.css")
        for name in re.findall(r"\.(-?[a-zA-Z][\w-]*)(?=[^{}]*\{)", re.sub(r"url\([^)]*\)", "", sheet(path.name)))
    )


def templates() -> list[Path]:
    """Every template of a page."""
    return sorted(
        path for package in PACKAGES for path in (ROOT / package).rglob("templates/**/*.html")
        if "scaffold" not in path.parts and path.name != "mail.html"  # a mail carries its styles within itself
    )


def markup(path: Path) -> str:
    """A template without its comments."""
    return re.sub(r"\{#.*?#\}", "", path.read_text(encoding="utf-8"), flags=re.S)


def declarations(block: str) -> dict[str, str]:
    return dict(re.findall(r"(--[\w-]+|color-scheme):\s*([^;]+);", block))


def test_every_class_has_the_prefix() -> None:
    assert [name for name in defined() if not name.startswith("hr-") and name not in FOREIGN] == []


def test_dark_is_the_same_chosen_or_followed() -> None:
    """The two blocks of dark values in tokens.css are equal, and name every colour that light names."""
    chosen = re.search(r"\n\[data-bs-theme=dark\] \{(.*?)\}", sheet("tokens.css"), re.S)
    followed = re.search(r"\[data-bs-theme=auto\] \{(.*?)\}", sheet("tokens.css"), re.S)
    light = re.search(r":root \{(.*?)\}", sheet("tokens.css"), re.S)
    assert chosen
    assert followed
    assert light
    assert declarations(chosen[1]) == declarations(followed[1])
    colours = {name for name, value in declarations(light[1]).items() if "#" in value or "rgb" in value}
    assert colours == set(declarations(chosen[1])) - {"color-scheme"}


@pytest.mark.parametrize(("text", "ground"), [
    (text, ground) for text in ("ink", "ink-2", "ink-3", "accent-ink", "ok", "warn", "bad", "info")
    for ground in ("canvas", "surface")
] + [(kind, f"{kind}-soft") for kind in ("ok", "warn", "bad", "info", "plum")] + [
    ("accent-ink", "accent-soft"), ("on-accent", "accent"), ("ink-2", "sunken"), ("ink", "raised"),
])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_can_be_read(theme: str, text: str, ground: str) -> None:
    """Contrast of at least 4.5 to 1 (WCAG 2.2, 1.4.3) for each pair of tokens that meets on a page."""
    start = ":root {" if theme == "light" else "[data-bs-theme=dark] {"
    block = sheet("tokens.css").split(start, 1)[1].split("}", 1)[0]
    values = declarations(block)
    one, other = luminance(values[f"--{text}"]), luminance(values[f"--{ground}"])
    assert (max(one, other) + 0.05) / (min(one, other) + 0.05) >= 4.5


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    digits = colour.lstrip("#")
    if len(digits) == 3:
        digits = "".join(char * 2 for char in digits)
    channels = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_templates_use_classes_that_exist() -> None:
    unknown = {
        f"{path.relative_to(ROOT)}: {name}"
        for path in templates()
        for name in CLASS.findall(re.sub(r'id="[^"]*"', "", markup(path)))
        if name not in defined() and f'id="{name}"' not in everything()
    }
    assert unknown == set()


@cache
def everything() -> str:
    """All templates in one text, to find the ids they define."""
    return "".join(markup(path) for path in templates())


def test_templates_ask_for_icons_that_exist() -> None:
    held = set(re.findall(r'<symbol id="([a-z0-9-]+)"', (STATIC / "vendor" / "icons.svg").read_text(encoding="utf-8")))
    asked = {
        (str(path.relative_to(ROOT)), name)
        for path in templates()
        for name in re.findall(r"""(?:\bicon\(|icon_name=|"icon": )["']([a-z0-9-]+)["']""", markup(path))
    }
    assert len(asked) > 30
    assert {(path, name) for path, name in asked if name not in held} == set()


@pytest.mark.parametrize("path", templates(), ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_is_inline_that_the_policy_refuses(path: Path) -> None:
    """No script and no style element, no handler, no script URL; a style attribute only hands numbers to the sheet."""
    text = markup(path)
    assert not re.search(r"<style|\son[a-z]+=|javascript:|hx-on|hx-vals=.js:", text)
    assert all("src=" in tag or "application/json" in tag for tag in re.findall(r"<script[^>]*>", text))
    for style in re.findall(r'style="([^"]*)"', text):
        assert re.fullmatch(r"(--[a-z]+:(\{\{[^}]+\}\}|[\d.]+)(%|px)?;?)+", style), style
