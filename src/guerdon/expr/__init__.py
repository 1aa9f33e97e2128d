"""What a reward is: rollouts, values, axes, expressions, and the array kernel. Needs numpy alone."""
