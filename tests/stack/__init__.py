"""Stacks: started, broken, restarted, and stopped without a trace."""
