"""Forms from schemas: what the macros need to draw each field, and how a post is read back.

    form = Form(NoteSchema, values=run)
    return form.answer(session, lambda: page("payroll/note.html", run=run, form=form), save)

``answer`` shows the form on GET; on POST it reads it and calls ``save(values)``. What the schema or the business does
not accept comes back as the same page, status 422, with the sentence beside its field and nothing half written.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, BinaryIO, TypeVar, cast

from flask import request
from marshmallow import ValidationError, fields, missing
from sqlalchemy import inspect

from core.access.decision import Denied
from core.base.errors import DomainError, NotFound
from core.base.money import SYMBOLS, format_money
from core.base.text import LOCALES, Text, catalogue
from core.schemas import fields as house
from core.schemas.messages import flat_messages
from core.schemas.validators import OneOf
from core.web.visit import READING

if TYPE_CHECKING:
    from marshmallow import Schema
    from sqlalchemy.orm import Session
    from werkzeug.datastructures import MultiDict

    from core.web.pages import Page

_ = catalogue("web")

R = TypeVar("R")
Option = tuple[str, Text | str]
LANGUAGES = {"zh_CN": _("Chinese"), "en": _("English")}


@dataclass(frozen=True, slots=True)
class FormField:
    """One input as the macro ``ui.field`` draws it.

    ``kind`` is one of the macro's kinds, guessed from the schema unless its metadata names one. ``value`` is what the
    input holds, as text; for a checkbox a bool, for ``checks`` a list of text. ``options`` are (value, words) pairs.
    """

    name: str
    label: Text | str
    kind: str = "text"
    value: Any = ""
    required: bool = False
    hint: Text | str | None = None
    error: Text | str | None = None
    options: Sequence[Option] = ()
    unit: Text | str | None = None
    placeholder: Text | str | None = None
    attrs: Mapping[str, str | int] = field(default_factory=dict)
    span: bool = False
    rows: int = 3
    readonly: bool = False
    icon: str | None = None


class Form:
    """A schema as inputs. Iterate over it, or take a field by name: ``form["amount"]``.

    ``values`` is what the inputs hold at first: a mapping or an object with attributes of these names.
    ``options`` gives the choices of fields that depend on data: ``{"unit_id": [("7", "Sales"), ...]}``.
    ``needed`` are fields drawn as required although the schema allows them to be empty: whoever saves insists on them
    in this case and says why.
    """

    def __init__(
        self,
        schema: type[Schema] | Schema,
        *,
        values: Any = None,
        options: Mapping[str, Iterable[tuple[Any, Text | str]]] | None = None,
        needed: Collection[str] = (),
    ) -> None:
        self.schema = schema() if isinstance(schema, type) else schema
        self._values = values
        self._needed = frozenset(needed)
        self._options = {name: [(str(key), words) for key, words in found] for name, found in (options or {}).items()}
        self._posted: MultiDict[str, str] | None = None
        #: What does not belong to one field.
        self.errors: list[Text | str] = []
        self._errors: dict[str, list[Text | str]] = {}

    # -- drawing -------------------------------------------------------------------------------------------------

    @property
    def names(self) -> list[str]:
        """The names of the fields that are filled in, in the order of the schema."""
        return [name for name, found in self.schema.fields.items() if not found.dump_only]

    @property
    def fields(self) -> list[FormField]:
        """All fields in order; a translated one is an input for each language."""
        found: list[FormField] = []
        for name in self.names:
            described = self[name]
            translated = isinstance(self.schema.fields[name], house.Translated)
            found.extend(self._parts(described) if translated else [described])
        return found

    @property
    def error(self) -> str:
        """What concerns the whole form, in one line; empty when nothing does."""
        return " ".join(str(text) for text in self.errors)

    def __iter__(self) -> Iterator[FormField]:
        return iter(self.fields)

    def __contains__(self, name: str) -> bool:
        return name in self.names

    def __getitem__(self, name: str) -> FormField:
        found: Any = self.schema.fields[name]
        told = found.metadata
        return FormField(
            name=name,
            label=told.get("label") or name,
            kind=kind_of(found, has_options=name in self._options),
            value=self._shown(name, found),
            required=found.required or name in self._needed,
            hint=told.get("hint"),
            error=next(iter(self._errors.get(name, ())), None),
            options=self._options.get(name) or options_of(found),
            unit=told.get("unit") or unit_of(found),
            placeholder=told.get("placeholder"),
            attrs={**attributes_of(found), **told.get("attrs", {})},
            span=bool(told.get("span", False)),
            rows=int(told.get("rows", 3)),
            readonly=bool(told.get("readonly", False)),
        )

    @property
    def invalid(self) -> bool:
        """Whether something was not accepted."""
        return bool(self.errors or self._errors)

    def _shown(self, name: str, found: Any) -> Any:
        if self._posted is not None:
            if isinstance(found, house.Translated):
                return {loc: self._posted.get(f"{name}{house.PART}{loc}", "") for loc in LOCALES}
            if isinstance(found, fields.List):
                return self._posted.getlist(name)
            if isinstance(found, fields.Boolean):
                return _ticked(self._posted.get(name))
            return self._posted.get(name, "")
        return written(found, self._initial(name, found))

    def _initial(self, name: str, found: Any) -> Any:
        key = found.attribute or name
        if isinstance(self._values, Mapping):
            value = self._values.get(key, missing)
        else:
            value = getattr(self._values, key, missing) if self._values is not None else missing
        if value is missing:
            value = found.load_default() if callable(found.load_default) else found.load_default
        return None if value is missing else value

    def _parts(self, described: FormField) -> list[FormField]:
        first, *_others = LOCALES
        return [
            replace(
                described, name=f"{described.name}{house.PART}{locale}",
                label=_("{label} ({language})", label=described.label, language=LANGUAGES[locale]),
                value=(described.value or {}).get(locale, ""), required=described.required and locale == first,
                error=described.error if locale == first else None, hint=described.hint if locale == first else None,
                attrs={**described.attrs, "lang": locale.replace("_", "-")},
            )
            for locale in LOCALES
        ]

    # -- reading -------------------------------------------------------------------------------------------------

    def read(self, posted: MultiDict[str, str] | None = None) -> dict[str, Any]:
        """The values of a post, loaded; raises ``ValidationError`` and keeps what was typed for the second look."""
        self._posted = request.form if posted is None else posted
        try:
            return read_form(self.schema, self._posted)
        except ValidationError as error:
            self.complain(error)
            raise

    def complain(self, error: ValidationError | DomainError) -> None:
        """Put the sentences of a refusal beside the fields they belong to, the rest at the top of the form."""
        if isinstance(error, ValidationError):
            messages: Mapping[str, Sequence[Text | str]] = flat_messages(error.messages)
        else:
            messages = {error.field or "": [error.message]}
        for name, texts in messages.items():
            own = next((known for known in self.names if name == known or name.startswith(f"{known}.")), None)
            if own is None:
                self.errors.extend(texts)
            else:
                self._errors.setdefault(own, []).extend(texts)

    def answer(self, session: Session, show: Callable[[], Page], save: Callable[[dict[str, Any]], R]) -> Page | R:
        """Show the form, or read it and save; a refusal comes back as the form, status 422.

        ``save`` runs inside a savepoint: what it did before a refusal is undone, what came before the form is kept.
        """
        if request.method in READING:
            return show()
        try:
            values = self.read()
            with session.begin_nested():
                return save(values)
        except (Denied, NotFound):
            raise
        except DomainError as error:
            self.complain(error)
        except ValidationError as error:
            if not self.invalid:
                self.complain(error)
        _refresh(session)
        page = show()
        page.status = 422
        return page


def _refresh(session: Session) -> None:
    """Load again what the savepoint's end has expired, since the template cannot."""
    for known in list(session):
        if inspect(known).expired:
            session.refresh(known)


