"""Likelihoods of every subset of drivers, for outcomes that are no measurements."""
