"""How much each driver matters, and what may be said about their order."""
