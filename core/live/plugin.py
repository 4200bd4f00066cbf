"""What this package contributes to the house: nothing that is registered; topics are those of others."""
