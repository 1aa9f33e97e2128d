"""Scripts that tests start in processes of their own are not looked through for doctests: that would run them."""

from __future__ import annotations

collect_ignore = ["isolated_script.py"]
