"""The histories of both chats, over both databases; each chat in a process of its own."""
