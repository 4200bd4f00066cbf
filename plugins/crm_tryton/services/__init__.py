"""What the bridge does."""
