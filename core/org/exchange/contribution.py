"""Contribution places as files write them, 上海 or Shanghai, and as the country packs call them, CN-SH."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from core.base.text import catalogue, listed
from core.contracts.country import Country, Place
from core.db.types import Translation
from core.exchange.check import Checked
from core.exchange.importing import Plan
from core.kernel import state

if TYPE_CHECKING:
    from core.kernel.house import House

_ = catalogue("org")

COLUMN = "contribution_place"


def settle_places(session: Session, checked: Checked, plan: Plan) -> None:
    """Put the code in place of the name of each contribution place, and warn once of each that no country pack knows.

    Such a place is kept as it stands: people may work where nobody has written the rules yet. Without a country pack
    there is nothing to know.
    """
    house: House = session.info["house"]
    packs = [pack for pack in house.registry.countries(state.read(session)).values() if pack.places]
    if COLUMN not in checked.present or not packs:
        return
    codes: dict[str, str] = {}
    for row, words in enumerate(checked.columns[COLUMN]):
        if words is None or words in codes:
            continue
        place = _place(packs, words)
        codes[words] = place.code if place is not None else words
        if place is None:
            known = [Translation(one.title) for pack in packs for one in pack.places if one.code != pack.code]
            plan.warnings.append(
                checked.at(row, COLUMN, _("The rules of {place} are not known; no pay can be calculated there.",
                                          place=words),
                           _("Write one of: {known}.", known=listed(known)))
            )
    checked.columns[COLUMN] = [None if words is None else codes[words] for words in checked.columns[COLUMN]]


def _place(packs: Sequence[Country], words: str) -> Place | None:
    """What the first pack that knows the name calls the place."""
    found = (pack.find_place(words) for pack in packs)
    return next((place for place in found if place is not None), None)
