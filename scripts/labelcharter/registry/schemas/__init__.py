"""The JSON Schemas of all kinds and outputs: the only definition of their shape."""
