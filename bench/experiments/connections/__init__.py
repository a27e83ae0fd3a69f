"""What idle connections cost, how fast they come, and what a restart does to them."""
