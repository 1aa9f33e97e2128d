"""Ranked lists, retrieval, nuggets and citations."""
