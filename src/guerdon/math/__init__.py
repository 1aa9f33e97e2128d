"""Answers of mathematics: reading them, and deciding whether two are equal."""
