"""Measurements by hand: each prints a table against a named peer, same input, one run."""
