"""Templates keep to what the content security policy allows, and to the one way of escaping."""

from __future__ import annotations

import re

from tests.structure import tree

REFUSED = {
    "a script in the page": re.compile(r"<script(?![^>]*(?:\bsrc=|application/json))", re.IGNORECASE),
    "a stylesheet in the page": re.compile(r"<style\b", re.IGNORECASE),
    "a handler in an attribute": re.compile(r"\s(?:on[a-z]+|hx-on[:\w-]*)\s*=\s*[\"']", re.IGNORECASE),
    "an address that is code": re.compile(r"javascript:", re.IGNORECASE),
    "a style that is more than a number": re.compile(r"\bstyle=\"(?!--)", re.IGNORECASE),
    "text that is not escaped": re.compile(r"\|\s*safe\b|autoescape\s+false"),
    "an address of somebody else": re.compile(r"(?:src|href|action)=\"https?://", re.IGNORECASE),
}
EXEMPT: dict[str, str] = {
    "core/notify/templates/notify/mail.html: a style that is more than a number":
        "a mail has no stylesheet of the site, and Outlook reads inline styles alone",
    "core/notify/templates/notify/mail.html: a stylesheet in the page":
        "the rules for dark mode can stand nowhere else in a mail",
}


def test_templates_hold_to_the_security_policy() -> None:
    """What the browser would refuse, or should have, is not written in the first place."""
    found = {}
    for path in tree.templates():
        content = re.sub(r"\{#.*?#\}", lambda m: "\n" * m.group().count("\n"), tree.text(path), flags=re.DOTALL)
        for number, line in enumerate(content.splitlines(), 1):
            for what, pattern in REFUSED.items():
                if pattern.search(line):
                    found[f"{path}: {what}"] = f"(line {number})"
    tree.judge(found, EXEMPT)


def test_classes_are_our_own() -> None:
    """Every class begins with `hr-` (or `is-` for a state), so that a plugin's stylesheet cannot collide."""
    found = {}
    for path in tree.templates():
        for number, line in enumerate(tree.text(path).splitlines(), 1):
            for names in re.findall(r"\bclass=\"([^\"]*)\"", line):
                plain = re.sub(r"\{\{.*?\}\}|\{%.*?%\}", " ", names)
                strange = [name for name in plain.split() if not name.startswith(("hr-", "is-", "htmx-"))]
                if strange and "{" not in " ".join(strange) and "}" not in " ".join(strange):
                    found[f"{path}: {' '.join(strange)}"] = f"(line {number})"
    tree.judge(found, {})
