"""Model-written programs, run against tests in a sandbox."""
