"""Leads: taking them in, finding them again, and what happened to each."""
