"""Structured answers: JSON, schemas, keys, values at a path, patterns."""
