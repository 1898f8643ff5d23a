"""The files of the fixtures belong into a copy of the project; the tests among them are run there."""

collect_ignore = ["fixtures"]
