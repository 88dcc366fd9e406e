# SPDX-License-Identifier: Apache-2.0

import unittest

from suite import checks
from suite.errors import WrongCount


class CheckTests(unittest.TestCase):
    def test_established(self):
        for right in (1000, 1000 + checks.OWN_SOCKETS):
            checks.check_established("x", right, 1000)
        for wrong in (0, 999, 1001 + checks.OWN_SOCKETS):
            with self.assertRaises(WrongCount):
                checks.check_established("x", wrong, 1000)

    def test_established_beside_a_load(self):
        checks.check_established("x", 1400, 1000, extra=400)
        with self.assertRaises(WrongCount):
            checks.check_established("x", 999, 1000, extra=400)

    def test_time_wait_cannot_be_right_by_being_zero(self):
        checks.check_time_wait("x", checks.FRESH_TIME_WAITS, 100)
        for wrong in (0, checks.FRESH_TIME_WAITS - 1, 101):
            with self.assertRaises(WrongCount):
                checks.check_time_wait("x", wrong, 100)

    def test_nothing(self):
        checks.check_nothing("x", 0)
        with self.assertRaises(WrongCount):
            checks.check_nothing("x", 1)
