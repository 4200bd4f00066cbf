from __future__ import annotations

import pytest

from core.base.text import Text
from core.letters.wording import Offered, check, fill, printed, read, used

OFFERED = Offered(
    {"person.name": Text("letters", "Name"), "unit.title": Text("letters", "Unit"),
     "income.average": Text("letters", "Average")},
    frozenset({"income.average"}), {"leave.days": Text("letters", "Leave certificate")},
)  # fmt: skip
VALUES = {
    "person.name": "Anna", "unit.title": "", "income.average": "12,000.00", "income.average.words": "壹万贰仟元整",
}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Dear {person.name},", "Dear Anna,"),
        ("{if unit.title}in {unit.title}{else}somewhere{end}.", "somewhere."),
        ("{if person.name}{person.name} is here{end}.", "Anna is here."),
        ("{if unit.title}in {unit.title}{end}", ""),
        ("{{{person.name}}}", "{Anna}"),
        ("{income.average} ({income.average.words})", "12,000.00 (壹万贰仟元整)"),
        ("plain\ntext", "plain\ntext"),
    ],
)
def test_fields_and_choices_are_filled_in(text: str, said: str) -> None:
    assert not read(text).faults
    assert fill(text, lambda name: VALUES[name]) == said


def parts(chinese: str, english: str = "Text") -> dict[str, dict[str, str]]:
    return {"title": {"zh_CN": "证明", "en": "Letter"}, "body": {"zh_CN": chinese, "en": english}}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("好\n{person.nme}", "Chinese, line 2: There is no field {person.nme}; {person.name} is meant perhaps."),
        ("{zzz.qqq}", "Chinese, line 1: There is no field {zzz.qqq}; the fields of this letter stand beside the text."),
        ("a\nb\n{person.name", "Chinese, line 3: A brace is opened and not closed in the same line; write "
                               "{person.name}."),
        ("person.name}", "Chinese, line 1: A brace is closed that was not opened; write two of them for one that is "
                         "printed."),
        ("{leave.days}", "Chinese, line 1: {leave.days} belongs to another letter, “Leave certificate”."),
        ("{if unit.title}in", "Chinese, line 1: {if unit.title} is not ended; write {end} after it."),
        ("{else}", "Chinese, line 1: {else} stands without {if ...} before it."),
        ("{end}", "Chinese, line 1: {end} stands without {if ...} before it."),
        ("{if unit.title}{if person.name}x{end}", "Chinese, line 1: {if person.name} stands inside another choice; end "
                                                  "that one with {end} first."),
        ("{if}x{end}", "Chinese, line 1: {if} names no field; write {if person.unit}."),
        ("{Name}", "Chinese, line 1: {Name} is no field; a field is written as {person.name}."),
        ("{person.name.words}", "Chinese, line 1: There is no field {person.name.words}; {person.name} is meant "
                                "perhaps."),
        ("", "The Chinese text is missing; write it too."),
        ("长" * 4001, "The Chinese text is longer than 4000 characters."),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_text_is_one_sentence_with_line_and_remedy(text: str, sentence: str) -> None:
    found = check(parts(text), OFFERED)
    assert list(found) == ["body"]
    assert [str(one) for one in found["body"]] == [sentence]


def test_chinese_words_of_an_amount_are_no_english() -> None:
    assert check(parts("{income.average.words}", "{income.average}"), OFFERED) == {}
    (fault,) = check(parts("好", "{income.average.words}"), OFFERED)["body"]
    assert str(fault) == (
        "English, line 1: {income.average.words} are Chinese words; write {income.average} in an English text."
    )


def test_a_part_stands_in_both_languages_or_in_none() -> None:
    text = {**parts("好"), "note": {"zh_CN": "附注"}}
    assert [str(one) for one in check(text, OFFERED)["note"]] == ["The English text is missing; write it too."]
    assert [str(one) for one in check({"title": {"zh_CN": "证明", "en": "Letter"}}, OFFERED)["body"]] == [
        "Write this part; no letter can do without it."
    ]


def test_every_fault_is_told_at_once() -> None:
    found = check(parts("{a.b}\n{person.name\n{end}", "{c.d}"), OFFERED)
    assert [str(one).split(":")[0] for one in found["body"]] == [
        "Chinese, line 1", "Chinese, line 2", "Chinese, line 3", "English, line 1",
    ]


def test_only_what_is_printed_must_be_known() -> None:
    text = "{person.name} {if unit.title}{unit.title}{else}{income.average}{end}"
    assert printed(text, lambda name: name == "unit.title") == {"person.name", "unit.title"}
    assert printed(text, lambda name: False) == {"person.name", "income.average"}  # noqa: ARG005
    assert used(parts(text, "{person.name}"), ("en",)) == {"person.name"}
