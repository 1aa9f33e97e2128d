"""What Guerdon costs and what it saves, against the plain code it stands in for: ``python -m benchmarks``."""
