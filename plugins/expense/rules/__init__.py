"""Arithmetic of claims that knows no database."""
