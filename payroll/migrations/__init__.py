"""Migrations of the payroll tables."""
