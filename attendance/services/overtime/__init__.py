"""Overtime that was asked for: requests, what of them counts once the day is over, and the time off they give."""
