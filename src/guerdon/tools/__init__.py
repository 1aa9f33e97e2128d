"""Tool calls: reading them in every usual notation, and comparing them with those wanted."""
