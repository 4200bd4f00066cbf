"""Taking in, sending, and what people set up."""
