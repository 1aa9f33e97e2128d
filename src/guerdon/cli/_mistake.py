"""What the user can mend."""

from __future__ import annotations


class Mistake(Exception):
    """Something on the command line that cannot be done; the message is one sentence."""
