"""Scripts that other processes run are no tests."""

collect_ignore = ["inside_verl.py", "processes.py", "training.py"]
