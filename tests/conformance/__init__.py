"""The contract, asked of a running server over real sockets; the same for every arm."""
