"""People at work in an installation: what no command does is done by the services that its pages use."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from core.config import Config
from core.identity import services as identity
from core.kernel.house import House
from core.opening import open_house
from remit.base import Actor
from tests.data_sets.installation import Installation


@dataclass
class AtWork:
    """The house of an installation, and those who act in it by their sign-in names."""

    house: House

    @classmethod
    def of(cls, installation: Installation) -> AtWork:
        """The house over the folder and the database that the commands work with."""
        settings = Config(instance=installation.folder, database_url=installation.database_url, job_threads=0)
        return cls(open_house(settings, pages=False))

    def actor(self, login: str = "admin") -> Actor:
        """Whoever signs in under a name."""
        with self.house.session(Actor.system("who acts in a test")) as session:
            return identity.actor_of(identity.by_login(session, login))

    @contextmanager
    def writing(self, login: str = "admin") -> Iterator[tuple[Session, Actor]]:
        """One transaction of somebody."""
        actor = self.actor(login)
        with self.house.session(actor, write=True) as session:
            yield session, actor


def write_csv(path: Path, heading: Sequence[str], rows: Iterable[Sequence[object]]) -> Path:
    """Write a CSV file and answer where it is."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(heading)
        writer.writerows(rows)
    return path
