"""Boxes, points, masks and tracks, as written in the text."""
