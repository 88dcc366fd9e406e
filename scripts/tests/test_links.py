# SPDX-License-Identifier: Apache-2.0

import importlib.machinery
import importlib.util
import pathlib
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
PATH = pathlib.Path(__file__).resolve().parent.parent / "links"
loader = importlib.machinery.SourceFileLoader("links", str(PATH))
links = importlib.util.module_from_spec(importlib.util.spec_from_loader("links", loader))
loader.exec_module(links)


class TargetTests(unittest.TestCase):
    def test_links_and_images(self):
        text = "[a](one.md), ![b](two.svg) and [the\nthird](three.md#part \"Title\")\n\n[d]: <four.md>\n"
        self.assertEqual(links.targets(text), ["one.md", "two.svg", "three.md", "four.md"])

    def test_code_in_the_text_of_a_link(self):
        self.assertEqual(links.targets("| [`Name`](a/b.md) | `code` |"), ["a/b.md"])

    def test_an_escaped_path(self):
        self.assertEqual(links.targets("[a](two%20words.md)"), ["two words.md"])

    def test_what_is_no_file(self):
        self.assertEqual(links.targets("[a](https://example.org/a.md) [b](#part) <doc:Article> [c](mailto:a@b)"), [])

    def test_code_is_not_searched(self):
        self.assertEqual(links.targets("```\n[a](one.md)\n```\n`[b](two.md)` ``[c](`three.md)``"), [])


class BrokenTests(unittest.TestCase):
    def test_links_are_relative_to_their_document(self):
        with tempfile.TemporaryDirectory() as directory:
            root = pathlib.Path(directory)
            (root / "sub").mkdir()
            (root / "sub" / "there.md").write_text("[up](../a.md) [self](there.md#x) [folder](../sub) [root](/a.md)")
            (root / "a.md").write_text("[good](sub/there.md) [bad](there.md)")
            documents = [root / "a.md", root / "sub" / "there.md"]
            self.assertEqual(links.broken(root, documents), [("a.md", "there.md")])


if __name__ == "__main__":
    unittest.main()
