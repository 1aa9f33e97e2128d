"""Statics of beams: reactions, and the answers that state them."""
