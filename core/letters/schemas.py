"""The forms of letters."""

from __future__ import annotations

from core.base.text import catalogue
from core.letters.issuing import LONGEST_ADDRESSEE, LONGEST_PURPOSE
from core.letters.labels import LANGUAGE_TITLES
from core.letters.wording import LONGEST, LONGEST_LINE, PARTS
from core.schemas import fields

_ = catalogue("letters")


class IssueSchema(fields.Schema):
    """What is needed to issue a letter."""

    employee = fields.String(
        required=True, max_length=40, metadata={"label": _("Employee number"), "attrs": {"autocomplete": "off"}}
    )
    kind = fields.String(required=True, max_length=64, metadata={"label": _("Letter"), "kind": "select"})
    language = fields.Choice(
        LANGUAGE_TITLES, required=True, metadata={"label": _("Language"), "kind": "radio"}
    )
    purpose = fields.String(
        max_length=LONGEST_PURPOSE,
        metadata={
            "label": _("Purpose"), "span": True,
            "hint": _("Printed on the letter, such as: a visa application. For one's own letter it may be empty."),
        },
    )
    addressee = fields.String(
        max_length=LONGEST_ADDRESSEE,
        metadata={"label": _("Addressee"), "span": True, "hint": _("Empty: to whom it may concern.")},
    )


def _part(name: str, *, rows: int = 0) -> fields.Translated:
    title, needed = PARTS[name]
    metadata = {"label": title, "span": True}
    if rows:
        metadata |= {"kind": "textarea", "rows": rows}
    return fields.Translated(max_length=LONGEST.get(name, LONGEST_LINE), required=needed, metadata=metadata)


class TextSchema(fields.Schema):
    """The text of a kind of letter, part by part in both languages."""

    title = _part("title")
    opening = _part("opening")
    body = _part("body", rows=8)
    closing = _part("closing")
    signatory = _part("signatory")
    note = _part("note", rows=2)
    version = fields.Integer(minimum=0, load_default=0, metadata={"label": _("Version"), "kind": "hidden"})
