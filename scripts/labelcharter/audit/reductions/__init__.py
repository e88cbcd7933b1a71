"""Ratings of any number become a few hundred rows of whole numbers."""
