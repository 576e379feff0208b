"""Moves of drivers' means: what goes with them in every outcome, how far they can go, what goes along."""
