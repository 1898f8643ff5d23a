"""What outlives a process: the journal, its copy, and the account's own logging setting."""
