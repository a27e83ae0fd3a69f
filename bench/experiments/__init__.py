"""The experiments: one module or folder each. They write results and read none."""
