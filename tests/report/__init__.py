"""The report on stored data with known answers."""
