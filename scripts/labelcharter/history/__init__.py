"""History owns git: the only caller of it, and the events of every element."""
