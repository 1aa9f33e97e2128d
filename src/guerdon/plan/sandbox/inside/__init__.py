"""What runs inside the sandboxes: shipped there as compiled code, importing nothing but the standard library."""
