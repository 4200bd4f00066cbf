"""The form of what is planned for a unit and a time: a campaign, a budget."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Response, url_for
from sqlalchemy.orm import Session

from plugins.crm.models import Budget, Campaign
from plugins.crm.schemas.spending import PlannedSchema
from plugins.crm.services.places import all_places
from remit.base import Actor, clock
from remit.text import Text
from remit.web import Form, Page, flash, page, redirect_to


@dataclass(frozen=True, slots=True)
class Planning:
    """How one kind is planned: its schema, what keeps it (``save(session, actor, row, values)``), and its words."""

    schema: type[PlannedSchema]
    save: Callable[[Session, Actor, Any, dict[str, Any]], Any]
    endpoint: str
    many: Text
    new: Text
    kept: Text
    #: What else there is to choose from, by field.
    choices: Callable[[Session, Actor], dict[str, list[tuple[int, str]]]] | None = None

    def answer(self, session: Session, actor: Actor, row: Campaign | Budget | None) -> Page | Response:
        """The form of a new one or of ``row``; keeps what is posted and leads to the list."""
        form = Form(self.schema, values=self._values(actor, row), options={
            "unit_id": [(place.unit_id, str(place.title)) for place in all_places(session)],
            **(self.choices(session, actor) if self.choices is not None else {}),
        })  # fmt: skip

        def save(values: dict[str, Any]) -> Response:
            self.save(session, actor, row, values)
            flash(self.kept)
            return redirect_to(self.endpoint)

        back = url_for(self.endpoint)
        return form.answer(session, lambda: page(
            "crm/form.html", title=row.title if row else self.new, form=form, crumb=[(self.many, back)], back=back,
        ), save)  # fmt: skip

    def _values(self, actor: Actor, row: Campaign | Budget | None) -> dict[str, Any]:
        if row is None:
            return {"starts_on": clock.today(actor.zone)}
        said = {name: getattr(row, name) for name in self.schema().fields if hasattr(row, name)}
        return {**said, "last_day": row.ends_on - timedelta(days=1)}
