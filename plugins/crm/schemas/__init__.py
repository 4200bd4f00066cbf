"""The forms of this module and what programs send."""
