"""The history of the tables of attendance."""
