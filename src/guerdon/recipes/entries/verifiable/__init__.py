"""Verifiable rewards: facts and experiments, a module per domain."""
