"""The contract's documents: whole, valid, and true of both chats."""
