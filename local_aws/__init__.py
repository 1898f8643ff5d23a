"""The local AWS that rehearsals and tests deploy to."""
