"""The chat as others write it, to be measured beside the standard one."""
