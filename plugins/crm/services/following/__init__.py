"""Following leads up: contacts and what came of them, deadlines, hand-over, and what is done when nobody moves."""
