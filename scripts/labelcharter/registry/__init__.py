"""Registry owns what exists: the kinds, their schemas and the graph with links both ways."""
