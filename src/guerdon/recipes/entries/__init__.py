"""What the registry knows of each recipe, a module per family: hand numbers, experiments, guesses."""
