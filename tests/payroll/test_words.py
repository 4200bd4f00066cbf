"""The audit log names what payroll keeps: no table and no column is told by its name in the database."""

from __future__ import annotations

import pytest
from sqlalchemy import Table

import payroll.plugin  # noqa: F401  attaches the words
from payroll import models
from remit.models import Base
from remit.text import use_locale

MODELS = [one for one in vars(models).values() if isinstance(one, type) and issubclass(one, Base) and one is not Base]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__tablename__)
def test_every_table_and_column_has_words_in_both_languages(model: type[Base]) -> None:
    table = model.__table__
    assert isinstance(table, Table)
    for info in (table.info, *(column.info for column in table.columns if column.name != "id")):
        said = []
        for locale in ("zh_CN", "en"):
            with use_locale(locale):
                said.append(str(info["label"]))
        assert said[0] != said[1], said
        assert "_" not in said[1]
