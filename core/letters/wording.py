"""The text of a letter: words with fields in braces, and choices. Pure functions, no database.

``{person.name}`` is a field; ``{income.average.words}`` its amount in Chinese words. ``{if person.unit}in {person.unit}
{else}here{end}`` is printed as the field is known or not. Two braces are one: ``{{``. Choices do not stand in choices.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from core.base.text import LOCALES, Text, catalogue

_ = catalogue("letters")

#: The parts of a letter in their order on the sheet, and whether it cannot do without.
PARTS: dict[str, tuple[Text, bool]] = {
    "title": (_("Title"), True), "opening": (_("Salutation"), False), "body": (_("Text"), True),
    "closing": (_("Closing"), False), "signatory": (_("Signed by"), False), "note": (_("Foot note"), False),
}
LONGEST = {"body": 4000, "note": 150}
LONGEST_LINE = 200
LANGUAGE_NAMES = {"zh_CN": _("Chinese"), "en": _("English")}
WORDS = ".words"

Parts = Mapping[str, Mapping[str, str]]
_TOKEN = re.compile(r"\{\{|\}\}|\{([^{}\n]*)\}|[{}]|[^{}]+")
_NAME = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+")


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words, or a field."""

    text: str = ""
    field: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """What is printed where a field is known, and what where it is not."""

    field: str
    then: tuple[Piece, ...]
    other: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong in a text: in which line, what, and what to do."""

    line: int
    message: Text


@dataclass(frozen=True, slots=True)
class Reading:
    """A text that was read: its pieces, every field it names with the line, and what is wrong with it."""

    pieces: tuple[Piece | Choice, ...]
    fields: tuple[tuple[str, int], ...]
    faults: tuple[Fault, ...]


class _Reader:
    def __init__(self) -> None:
        self.pieces: list[Piece | Choice] = []
        self.fields: list[tuple[str, int]] = []
        self.faults: list[Fault] = []
        self.choice: tuple[str, int] | None = None
        self.sides: tuple[list[Piece], list[Piece]] = ([], [])
        self.side = 0
        self.line = 1

    def put(self, piece: Piece) -> None:
        (self.sides[self.side] if self.choice else self.pieces).append(piece)

    def complain(self, message: Text) -> None:
        self.faults.append(Fault(self.line, message))

    def token(self, whole: str, inside: str | None) -> None:
        if whole in ("{{", "}}"):
            self.put(Piece(text=whole[0]))
        elif inside is not None:
            self.command(inside.strip(), whole)
        elif whole == "{":
            self.complain(_("A brace is opened and not closed in the same line; write {example}.",
                            example="{person.name}"))
        elif whole == "}":
            self.complain(_("A brace is closed that was not opened; write two of them for one that is printed."))
        else:
            self.put(Piece(text=whole))
        self.line += whole.count("\n")

    def command(self, said: str, whole: str) -> None:
        word, _blank, name = said.partition(" ")
        if word == "if":
            self.begin(name.strip(), whole)
        elif said == "else":
            if self.choice is None or self.side:
                self.complain(_("{part} stands without {other} before it.", part="{else}", other="{if ...}"))
            self.side = 1
        elif said == "end":
            self.finish()
        elif _NAME.fullmatch(said):
            self.fields.append((said, self.line))
            self.put(Piece(field=said))
        else:
            self.complain(_("{part} is no field; a field is written as {example}.", part=whole,
                            example="{person.name}"))

    def begin(self, name: str, whole: str) -> None:
        if self.choice is not None:
            self.complain(_("{part} stands inside another choice; end that one with {end} first.", part=whole,
                            end="{end}"))
            return
        if not _NAME.fullmatch(name):
            self.complain(_("{part} names no field; write {example}.", part=whole, example="{if person.unit}"))
        else:
            self.fields.append((name, self.line))
        self.choice, self.sides, self.side = (name, self.line), ([], []), 0

    def finish(self) -> None:
        if self.choice is None:
            self.complain(_("{part} stands without {other} before it.", part="{end}", other="{if ...}"))
            return
        self.pieces.append(Choice(self.choice[0], tuple(self.sides[0]), tuple(self.sides[1])))
        self.choice, self.side = None, 0

    def result(self) -> Reading:
        if self.choice is not None:
            self.faults.append(Fault(self.choice[1], _("{part} is not ended; write {end} after it.",
                                                       part=f"{{if {self.choice[0]}}}", end="{end}")))
        return Reading(tuple(self.pieces), tuple(self.fields), tuple(self.faults))


def read(text: str) -> Reading:
    """Read a text; its faults are part of the answer."""
    reader = _Reader()
    for token in _TOKEN.finditer(text.replace("\r\n", "\n")):
        reader.token(token[0], token[1])
    return reader.result()


def fill(text: str, value: Callable[[str], str]) -> str:
    """A text with its fields filled in; ``value`` gives the words of a field, empty for what is not known."""
    written = []
    for piece in read(text).pieces:
        if isinstance(piece, Choice):
            side = piece.then if value(piece.field) else piece.other
            written += [value(one.field) if one.field else one.text for one in side]
        else:
            written.append(value(piece.field) if piece.field else piece.text)
    return "".join(written)


def printed(text: str, known: Callable[[str], bool]) -> set[str]:
    """The fields that are printed of a text when only some are known."""
    found: set[str] = set()
    for piece in read(text).pieces:
        side = (piece.then if known(piece.field) else piece.other) if isinstance(piece, Choice) else (piece,)
        found |= {one.field for one in side if one.field}
    return found


def used(parts: Parts, locales: tuple[str, ...]) -> set[str]:
    """The fields that a letter names in some languages, without ``.words``."""
    return {
        name.removesuffix(WORDS)
        for texts in parts.values() for locale in locales for name, _line in read(texts.get(locale, "")).fields
    }


@dataclass(frozen=True, slots=True)
class Offered:
    """What a kind of letter offers: titles by field, which of them are money, and the fields of other kinds."""

    titles: Mapping[str, Text]
    money: frozenset[str]
    elsewhere: Mapping[str, Text]


def check(parts: Parts, offered: Offered) -> dict[str, list[Text]]:
    """What is wrong with the parts of a letter, by part: one sentence each with language, line and remedy."""
    found: dict[str, list[Text]] = {}
    for part, (_title, needed) in PARTS.items():
        texts = parts.get(part, {})
        missing = [locale for locale in LOCALES if not texts.get(locale, "").strip()]
        if needed and len(missing) == len(LOCALES):
            found.setdefault(part, []).append(_("Write this part; no letter can do without it."))
        elif missing and (needed or len(missing) < len(LOCALES)):
            found.setdefault(part, []).extend(
                _("The {language} text is missing; write it too.", language=LANGUAGE_NAMES[locale])
                for locale in missing
            )
        for locale in LOCALES:
            text = texts.get(locale, "")
            found.setdefault(part, []).extend(
                _("{language}, line {line}: {fault}", language=LANGUAGE_NAMES[locale], line=fault.line,
                  fault=fault.message)
                for fault in _faults(text, locale, offered)
            )
            most = LONGEST.get(part, LONGEST_LINE)
            if len(text) > most:
                found[part].append(_("The {language} text is longer than {most} characters.",
                                     language=LANGUAGE_NAMES[locale], most=most))
    return {part: sentences for part, sentences in found.items() if sentences}


def _faults(text: str, locale: str, offered: Offered) -> list[Fault]:
    reading = read(text)
    faults = list(reading.faults)
    for name, line in reading.fields:
        message = _field_fault(name, locale, offered)
        if message is not None:
            faults.append(Fault(line, message))
    return sorted(faults, key=lambda fault: fault.line)


def _field_fault(name: str, locale: str, offered: Offered) -> Text | None:
    plain = name.removesuffix(WORDS)
    if name in offered.titles:
        return None
    if plain != name and plain in offered.money:
        if locale == "zh_CN":
            return None
        return _("{field} are Chinese words; write {other} in an English text.", field=f"{{{name}}}",
                 other=f"{{{plain}}}")
    if plain in offered.elsewhere:
        return _("{field} belongs to another letter, “{letter}”.", field=f"{{{name}}}",
                 letter=offered.elsewhere[plain])
    near = difflib.get_close_matches(name, list(offered.titles), n=1)
    if near:
        return _("There is no field {field}; {other} is meant perhaps.", field=f"{{{name}}}",
                 other=f"{{{near[0]}}}")
    return _("There is no field {field}; the fields of this letter stand beside the text.", field=f"{{{name}}}")
