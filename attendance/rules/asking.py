"""What a company settles about overtime, corrected punches and punches from the web: parameters of a group."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

#: What of approved overtime counts: the lesser of what was approved and what the punches show, or one of the two.
Counted = Literal["less", "approved", "actual"]
#: What becomes of a request over the bounds of the law.
OverLimit = Literal["warn", "refuse"]
#: Whether a punch from the web tells where it was made: never, if the person lets it, or always.
Located = Literal["off", "ask", "need"]

COUNTED: tuple[Counted, ...] = ("less", "approved", "actual")
OVER_LIMIT: tuple[OverLimit, ...] = ("warn", "refuse")
LOCATED: tuple[Located, ...] = ("off", "ask", "need")


@dataclass(frozen=True, slots=True)
class AskingRules:
    """What holds for the requests and web punches of a group.

    With ``asked_only`` overtime that nobody asked for counts nothing. ``in_lieu_minutes`` of overtime are one day of
    time off, which may be taken until ``in_lieu_months`` full months after the month it was worked in. ``corrections``
    is how many punches of a month somebody may ask to have corrected.
    """

    counted: Counted = "less"
    asked_only: bool = False
    over_limit: OverLimit = "warn"
    in_lieu_minutes: int = 480
    in_lieu_months: int = 6
    corrections: int = 3
    location: Located = "ask"

    def __post_init__(self) -> None:
        """Refuse what no company can mean; raises ValueError (the schema explains it to people beforehand)."""
        if self.counted not in COUNTED or self.over_limit not in OVER_LIMIT or self.location not in LOCATED:
            raise ValueError("unknown choice")
        if self.in_lieu_minutes <= 0 or self.in_lieu_months < 0 or self.corrections < 0:
            raise ValueError("numbers of rules are not negative")
