"""Counted things in words, for sentences that people read."""


def counted(n: int, thing: str, ending: str = "s") -> str:
    """A number of things; `ending` makes them several.

    Parameters
    ----------
    n : how many.
    thing : what one of them is called.
    ending : what makes the word plural.

    Examples
    --------
    >>> counted(1, "row"), counted(1200, "row"), counted(2, "stretch", "es")
    ('1 row', '1,200 rows', '2 stretches')
    """
    return f"{n:,} {thing}{'' if n == 1 else ending}"
