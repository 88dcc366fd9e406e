# SPDX-License-Identifier: Apache-2.0
"""What ends a run."""


class SuiteError(Exception):
    """Something without which a figure would be wrong or missing. The text is one sentence for people."""


class WrongCount(SuiteError):
    """A method counted something else than what is there: a fast wrong answer is no answer."""
