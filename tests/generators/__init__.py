"""Other load generators."""
