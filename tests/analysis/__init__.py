"""The analysis, on values that are known and on simulated machines."""
