"""What a program can decide about a completion, a module per domain."""
