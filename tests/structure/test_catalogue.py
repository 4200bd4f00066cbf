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
NOT_PROSE = {
    "formula: Column {column}: a quotient must be rounded where it stands. Write round({text}, unit, mode), for"
    " example round({text}, 0.01).": "shows a piece of a formula, which is written in half-width",
}
"""Chinese sentences that break a rule of Chinese prose, with the reason."""
FILLED_LATER = {
    "core/schemas": {"input", "locale", "max", "min", "choices", "values"},  # by marshmallow, when it reports a fault
    "plugins/crm": {"until", "skill", "open", "most"},  # why somebody was passed over, kept as a code with its figures
    "core/formula": {"column"},  # by the error itself, which knows where in the formula it stands
}
"""Folder -> the parameters its sentences get after they are written."""
ONE_FORM = re.compile(r"\{count\} (?:more|vacant|in all|accepted|rejected|min|closed)\b")
"""Words behind a number that English leaves alone."""
OTHERWISE: dict[str, str] = {}
""""domain: English" -> why this Chinese sentence does without the word of the glossary."""


@cache
def glossary() -> dict[str, Any]:
    """Terms with their renderings, and refused words with the reason."""
    loaded: dict[str, Any] = yaml.safe_load((tree.ROOT / "tests/data/glossary.yaml").read_text(encoding="utf-8"))
    return loaded


def test_sentences_are_written_where_they_are_translated() -> None:
    """A msgid that is computed cannot be found by anybody who translates."""
    found = {
        use.where.rsplit(":", 1)[0]: use.where for use in catalogues.uses() if not use.msgid or use.plural == ""
    }
    tree.judge(found, COMPUTED)


def test_every_sentence_has_chinese() -> None:
    """The catalogue of the sentence's own domain translates it."""
    missing = {}
    for use in catalogues.uses():
        catalog = catalogues.chinese().get(use.domain)
        message = catalog.get(use.msgid) if catalog else None
        if use.msgid and (message is None or not all(catalogues.forms(message.string)) or message.fuzzy):
            missing[f"{use.domain}: {use.msgid}"] = f"({use.where})"
    tree.judge(missing, {})
    assert len(catalogues.uses()) > 100


def test_forms_for_numbers_agree() -> None:
    """Code and catalogue give a sentence the same two forms, and the number is the parameter `count`."""
    found = {}
    for use in catalogues.uses():
        catalog = catalogues.chinese().get(use.domain)
        message = catalog.get(use.msgid) if catalog and use.msgid else None
        if message is None or catalog is None:
            continue
        written = (use.msgid,) if use.plural is None else (use.msgid, use.plural)
        if catalogues.forms(message.id) != written:
            found[f"{use.domain}: {use.msgid}"] = f"the catalogue has {catalogues.forms(message.id)} ({use.where})"
        elif use.plural is not None and "{count}" not in use.plural:
            found[f"{use.domain}: {use.msgid}"] = f"has two forms and no {{count}} ({use.where})"
        elif use.plural is not None and len(catalogues.forms(message.string)) != catalog.num_plurals:
            found[f"{use.domain}: {use.msgid}"] = f"needs {catalog.num_plurals} forms in Chinese"
    tree.judge(found, {})


def test_what_is_counted_has_two_forms() -> None:
    """Nothing reads "1 people": a number in front of a word that changes with it is written twice."""
    found = {
        f"{use.domain}: {use.msgid}": f"({use.where})"
        for use in catalogues.uses()
        if use.plural is None and re.search(r"\{count\} [a-z]", use.msgid) and not ONE_FORM.search(use.msgid)
    }
    tree.judge(found, {})
    assert any(use.plural for use in catalogues.uses())


def test_no_translation_is_stale() -> None:
    """A sentence nobody shows any more is taken out of the catalogue."""
    used = {(use.domain, text) for use in catalogues.uses() for text in (use.msgid, use.plural) if text}
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
        wanted = catalogues.placeholders(use.msgid) | catalogues.placeholders(use.plural or "")
        if use.given is None or not use.msgid or use.given == wanted:
            continue
        folder = "/".join(use.where.split("/")[:2])
        if use.given <= wanted and wanted - use.given <= FILLED_LATER.get(folder, set()):
            later.add(folder)
        else:
            found[f"{use.domain}: {use.msgid}"] = f"is given {sorted(use.given)} ({use.where})"
    tree.judge(found, {})
    assert later == set(FILLED_LATER), "a folder that needs no exemption any more"


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
    tree.judge(found, NOT_PROSE)
