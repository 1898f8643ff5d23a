"""An account in one process, for teardowns in thousands of random accounts with faults."""
