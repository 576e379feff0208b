"""Indicators over the waves: usual ranges and trends."""
