"""The spend guard: limits of campaigns, looking after them every day, and what is done when one became too dear."""
