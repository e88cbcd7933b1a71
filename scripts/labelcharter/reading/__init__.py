"""Reading owns bytes: strict YAML, front matter and tables become values with their places."""
