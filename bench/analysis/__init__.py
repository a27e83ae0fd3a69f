"""From the cells of a run to figures, comparisons and verdicts: pure, no files, no clock."""
