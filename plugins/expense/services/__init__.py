"""Claiming expenses, asking for advances, and paying both."""
