"""How the cost of a delivery grows with the members of a room, with rooms, and with sizes."""
