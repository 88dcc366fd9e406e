# SPDX-License-Identifier: Apache-2.0
"""Measures what a scrape costs, side by side, on one machine, in one run. `benchmarks/README.md` tells of it."""
