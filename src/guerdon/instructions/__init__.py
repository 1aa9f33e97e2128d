"""Verifiable instructions: what a program can decide about how an answer is written."""
