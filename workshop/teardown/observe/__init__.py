"""What is there: the inventory of an account, and the stacks that hold it."""
