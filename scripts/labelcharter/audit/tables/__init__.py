"""What a table means and which of its rows count."""
