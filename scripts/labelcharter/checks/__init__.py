"""Checks owns the rules: one subject a module, one generator of diagnostics a rule."""
