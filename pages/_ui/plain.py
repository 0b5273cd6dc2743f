"""Words that came with a visitor's data, shown as they are."""

from __future__ import annotations

import re

MARKDOWN = r"\`*_{}[]()<>#+-!|$~:"
ESCAPED = re.compile(rf"\\([{re.escape(MARKDOWN)}])")
FORMATTING = frozenset("*_`[]<>$:\\~")


def literal(text: str) -> str:
    """Text whose Markdown, LaTeX and HTML signs are shown as they are.

    Examples
    --------
    >>> print(literal("a_b <i>"))
    a\\_b \\<i\\>
    """
    return "".join(f"\\{sign}" if sign in MARKDOWN else sign for sign in text)


def read(text: str) -> str:
    """Words as they are read where `literal` made them Markdown.

    Examples
    --------
    >>> read(literal("a_b <i>"))
    'a_b <i>'
    """
    return ESCAPED.sub(r"\1", text)


def tame(text: str) -> bool:
    """Whether a label of a control, which reads Markdown, shows this text as it is."""
    return not FORMATTING & set(text)
