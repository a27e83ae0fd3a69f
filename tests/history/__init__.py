"""The histories of both chats, over both databases; each chat runs in a separate process."""
