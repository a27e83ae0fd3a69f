"""What is lost, where and why: messages and pictures, past every limit, to readers of all kinds."""
