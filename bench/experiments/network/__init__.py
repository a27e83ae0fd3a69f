"""Members on hosts of their own, behind a network that loses, delays and cuts."""
