"""Tests whether acknowledged messages survive cuts, killed workers and restarts of engines."""