def read_form(schema: type[Schema] | Schema, posted: MultiDict[str, str]) -> dict[str, Any]:
    """The loaded values of a form post; inputs the schema does not know (buttons, the token) are left aside.

    An empty input is no value: a required field then misses it, one that allows None becomes None, free text
    becomes empty, anything else takes its default. Raises ``ValidationError``.
    """
    loader = schema() if isinstance(schema, type) else schema
    given: dict[str, Any] = {}
    for name, found in loader.fields.items():
        if found.dump_only:
            continue
        value = _given(name, found, posted)
        if value is not missing:
            given[found.data_key or name] = value
    loaded: dict[str, Any] = loader.load(given)
    return loaded


def sent_files(name: str) -> list[tuple[BinaryIO, str]]:
    """The files that were sent in an input, content and name; one that was left empty sends none."""
    return [(cast(BinaryIO, one.stream), one.filename) for one in request.files.getlist(name) if one.filename]


def _given(name: str, found: Any, posted: MultiDict[str, str]) -> Any:
    if isinstance(found, house.Translated):
        parts = {loc: posted.get(f"{name}{house.PART}{loc}", "") for loc in LOCALES}
        return parts if any(text.strip() for text in parts.values()) or not found.required else missing
    if isinstance(found, fields.List):
        return posted.getlist(name)
    if isinstance(found, fields.Boolean):
        return _ticked(posted.get(name))
    value = posted.get(name)
    if value is None:
        return missing
    empties = isinstance(found, fields.String) and not (found.required or found.allow_none or options_of(found))
    if value.strip() or empties:
        return value
    return None if found.allow_none and not found.required else missing


