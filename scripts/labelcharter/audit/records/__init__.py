"""Defined audits: definitions, gates, records, and how results are written and shown."""
