"""From a text and the values of its fields to a letter that can be printed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from core.base.errors import DomainError
from core.base.money import amount_in_words, format_money
from core.base.text import LOCALES, catalogue, use_locale
from core.db.types import Translation
from core.kernel.specs import LetterField, LetterKind
from core.letters.sheet import Paper, Sheet
from core.letters.templates import fields_of
from core.letters.wording import PARTS, WORDS, Parts, fill, printed
from core.web.formats import day_text, month

_ = catalogue("letters")


def locales_of(language: str) -> tuple[str, ...]:
    """The languages of a letter, in their order on the sheet."""
    return LOCALES if language == "both" else (language,)


def written(field: LetterField, value: Any, locale: str, *, in_words: bool = False) -> str:
    """The value of a field as a letter in one language writes it; empty for what is not known."""
    if value is None or value == "":
        return ""
    with use_locale(locale):
        if field.type == "money":
            return amount_in_words(value) if in_words else format_money(value)
        if field.type == "day":
            return day_text(value, weekday=False)
        if field.type == "month":
            return month(value)
        if isinstance(value, Mapping):
            return Translation(value).in_locale(locale)
        return str(value)


class Filling:
    """The fields of one letter with their values."""

    def __init__(self, kind: LetterKind, values: Mapping[str, Any]) -> None:
        self.fields = fields_of(kind)
        self.values = values

    def value(self, name: str, locale: str) -> str:
        """A field in words; a field that the text names and nobody gives is empty."""
        plain = name.removesuffix(WORDS)
        field = self.fields.get(name) or self.fields.get(plain)
        if field is None:
            return ""
        return written(field, self.values.get(field.name), locale, in_words=name != field.name)

    def missing(self, parts: Parts, locale: str) -> list[LetterField]:
        """Fields that would be printed and are not known."""
        names = {
            name for texts in parts.values()
            for name in printed(texts.get(locale, ""), lambda field: bool(self.value(field, locale)))
        }
        return [self.fields[name.removesuffix(WORDS)] for name in sorted(names) if not self.value(name, locale)]

    def sheet(self, parts: Parts, locale: str, day: date) -> Sheet:
        """One language of the letter."""
        texts = {part: fill(parts.get(part, {}).get(locale, ""), lambda name: self.value(name, locale)).strip()
                 for part in PARTS}  # fmt: skip
        with use_locale(locale):
            date_line = day_text(day, weekday=False)
        company = self.value("company.name", locale)
        return Sheet(
            locale, company, texts["title"], texts["opening"],
            tuple(line.strip() for line in texts["body"].split("\n") if line.strip()), texts["closing"],
            texts["signatory"] or company, date_line, texts["note"],
        )

    def paper(self, parts: Parts, language: str, day: date, *, number: str, code: str, draft: bool = False) -> Paper:
        """The whole letter."""
        sheets = tuple(self.sheet(parts, locale, day) for locale in locales_of(language))
        return Paper(number, code, sheets, draft)


def refuse_gaps(filling: Filling, parts: Parts, language: str) -> None:
    """Raise ``DomainError`` ``letters.missing`` where the letter would say something that is not known."""
    for locale in locales_of(language):
        gaps = filling.missing(parts, locale)
        if gaps:
            raise DomainError(
                "letters.missing",
                _("The letter says “{field}”, which is not on file. Complete the file, or change the text of the "
                  "letter.", field=gaps[0].title),
            )


def refuse_signs(paper: Paper) -> None:
    """Raise ``DomainError`` ``letters.signs`` for characters that the font cannot print."""
    from core.reports.pdf import unprintable  # fonts take their time to load, and most commands print nothing

    signs = unprintable(" ".join((paper.number, *(sheet.words for sheet in paper.sheets))))
    if signs:
        raise DomainError(
            "letters.signs",
            _("The font of the letters has no {signs}. Write it in another way, or issue this letter by hand.",
              signs="、".join(f"“{sign}”" for sign in signs)),
        )
