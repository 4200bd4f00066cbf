"""Both languages are complete, agree with each other and use the words of the glossary."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import yaml

from tests.structure import catalogues, tree

HAN = "\u3400-\u9fff"

COMPUTED: dict[str, str] = {}
"""File -> why the sentence it translates is not written at that place."""
FILLED_LATER = {"core/schemas/fields.py": "marshmallow fills in the values when it reports a fault"}
"""File -> who gives the parameters of sentences that are written there without any."""
OTHERWISE: dict[str, str] = {}
""""domain: English" -> why this Chinese sentence does without the word of the glossary."""


@cache
def glossary() -> dict[str, Any]:
    """Terms with their renderings, and refused words with the reason."""
    loaded: dict[str, Any] = yaml.safe_load((tree.ROOT / "tests/data/glossary.yaml").read_text(encoding="utf-8"))
    return loaded


def test_sentences_are_written_where_they_are_translated() -> None:
    """A msgid that is computed cannot be found by anybody who translates."""
    found = {use.where.rsplit(":", 1)[0]: use.where for use in catalogues.uses() if not use.msgid}
    tree.judge(found, COMPUTED)


def test_every_sentence_has_chinese() -> None:
    """The catalogue of the sentence's own domain translates it."""
    missing = {}
    for use in catalogues.uses():
        catalog = catalogues.chinese().get(use.domain)
        message = catalog.get(use.msgid) if catalog else None
        if use.msgid and (message is None or not message.string or message.fuzzy):
            missing[f"{use.domain}: {use.msgid}"] = f"({use.where})"
    tree.judge(missing, {})
    assert len(catalogues.uses()) > 100


def test_no_translation_is_stale() -> None:
    """A sentence nobody shows any more is taken out of the catalogue."""
    used = {(use.domain, use.msgid) for use in catalogues.uses()}
    stale = {
        f"{domain}: {english}": "is shown nowhere"
        for domain, english, _ in catalogues.translations()
        if (domain, english) not in used
    }
    for domain, catalog in catalogues.chinese().items():
        stale |= {f"{domain}: {message}": "is marked obsolete" for message in catalog.obsolete}
    tree.judge(stale, {})


def test_placeholders_agree() -> None:
    """Names in braces are the same in both languages and are given where the sentence is shown."""
    found = {}
    for domain, english, chinese in catalogues.translations():
        if catalogues.placeholders(english) != catalogues.placeholders(chinese):
            found[f"{domain}: {english}"] = f"-> {chinese}"
    later = set()
    for use in catalogues.uses():
        if use.given is not None and use.msgid and use.given != catalogues.placeholders(use.msgid):
            file = use.where.rsplit(":", 1)[0]
            if not use.given and file in FILLED_LATER:
                later.add(file)
            else:
                found[f"{use.domain}: {use.msgid}"] = f"is given {sorted(use.given)} ({use.where})"
    tree.judge(found, {})
    tree.judge(later, FILLED_LATER)


def test_chinese_uses_the_words_of_the_glossary() -> None:
    """One thing has one name, on every page and in every message."""
    terms = sorted(glossary()["terms"].items(), key=lambda item: -len(item[0]))
    patterns = [(re.compile(rf"\b{re.escape(term)}s?\b", re.IGNORECASE), words) for term, words in terms]
    found = {}
    for domain, english, chinese in catalogues.translations():
        rest = re.sub(r"\{[^}]*\}", "", english)
        for pattern, words in patterns:
            if pattern.search(rest):
                rest = pattern.sub(" ", rest)
                if not any(word in chinese for word in words):
                    found[f"{domain}: {english}"] = f"-> {chinese} (wanted {' or '.join(words)})"
    tree.judge(found, OTHERWISE)


def test_chinese_is_written_chinese() -> None:
    """No words of machines, no half-width punctuation between Chinese characters."""
    half_width = re.compile(rf"[{HAN}][,;?!]|[{HAN}]:(?!\S)|[{HAN}]\.(?:\s|$)|[{HAN}]\((?=[{HAN}])")
    found = {}
    for domain, english, chinese in catalogues.translations():
        for word, reason in glossary()["refused"].items():
            if word in chinese:
                found[f"{domain}: {english}"] = f"-> {chinese} ({word}: {reason})"
        if half_width.search(chinese):
            found[f"{domain}: {english}"] = f"-> {chinese} (half-width punctuation)"
    tree.judge(found, {})
