"""Turns the cells of a run into figures, comparisons and verdicts; reads no file and no clock."""