def _ticked(value: str | None) -> bool:
    return value is not None and value not in ("", "0", "false", "off", "no")


# -- describing --------------------------------------------------------------------------------------------------------

_KINDS: tuple[tuple[type[Any], str], ...] = (
    (house.Email, "email"), (house.Money, "money"), (house.Rate, "text"), (house.Days, "text"),
    (fields.Boolean, "checkbox"), (fields.Date, "date"), (house.Month, "month"), (fields.List, "checks"),
    (fields.Integer, "number"),
)


def kind_of(found: Any, *, has_options: bool = False) -> str:
    """The kind of input for a field, unless its metadata names one."""
    if "kind" in found.metadata:
        return str(found.metadata["kind"])
    if isinstance(found, fields.List):
        return "checks"
    if has_options or options_of(found):
        return "select"
    for type_, kind in _KINDS:
        if isinstance(found, type_):
            return kind
    return "textarea" if getattr(found, "multiline", False) else "text"


def unit_of(found: Any) -> Text | str | None:
    """The unit that stands beside the input."""
    if isinstance(found, house.Money):
        return SYMBOLS.get(found.currency, found.currency)
    return _("days") if isinstance(found, house.Days) else None


def options_of(found: Any) -> list[Option]:
    """The choices a field declares itself: through ``Choice``, ``OneOf`` or its metadata."""
    inner = found.inner if isinstance(found, fields.List) else found
    if "options" in found.metadata:
        return [(str(key), words) for key, words in found.metadata["options"]]
    for check in inner.validators:
        if isinstance(check, OneOf):
            return [(str(key), words) for key, words in check.titles.items()]
    return []


def attributes_of(found: Any) -> dict[str, str | int]:
    """Attributes of the input that let the browser help: bounds, length, keyboard."""
    given: dict[str, str | int] = {}
    if isinstance(found, (house.Money, house.Rate, house.Days)):
        given["inputmode"] = "decimal"
    if isinstance(found, (house.String, house.Translated)):
        given["maxlength"] = found.max_length
    if isinstance(found, house.Integer):
        given.update({k: v for k, v in (("min", found.minimum), ("max", found.maximum)) if v is not None})
    return given


def written(found: Any, value: Any) -> Any:
    """A stored value as the input holds it."""
    if isinstance(found, house.Translated):
        return dict(value or {})
    if isinstance(found, fields.List):
        return [str(item) for item in value or ()]
    if isinstance(found, fields.Boolean):
        return bool(value)
    if value is None:
        return ""
    if isinstance(found, house.Money):
        return format_money(value, currency=found.currency).replace("\u2212", "-")
    if isinstance(found, house.Days):
        return _decimal(value, 2)
    if isinstance(found, house.Rate):
        return f"{_decimal(value, 4)}%"
    return str(value)


def _decimal(value: int, places: int) -> str:
    whole, rest = divmod(abs(value), 10**places)
    digits = f"{rest:0{places}d}".rstrip("0")
    return f"{'-' if value < 0 else ''}{whole}{'.' + digits if digits else ''}"
