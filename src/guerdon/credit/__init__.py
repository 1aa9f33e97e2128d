"""Advantages: from scores to what the optimiser sees, down to the token."""
