"""Stacks: started, broken, restarted, and stopped without anything left."""
