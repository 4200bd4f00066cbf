"""Decision tables about leads: what they say, how they are changed and tried, and what is in force."""
