"""Whether other load generators see what this project's generator sees."""
