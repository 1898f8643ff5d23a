"""Jobs that are executed: each one is a process with the container's contract, in a private folder."""
