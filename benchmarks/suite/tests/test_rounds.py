# SPDX-License-Identifier: Apache-2.0

import contextlib
import io
import unittest

from suite.rounds import describe, interleave, shuffled


class RoundTests(unittest.TestCase):
    def test_each_turn_has_an_order_of_its_own(self):
        orders = [shuffled("abcdef", turn) for turn in range(6)]
        self.assertTrue(all(sorted(order) == list("abcdef") for order in orders))
        self.assertEqual(orders, [shuffled("abcdef", turn) for turn in range(6)])
        before_c = {order[order.index("c") - 1] for order in orders}
        self.assertGreater(len(before_c), 2)
        self.assertEqual(shuffled([], 3), [])

    def test_the_first_round_is_thrown_away(self):
        order = []

        def measurement(name):
            def measure():
                order.append(name)
                return {"seconds": float(len(order))}
            return measure

        with contextlib.redirect_stderr(io.StringIO()):
            rows = interleave({"a": measurement("a"), "b": measurement("b")}, {"sockets": 1}, 2)
        self.assertEqual(len(order), 6)
        self.assertEqual([row.subject for row in rows], ["a", "b"])
        for row in rows:
            when = [number + 1 for number, name in enumerate(order) if name == row.subject]
            self.assertEqual(row.samples, {"seconds": when[1:]})

    def test_conditions_are_words(self):
        self.assertEqual(describe({"sockets": 1000}), "1,000 sockets")
        self.assertEqual(describe({"sockets": 1}), "1 socket")
        self.assertEqual(describe({"clients": 16, "encoding": "gzip"}), "16 clients, encoding gzip")
