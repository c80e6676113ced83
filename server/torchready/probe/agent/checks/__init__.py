"""One file per check: from a built model to an outcome with findings. No check knows of processes or of events."""
