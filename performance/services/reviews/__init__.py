"""Reviews: forms, cycles, who writes, what it comes to, calibration, signing; and remarks in between."""
