"""Speed: what a delivery costs at equal utilisation, and how long it takes.

The members of all arms stay connected, and the arms take turns on one core.
"""
