# SPDX-License-Identifier: Apache-2.0
"""What each table measures: a function for each, from a plan to rows."""
