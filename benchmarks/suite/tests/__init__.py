# SPDX-License-Identifier: Apache-2.0
"""Tests of what the suite does without measuring."""
