"""Hundreds of reports: planned, made side by side, each whole or not at all, and continued where a run broke off."""
