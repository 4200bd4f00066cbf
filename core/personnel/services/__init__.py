"""Asking for personnel changes, what each would do, deciding, and writing and undoing its effect."""
