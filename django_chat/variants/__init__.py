"""The chat as other projects write it, for comparison with the standard one."""
