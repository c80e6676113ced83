"""Real models with random weights: one file per library, each with `cases()` and nothing else public."""
