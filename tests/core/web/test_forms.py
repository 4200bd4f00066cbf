"""Forms: one schema draws the inputs, reads the post, and puts every complaint beside its field."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from core.access.declare import signed_in
from core.base.actor import Actor
from core.base.errors import DomainError
from core.base.period import Month
from core.base.text import use_locale
from core.schemas import fields
from core.schemas.messages import flat_messages
from core.schemas.validators import Length
from core.web.blueprints import ModuleBlueprint
from core.web.forms import Form, read_form
from core.web.pages import page, redirect_to
from tests.core.web.desk import SIGNED_IN, Desk, Note, _, post


class NoteSchema(fields.Schema):
    """A field of every kind."""

    text = fields.String(required=True, max_length=20, metadata={"label": _("Text"), "hint": _("Short")})
    amount = fields.Money(load_default=0)
    share = fields.Rate(allow_none=True)
    leave = fields.Days(load_default=0)
    when = fields.Day(allow_none=True)
    month = fields.Month(allow_none=True)
    count = fields.Integer(minimum=1, maximum=9, load_default=1)
    urgent = fields.Boolean(load_default=False)
    shift = fields.Choice({"day": _("Day"), "night": _("Night")}, load_default="day")
    title = fields.Translated(load_default=dict)
    tags = fields.List(fields.String(), load_default=list)
    mail = fields.Email()
    more = fields.String(multiline=True, max_length=400)


def test_a_post_is_read_into_the_stored_units() -> None:
    """Hand-worked values: 8,000.50 yuan, 8 %, one and a half days."""
    posted = MultiDict([
        ("text", "  lunch "), ("amount", "8,000.50"), ("share", "8%"), ("leave", "1.5"), ("when", "2026-11-23"),
        ("month", "2026-10"), ("count", "3"), ("urgent", "1"), ("shift", "night"), ("title.zh_CN", "午餐"),
        ("title.en", ""), ("tags", "a"), ("tags", "b"), ("mail", "a@b.cn"), ("more", ""),
        ("csrf_token", "x"), ("go", ""),
    ])
    assert read_form(NoteSchema, posted) == {
        "text": "lunch", "amount": 800050, "share": 80_000, "leave": 150, "when": date(2026, 11, 23),
        "month": Month(2026, 10), "count": 3, "urgent": True, "shift": "night", "title": {"zh_CN": "午餐"},
        "tags": ["a", "b"], "mail": "a@b.cn", "more": "",
    }


def test_empty_inputs_are_no_values() -> None:
    """Defaults, None where that is allowed, an unticked box is no."""
    posted = MultiDict([("text", "x"), *((name, "") for name in NoteSchema().fields if name != "text")])
    posted.poplist("urgent")
    posted.poplist("tags")
    assert read_form(NoteSchema, posted) == {
        "text": "x", "amount": 0, "share": None, "leave": 0, "when": None, "month": None, "count": 1, "urgent": False,
        "shift": "day", "title": {}, "tags": [], "mail": "", "more": "",
    }


WRONG = [
    ("text", "", "Fill this in.", "必填。"),
    ("text", "x" * 21, "Write at most 20 characters; these are 21.", "最多 20 个字，现在是 21 个字。"),
    ("amount", "1.234", "'1.234' is not an amount; write it as 8000.00, with at most two decimals.", None),
    ("amount", "-1", "The amount must be at least 0.", "金额不得低于 0。"),
    ("share", "8.00001%", "8.00001% is not a rate; write it as 8%.", "“8.00001%”不是有效比例，应如 8%。"),
    ("leave", "1.555", "1.555 is not a number of days; write it as 1.5.", None),
    ("when", "31/02/2026", "31/02/2026 is not a date; write it as 2026-11-23.", None),
    ("when", "2026-02-31", "2026-02-31 is not a date; write it as 2026-11-23.", None),
    ("month", "2026-13", "2026-13 is not a month; write it as 2026-10.", None),
    ("count", "10", "This must be at most 9.", "不得超过 9。"),
    ("count", "0", "This must be at least 1.", "不得低于 1。"),
    ("count", "1.0", "This must be a whole number.", "应填写整数。"),
    ("count", "99999999999999999999", "This must be a whole number.", None),
    ("shift", "noon", "Choose one of the values offered.", "只能从给出的选项中选择。"),
    ("mail", "a@b", "This is not an e-mail address; write it as name@example.com.", None),
    ("text", "a\x00b", "This must be text.", None),
]


@pytest.mark.parametrize(("name", "value", "english", "chinese"), WRONG)
def test_what_is_wrong_is_said_in_the_readers_language(
    name: str, value: str, english: str, chinese: str | None
) -> None:
    """One sentence beside the field; in the other language when the reader changes."""
    form = Form(NoteSchema)
    with pytest.raises(ValidationError):
        form.read(MultiDict({"text": "x", name: value}))
    field = form[name]
    with use_locale("en"):
        assert str(field.error) == english
    if chinese:
        with use_locale("zh_CN"):
            assert str(field.error) == chinese
    assert field.value == value
    assert form.invalid


def test_programs_send_the_stored_units() -> None:
    """The same schema loads JSON; a float is no amount."""
    body = {"text": "x", "amount": 800050, "share": 80000, "leave": 150, "title": {"en": "Lunch"}}
    loaded = NoteSchema().load(body)
    assert {name: loaded[name] for name in body} == body
    with pytest.raises(ValidationError) as caught:
        NoteSchema().load({"text": "x", "amount": 1.5, "count": True, "title": {"fr": "x"}, "extra": 1})
    assert set(flat_messages(caught.value.messages)) == {"amount", "count", "title", "extra"}


@given(st.integers(-(10**15), 10**15))
def test_what_an_input_shows_is_read_back(minor: int) -> None:
    """An amount, written into the input and posted again, is the same amount."""

    class Signed(fields.Schema):
        amount = fields.Money(negative=True)
        share = fields.Rate()
        leave = fields.Days()

    values = {"amount": minor, "share": minor // 10**6, "leave": minor // 10**6}
    form = Form(Signed, values=values)
    assert read_form(Signed, MultiDict({name: form[name].value for name in form.names})) == values


def test_fields_are_described_for_the_macros() -> None:
    """Kind, options, bounds; a translated text is one input for each language."""
    form = Form(NoteSchema, values={"text": "lunch", "amount": 150, "title": {"en": "Lunch"}, "when": date(2026, 1, 2)})
    kinds = {field.name: field.kind for field in form}
    assert kinds == {
        "text": "text", "amount": "money", "share": "text", "leave": "text", "when": "date", "month": "month",
        "count": "number", "urgent": "checkbox", "shift": "select", "title.zh_CN": "text", "title.en": "text",
        "tags": "checks", "mail": "email", "more": "textarea",
    }
    assert (form["amount"].value, form["amount"].unit) == ("1.50", "¥")
    assert form["when"].value == "2026-01-02"
    assert form["text"].required
    assert form["text"].attrs == {"maxlength": 20}
    assert form["count"].attrs == {"min": 1, "max": 9}
    assert [value for value, _words in form["shift"].options] == ["day", "night"]
    assert {field.name: field.value for field in form}["title.en"] == "Lunch"
    chosen = Form(NoteSchema, options={"count": [(1, "One")]})["count"]
    assert (chosen.kind, chosen.options) == ("select", [("1", "One")])


def test_a_field_is_needed_in_one_case_and_not_in_another() -> None:
    """Marked where whoever saves insists on it; the schema itself lets it be empty."""
    assert not Form(NoteSchema)["more"].required
    marked = Form(NoteSchema, needed=("more",))
    assert marked["more"].required
    assert not next(field for field in Form(NoteSchema) if field.name == "more").required
    assert next(field for field in marked if field.name == "more").required


def test_validators_can_be_added() -> None:
    """Beside the ones a field brings."""

    class Code(fields.Schema):
        code = fields.String(validate=Length(equal=3))

    with pytest.raises(ValidationError), use_locale("en"):
        Code().load({"code": "ab"})
    assert Code().load({"code": "abc"}) == {"code": "abc"}


# -- on a page ---------------------------------------------------------------------------------------------------------

FORM = """{% extends "base.html" %}{% import "ui.html" as ui %}{% block main %}
{{ ui.form(form.fields, submit=_("Save"), general=form.error) }}
<p>{{ note.text }}/{{ note.amount }}</p>{% endblock %}"""


class AmountSchema(fields.Schema):
    """What the page below edits."""

    amount = fields.Money(required=True, metadata={"label": _("Amount")})


@pytest.fixture
def client(desk_on_both: Desk) -> Any:
    """A page that edits a note. The business refuses amounts over 100, and 13 altogether."""
    desk_on_both.template("edit.html", FORM)
    blueprint = ModuleBlueprint("desk", __name__, url_prefix="/desk")

    @blueprint.route("/edit", methods=["GET", "POST"])
    @signed_in
    def edit(session: Session, actor: Actor) -> Any:
        note = session.scalars(select(Note)).one()
        form = Form(AmountSchema, values=note)

        def save(values: dict[str, Any]) -> Any:
            note.amount = values["amount"]
            session.add(Note(text="trace"))
            session.flush()
            if note.amount > 10_000:
                raise DomainError("note.amount", "No more than 100.", "amount")
            if note.amount == 1300:
                raise DomainError("note.unlucky", "Not thirteen.")
            return redirect_to("desk.edit")

        return form.answer(session, lambda: page("desk/edit.html", form=form, note=note, title="Edit"), save)

    desk_on_both.blueprints.append(blueprint)
    with desk_on_both.database.session(write=True) as session:
        session.add(Note(text="lunch", amount=500))
    return desk_on_both.open().test_client()


def test_a_plain_form_works_without_a_script(client: Any, desk_on_both: Desk) -> None:
    """Show, post, 303, and the new value in the input."""
    assert 'value="5.00"' in client.get("/desk/edit", headers=SIGNED_IN).text
    assert post(client, "/desk/edit", {"amount": "7.25"}).status_code == 303
    assert desk_on_both.count() == 2


@pytest.mark.parametrize(
    ("amount", "words", "beside"),
    [
        ("", "Fill this in.", True), ("abc", "is not an amount", True), ("100.01", "No more than 100.", True),
        ("13", "Not thirteen.", False),
    ],
)
def test_a_refusal_comes_back_as_the_form(
    client: Any, desk_on_both: Desk, amount: str, words: str, beside: bool
) -> None:
    """422, the sentence beside its field, what was typed still there, and nothing written."""
    response = post(client, "/desk/edit", {"amount": amount})
    assert response.status_code == 422
    assert words in response.text
    assert f'value="{amount}"' in response.text
    assert ('aria-invalid="true"' in response.text) is beside
    assert "<p>lunch/500</p>" in response.text
    assert desk_on_both.count() == 1
