"""Figures of reduced tables: values, intervals, tests, verdicts. Nothing here knows an audit."""
