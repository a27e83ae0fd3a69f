"""The contract as tests of a running server over real sockets; the same for every arm."""
