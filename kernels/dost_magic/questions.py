"""Questions after `%dost`: IPython takes a line that ends with `?` for a call for help."""

from __future__ import annotations

import tokenize
from tokenize import TokenInfo

from IPython.core.inputtransformer2 import EscapedCommand

WHITE = {tokenize.INDENT, tokenize.DEDENT}


class Question(EscapedCommand):
    """`%dost what is a kernel?` runs the magic; `%dost?` is a call for help, as anywhere."""

    # Before help (5) and other magics (10).
    priority = 4

    @classmethod
    def find(cls, tokens_by_line: list[list[TokenInfo]]) -> Question | None:
        """The first question of a cell."""
        for tokens in tokens_by_line:
            shown = [token for token in tokens if token.type not in WHITE]
            if len(shown) < 3 or [one.string for one in shown[:2]] != ["%", "dost"]:
                continue
            if shown[2].string != "?" and shown[0].line.rstrip().endswith("?"):
                return cls(shown[0].start)
        return None
