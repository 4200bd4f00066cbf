"""What later modules read of performance: final scores of people, and what was confirmed to follow from them."""

from __future__ import annotations

from collections.abc import Mapping

#: The columns of an answer to ``give_outcomes`` and what their integers are. ``points`` is the final score in
#: hundredths of a point, ``raise`` the confirmed proposal of a raise in millionths of pay, ``training`` and
#: ``promotion`` are 1 where it was confirmed; 0 is none of it.
OUTCOME_UNITS: Mapping[str, str] = {"points": "count", "raise": "rate", "training": "count", "promotion": "count"}
