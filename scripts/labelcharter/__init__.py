"""Labelcharter: labeling guidelines, their fairness objectives and the evidence, kept in git."""

__version__ = "0.2.1"
