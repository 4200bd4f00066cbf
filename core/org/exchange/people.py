"""Importing people: one row an employee, or several dated rows an employee for several posts one after another.

Rows of one employee number tell his history from their first day on. A person is found again by the identity
number, an employment by its number or external id. Nothing here loops over the database: everything stored is read
once, compared in memory, and written as columns.
"""

from __future__ import annotations

from core.base.text import catalogue
from core.exchange.importing import Exchange, Option
from core.org.exchange.people_plan import plan_people
from core.org.exchange.people_write import apply_people
from core.org.exchange.sheets import PEOPLE_SHEET
from core.org.resources import IMPORT
from core.org.services.structure import renumber

_ = catalogue("org")

PEOPLE = Exchange(
    "people", _("Import people"), PEOPLE_SHEET, IMPORT, plan_people, apply_people,
    options=(Option("create_missing", _("Create units and positions that are missing")),),
    after_undo=renumber,
)
