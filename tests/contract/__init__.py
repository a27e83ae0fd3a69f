"""The contract's documents: complete, valid, and correct for both chats."""
