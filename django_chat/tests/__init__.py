"""The chat's tests as Channels' documentation writes them: no server, no socket."""
