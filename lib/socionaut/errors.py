"""The error of bad input: its message is a sentence that says where, what, and what to do."""

__all__ = ["InputError"]


class InputError(ValueError):
    """Something given cannot be used; the message says where, why, and what to do.

    Subclasses exist only where somebody catches one kind and not the others.
    """
