"""Scripts that other processes run are no tests."""

collect_ignore = ["processes.py", "training.py"]
