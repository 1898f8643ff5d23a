"""The model that answers in a rehearsal: a script, and it says so."""
