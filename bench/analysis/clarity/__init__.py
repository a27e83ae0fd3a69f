"""What the code of both chats asks of its reader: pure functions of the sources."""
