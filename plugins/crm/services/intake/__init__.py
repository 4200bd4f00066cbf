"""Taking leads in, whichever way they come, each once."""
