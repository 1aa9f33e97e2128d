"""The small experiments behind ``guerdon reproduce``: numpy alone, seconds each."""
