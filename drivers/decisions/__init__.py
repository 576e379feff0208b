"""Where to act."""
