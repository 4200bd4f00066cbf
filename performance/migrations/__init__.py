"""The history of the tables of performance."""
