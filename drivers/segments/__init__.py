"""Analyses by group: segments beside each other and against the rest, units with allowance for their size."""
