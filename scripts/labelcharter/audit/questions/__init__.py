"""The checks of an audit: statistics put to the groups of a table, one module a check."""
