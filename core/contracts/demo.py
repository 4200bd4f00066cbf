"""What a module is handed to write its part of the demo company."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from core.base.actor import Actor
from core.base.period import FOREVER, Month


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody of the demo company, with the facts of the story that modules need.

    ``salary`` is the agreed monthly base pay in minor units; ``place`` the place of social insurance and fund;
    ``note`` names the planted fact: ``rep``, ``sick``, ``maternity``, ``intern``, ``retiree``, ``joiner``, ``leaver``,
    ``overnight`` or a role.
    """

    number: str
    name: str
    person_id: int
    employment_id: int
    position: str
    unit: str
    place: str
    salary: int
    kind: str
    hired: date
    left: date = FOREVER
    note: str = ""


@dataclass(frozen=True, slots=True)
class Demo:
    """The demo company as it stands once organisation and lists are written.

    ``kind`` says which demo it is: ``company``, or ``institution``, a public institution, of which a module writes what
    it knows of institutions, and nothing otherwise.

    ``closed`` are the months that are over, ``open`` the one that runs; ``actors`` are the story's accounts by login,
    so that a module does its part in the name of whoever would do it. ``report(done, total, message)``, if given, shows
    progress.
    """

    today: date
    legal_entity_id: int
    people: Mapping[str, DemoPerson]
    closed: tuple[Month, ...]
    open: Month
    actors: Mapping[str, Actor]
    seed: int = 20261123
    kind: str = "company"
    report: Callable[[int, int, str], None] | None = None

    def rng(self, name: str) -> random.Random:
        """A random source of its own for each purpose, the same in every build."""
        return random.Random(f"{self.seed}:{name}")  # noqa: S311 -- a story, no secret

    def noted(self, note: str) -> DemoPerson:
        """The person a planted fact is about."""
        return next(person for person in self.people.values() if person.note == note)
