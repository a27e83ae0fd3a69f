"""Machines whose true values are known, on which the intervals are tried."""
