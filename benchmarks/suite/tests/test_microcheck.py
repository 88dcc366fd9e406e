# SPDX-License-Identifier: Apache-2.0

import unittest

from suite.microcheck import judge


class JudgeTests(unittest.TestCase):
    def test_near_is_well(self):
        thresholds = {"a": {"instructions": 1000, "allocations": 0}}
        self.assertEqual(judge({"a": {"instructions": 1029, "allocations": 0}}, thresholds), [])

    def test_worse_and_better_are_told(self):
        worse, = judge({"a": {"instructions": 1040}}, {"a": {"instructions": 1000}})
        self.assertIn("+4.0 %", worse)
        self.assertIn("worse", worse)
        better, = judge({"a": {"instructions": 900}}, {"a": {"instructions": 1000}})
        self.assertIn("better", better)

    def test_one_allocation_more_is_worse(self):
        self.assertEqual(len(judge({"a": {"allocations": 1}}, {"a": {"allocations": 0}})), 1)
        self.assertEqual(len(judge({"a": {"allocations": 3}}, {"a": {"allocations": 2}})), 1)

    def test_microbenchmarks_and_thresholds_belong_together(self):
        self.assertEqual(len(judge({"a": {"instructions": 1}}, {})), 1)
        self.assertEqual(len(judge({}, {"a": {"instructions": 1}})), 1)
