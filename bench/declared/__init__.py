"""What is declared: the arms, the differences that are known, and the features of the two chats."""
