"""What may leave the house, and what an attacker can make of it."""
