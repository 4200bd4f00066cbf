"""What performance does: define figures, take values, draft schemes, work out scores and rewards."""
