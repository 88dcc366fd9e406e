# SPDX-License-Identifier: Apache-2.0

import contextlib
import io
import unittest

from suite.rounds import describe, interleave, rotated


class RoundTests(unittest.TestCase):
    def test_each_turn_begins_with_another(self):
        self.assertEqual([rotated("abc", turn)[0] for turn in range(4)], ["a", "b", "c", "a"])
        self.assertEqual(rotated("abc", 1), ["b", "c", "a"])
        self.assertEqual(rotated([], 3), [])

    def test_the_first_round_is_thrown_away(self):
        order = []

        def measurement(name):
            def measure():
                order.append(name)
                return {"seconds": float(len(order))}
            return measure

        with contextlib.redirect_stderr(io.StringIO()):
            rows = interleave({"a": measurement("a"), "b": measurement("b")}, {"sockets": 1}, 2)
        self.assertEqual("".join(order), "abbaab")
        self.assertEqual([row.samples for row in rows], [{"seconds": [4, 5]}, {"seconds": [3, 6]}])

    def test_conditions_are_words(self):
        self.assertEqual(describe({"sockets": 1000}), "1,000 sockets")
        self.assertEqual(describe({"clients": 16, "encoding": "gzip"}), "16 clients, encoding gzip")
