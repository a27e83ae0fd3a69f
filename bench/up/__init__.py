"""`chatbench up`: both chats and the companion, on ports that are easy to type."""
