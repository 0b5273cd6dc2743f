"""A choice of model in words."""

from __future__ import annotations

from gmm_engine.covariance import family

# Kass and Raftery (1995), section 3.2: differences of BIC as evidence.
GRADES = (
    (2.0, "hardly worth mentioning"),
    (6.0, "positive"),
    (10.0, "strong"),
    (float("inf"), "very strong"),
)
COUNTS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def describe(n_components: int, covariance_type: str, d: int) -> str:
    """What a mixture of k components of a family in d columns looks like.

    Parameters
    ----------
    n_components : number of components k.
    covariance_type : a name of `gmm_engine.covariance.NAMES`.
    d : number of columns; one column has bells, two have ellipses, more have ellipsoids.

    Examples
    --------
    >>> describe(3, "VEE", 4)
    'three ellipsoids of equal shape and orientation, own size'
    >>> describe(2, "EII", 1), describe(1, "VVV", 2)
    ('two bells of equal width', 'one ellipse')
    """
    chosen = family(covariance_type)
    count = COUNTS[n_components] if n_components < len(COUNTS) else str(n_components)
    if d == 1:
        if n_components == 1:
            return "one bell"
        return f"{count} bells of {'equal' if chosen.name.startswith('E') else 'their own'} width"
    round_one, long_one = ("circle", "ellipse") if d == 2 else ("sphere", "ellipsoid")
    if n_components == 1:
        single = round_one if chosen.name.endswith("II") else long_one
        return f"one {single}{' along the axes' if chosen.diagonal and single == long_one else ''}"
    return f"{count} {chosen.promise.replace('sphere', round_one).replace('ellipsoid', long_one)}"


def evidence(difference: float) -> str:
    """How much a difference of BIC says for the better model (Kass and Raftery, 1995).

    Examples
    --------
    >>> evidence(1.2), evidence(7.0)
    ('hardly worth mentioning', 'strong')
    """
    return next(words for limit, words in GRADES if difference < limit or limit == GRADES[-1][0])
