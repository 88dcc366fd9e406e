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
        checks.check_established("x", 1400, 1000, extra=(400, 400))
        checks.check_established("x", 1000, 1000, extra=(0, 400))
        for wrong, extra in ((999, (0, 400)), (1399, (400, 400)), (1401 + checks.OWN_SOCKETS, (400, 400))):
            with self.assertRaises(WrongCount):
                checks.check_established("x", wrong, 1000, extra)

    def test_time_wait_cannot_be_right_by_being_zero(self):
        checks.check_time_wait("x", checks.FRESH_TIME_WAITS, checks.FRESH_TIME_WAITS, checks.FRESH_TIME_WAITS)
        for wrong in (0, checks.FRESH_TIME_WAITS - 1):
            with self.assertRaises(WrongCount):
                checks.check_time_wait("x", wrong, checks.FRESH_TIME_WAITS, checks.FRESH_TIME_WAITS)

    def test_time_wait_is_what_the_kernel_says(self):
        for right in (90 - checks.OWN_SOCKETS, 95, 100 + checks.OWN_SOCKETS):
            checks.check_time_wait("x", right, 100, 90)
        for wrong in (0, 89 - checks.OWN_SOCKETS, 101 + checks.OWN_SOCKETS):
            with self.assertRaises(WrongCount):
                checks.check_time_wait("x", wrong, 100, 90)

    def test_many_time_waits_come_and_go(self):
        for right in (20_000, 40_000, 90_000):
            checks.check_time_wait("x", right, 40_000, 45_000)
        for wrong in (0, 19_999, 90_001):
            with self.assertRaises(WrongCount):
                checks.check_time_wait("x", wrong, 40_000, 45_000)

    def test_nothing(self):
        checks.check_nothing("x", 0)
        with self.assertRaises(WrongCount):
            checks.check_nothing("x", 1)
