"""Bad networks."""
