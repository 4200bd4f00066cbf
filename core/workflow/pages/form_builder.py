"""The builder of a form: its fields as rows to fill in and put in order, and beside them the form as it will be seen.

Everything stands in the page until it is saved: each button sends all rows and gets them back changed, so that it works
without a script; with htmx the same answer exchanges the rows alone, and the picture of the form follows while one
writes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import Response, request, url_for
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from core.access.calls import require
from core.access.declare import access
from core.base.actor import Actor
from core.base.errors import DomainError, NotFound
from core.base.text import LOCALES, Text, catalogue
from core.web.forms import LANGUAGES, Form, FormField
from core.web.pages import Page, flash, page, redirect_to
from core.workflow.actions import EDIT
from core.workflow.designing import form_rows, versions
from core.workflow.designing.form_rows import MOVES, Row, Value, Wrong
from core.workflow.pages import editors
from core.workflow.pages.processes import processes, version_to_change
from core.workflow.processes import schema
from core.workflow.processes.fields import FIELD_KINDS, MOST_CHOICES, MOST_FIELDS
from core.workflow.processes.models import DRAFT

_ = catalogue("workflow")

_KEY = re.compile(r"[a-z][a-z0-9_]{0,49}")
#: What the picture of the form is looked at on.
LOOKS = (("phone", _("Phone")), ("desktop", _("Desktop")))
#: A field of another type has other inputs.
_REDRAW = {"hx-post": "", "hx-trigger": "change", "hx-target": "#builder", "hx-swap": "innerMorph",
           "hx-include": "#fields"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ValueShown:
    """One value of a choice with its inputs."""

    key: str
    value: str
    label: str
    inputs: Sequence[FormField]


@dataclass(frozen=True, slots=True)
class RowShown:
    """One field of the form with its inputs; ``more`` are those that stand folded."""

    key: str
    name: str
    label: str
    inputs: Sequence[FormField]
    more: Sequence[FormField]
    values: Sequence[ValueShown]
    choice: bool
    wrong_values: Text | None
    opened: bool


@processes.route("/<process>/form", methods=["GET", "POST"])
@access(EDIT)
def build(session: Session, actor: Actor, process: str) -> Page | Response:
    """The fields of a form as rows, and the form as whoever fills it in sees it."""
    require(session, actor, EDIT)
    if versions.kind_of(session, process).process is None:
        raise NotFound("process.no_form", _("This process is about records; it has no form of its own."))
    row = version_to_change(session, process)
    seen = row.digest if row.state == DRAFT else ""
    if request.method != "POST":
        return _page(process, form_rows.rows_of(row.source.get("form") or []), seen)
    seen, rows, do = request.form.get("seen", ""), posted(request.form), request.form.get("do", "")
    if do != "save":
        return _page(process, done(rows, do), seen)
    wrong, general = form_rows.faults(rows), None
    if not wrong:
        try:
            with session.begin_nested():
                versions.save_draft(
                    session, actor, process, {**row.source, "form": form_rows.form_of(rows)}, seen=seen or None
                )
        except DomainError as error:
            general = error.message
        else:
            flash(_("The form is kept as a draft. Publish it to put it in force."))
            return redirect_to("processes.show", process=process)
    return _page(process, rows, seen, wrong, general)


def _page(
    process: str, rows: Sequence[Row], seen: str, wrong: Sequence[Wrong] = (),
    general: Text | str | None = None,
) -> Page:
    shown = form_rows.preview(rows)
    form = Form(schema.schema_of(shown))
    told = [one.message for one in wrong if not one.row] + ([general] if general is not None else [])
    return page(
        "workflow/form_builder.html", {"builder": "builder", "preview": "preview"}, title=_("Fields of the form"),
        status=422 if wrong or told else 200, process=process, seen=seen, looks=LOOKS,
        rows=[_shown(one, wrong, last=number == len(rows)) for number, one in enumerate(rows, 1)],
        told=told, faulty=len({one.row for one in wrong if one.row}), full=len(rows) >= MOST_FIELDS,
        kinds=[(kind, editors.FIELD_WORDS[kind]) for kind in FIELD_KINDS],
        drawn={look: [replace(one, name=f"{look}-{one.name}") for one in form] for look, _words in LOOKS},
        crumb=[(_("Processes"), url_for("processes.index")), (process, url_for("processes.show", process=process))],
    )


# -- what was sent -----------------------------------------------------------------------------------------------------


def posted(form: MultiDict[str, str]) -> list[Row]:
    """The rows of a post, in their order; what is no row of ours is left aside."""
    keys = [key for key in dict.fromkeys(form.getlist("row")) if _KEY.fullmatch(key)][:2 * MOST_FIELDS]
    return [_posted(form, key) for key in keys]


def _posted(form: MultiDict[str, str], key: str) -> Row:
    kind, name = form.get(f"{key}-kind", "text"), form.get(f"{key}-name", "")
    values = [one for one in dict.fromkeys(form.getlist(f"{key}-value")) if _KEY.fullmatch(one)][:2 * MOST_CHOICES]
    return Row(
        key, name if _KEY.fullmatch(name) else "", kind if kind in FIELD_KINDS else "text",
        _texts(form, f"{key}-title"), _texts(form, f"{key}-hint"), form.get(f"{key}-needed") == "1",
        tuple(
            Value(one, kept if _KEY.fullmatch(kept := form.get(f"{key}-{one}-kept", "")) else "",
                  _texts(form, f"{key}-{one}-title"))
            for one in values
        ),
    )  # fmt: skip


def _texts(form: MultiDict[str, str], name: str) -> dict[str, str]:
    return {locale: form.get(f"{name}.{locale}", "").replace("\x00", "")[:form_rows.LONGEST] for locale in LOCALES}


def done(rows: Sequence[Row], do: str) -> list[Row]:
    """The rows after a button was pressed: ``add``, ``add:date``, ``up:copies``, ``value:seal`` for one value more,
    ``down:seal:v1`` for a value. Anything else leaves them as they are, with values to fill in where a field has become
    a choice.
    """
    what, _colon, rest = do.partition(":")
    key, _colon, value = rest.partition(":")
    if what == "add" and len(rows) < MOST_FIELDS:
        return form_rows.added(rows, rest)
    if what in MOVES and not value:
        return form_rows.moved(rows, key, what)
    found = []
    for row in rows:
        if row.key == key and what == "value" and len(row.values) < MOST_CHOICES:
            row = form_rows.with_value(row)
        elif row.key == key and what in MOVES:
            row = form_rows.with_value_moved(row, value, what)
        if row.kind == "choice" and not row.values:
            row = form_rows.with_value(form_rows.with_value(row))
        found.append(row)
    return found


# -- as they are drawn -------------------------------------------------------------------------------------------------


def _shown(row: Row, wrong: Sequence[Wrong], *, last: bool) -> RowShown:
    told = {one.part: one.message for one in wrong if one.row == row.key}
    key = row.key
    label = str(next((text for text in row.title.values() if text), "")) or str(_("New field"))
    inputs = [
        *_both(f"{key}-title", _("Title"), row.title, told.get("title"), needed=True),
        FormField(
            f"{key}-kind", _("Type"), "select", row.kind, True, error=told.get("kind"),
            options=[(kind, editors.FIELD_WORDS[kind]) for kind in FIELD_KINDS], attrs=_REDRAW,
        ),
        FormField(f"{key}-needed", _("Must be filled in"), "checkbox", row.needed),
    ]
    values = [
        ValueShown(one.key, one.value, str(next((text for text in one.title.values() if text), "")) or str(number),
                   _both(f"{key}-{one.key}-title", _("Value {number}", number=number), one.title, None))
        for number, one in enumerate(row.values, 1)
    ]  # fmt: skip
    hints = _both(f"{key}-hint", _("Help text"), row.hint, told.get("hint"))
    return RowShown(
        key, row.name, label, inputs, hints, values, row.kind == "choice", told.get("values"),
        bool(any(row.hint.values()) or told.get("hint")) and not last,
    )


def _both(
    name: str, label: Text, texts: Mapping[str, Any], error: Text | None, *, needed: bool = False
) -> list[FormField]:
    """An input for each language; what is wrong stands beside the first."""
    return [
        FormField(
            f"{name}.{locale}", _("{label} ({language})", label=label, language=LANGUAGES[locale]), required=needed,
            value=texts.get(locale, ""), error=error if locale == LOCALES[0] else None,
            attrs={"maxlength": form_rows.LONGEST, "lang": locale.replace("_", "-"), "autocomplete": "off"},
        )
        for locale in LOCALES
    ]
