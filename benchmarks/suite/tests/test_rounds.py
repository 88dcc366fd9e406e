# SPDX-License-Identifier: Apache-2.0

import contextlib
import io
import itertools
import unittest
from collections import Counter

from suite.rounds import balanced, describe, interleave


class RoundTests(unittest.TestCase):
    def test_nobody_always_follows_the_same_one(self):
        for count in range(4, 14):
            names = range(count)
            orders = [balanced(names, turn) for turn in range(6)]
            self.assertTrue(all(sorted(order) == list(names) for order in orders))
            pairs = Counter(pair for order in orders[:count] for pair in itertools.pairwise(order))
            self.assertLessEqual(max(pairs.values()), 1 if count % 2 == 0 else 2, count)

    def test_nobody_follows_itself(self):
        for count in range(2, 14):
            orders = [balanced(range(count), turn) for turn in range(8)]
            self.assertTrue(all(last[-1] != first[0] for last, first in itertools.pairwise(orders)), count)

    def test_few_have_an_order_too(self):
        self.assertEqual(balanced([], 3), [])
        self.assertEqual(balanced(["a"], 3), ["a"])
        self.assertEqual([balanced("ab", turn) for turn in range(2)], [["a", "b"], ["a", "b"]])

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
