"""The two kinds of errors that the image tells apart."""


class UserError(Exception):
    """What the user can mend: a hyperparameter, a channel, the data."""


class AlgorithmError(Exception):
    """Everything else, and what this image does not do here."""
