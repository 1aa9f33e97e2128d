"""Places and routes, as written in the text."""
