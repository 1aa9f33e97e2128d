"""``python -m guerdon``: the command line."""

from guerdon.cli import main

raise SystemExit(main())
