"""How the server plans statements."""

from __future__ import annotations

from sqlalchemy import func, select

from core.db import guard
from tests.core.db.tables import House


def test_a_statement_that_comes_often_is_planned_for_its_own_values(database):
    if database.is_sqlite:
        return  # it plans once, and knows no values
    with database.session() as session:
        connection = session.connection(execution_options={guard.MIGRATION: True})
        for number in range(20):
            session.scalar(select(func.count(House.id)).where(House.id < number))
        plans = "SELECT sum(generic_plans), sum(custom_plans) FROM pg_prepared_statements"
        generic, custom = connection.exec_driver_sql(plans).one()
    assert generic == 0
    assert custom > 0
