"""Simple requests that ship with the product, for an organisation to take over and change."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy.orm import Session

from core.base.actor import Actor
from core.db.types import Translation
from core.workflow.actions import FORM
from core.workflow.designing import versions
from core.workflow.processes.models import ProcessVersion

_FILE = Path(__file__).resolve().parents[1] / "data" / "forms.yaml"


@cache
def starters() -> Mapping[str, Mapping[str, Any]]:
    """Definitions by the name of their form."""
    found: list[dict[str, Any]] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return {one.pop("name"): one for one in found}


def titles() -> dict[str, Translation]:
    """What they are called, by name."""
    return {name: Translation(one["title"]) for name, one in starters().items()}


def take_over(session: Session, actor: Actor, name: str) -> ProcessVersion:
    """Put one of them in force as it ships; raises what ``versions.publish`` raises."""
    row = versions.save_draft(session, actor, f"{FORM}:{name}", starters()[name])
    return versions.publish(session, actor, row.process, seen=row.digest)
