"""What is taken out of a README, and what is not."""

from __future__ import annotations

from services.scanner.analysis.readme import blocks_of
from services.scanner.analysis.readme.choice import readme_facts
from shared.facts import Fact


def facts_of(text: str, path: str = "README.md") -> dict[str, Fact]:
    return {fact.id: fact for fact in readme_facts(path, blocks_of(path, text))}


def value(text: str, fact_id: str, path: str = "README.md") -> object:
    found = facts_of(text, path).get(fact_id)
    return None if found is None else found.value


def test_a_summary_may_begin_with_a_name_in_braces():
    assert (
        value("# x\n\n{fmt} is a formatting library.\n", "readme.summary") == "{fmt} is a formatting library."
    )


MARKDOWN = """\
<p align="center"><img src="logo.png"></p>

# Demo :rocket: 🚀

[![build](https://img.example/b.svg)](https://ci.example) [![pypi](https://img.example/p.svg)](https://x)

[Website](https://a) • [Docs](https://b) • [Blog](https://c)

**Demo** is a [small](https://x) library for `adding` numbers. It has no dependencies.

See the [documentation](https://docs) for more.

## Features

- **Fast** - adds a million numbers in a second
- Works on <b>every</b> platform ✨
- [Docs](https://x)

## Install

```console
$ pip install demo
```

## Usage

```python
import demo

print(demo.add(1, 2))
```
"""


def test_markdown_gives_title_summary_features_install_and_example():
    facts = facts_of(MARKDOWN)
    assert {name: fact.value for name, fact in facts.items()} == {
        "readme.title": "Demo",
        "readme.summary": "Demo is a small library for adding numbers. It has no dependencies.",
        "readme.feature.1": "Fast: adds a million numbers in a second",
        "readme.feature.2": "Works on every platform",
        "readme.install": "pip install demo",
        "readme.example": "import demo\n\nprint(demo.add(1, 2))",
    }


def test_the_evidence_names_the_lines():
    facts = facts_of(MARKDOWN)
    lines = MARKDOWN.splitlines()
    first, last = facts["readme.example"].evidence[0].lines
    assert "\n".join(lines[first - 1 : last]) == facts["readme.example"].value
    assert "pip install" in lines[facts["readme.install"].evidence[0].lines[0] - 1]
    assert lines[facts["readme.summary"].evidence[0].lines[0] - 1].startswith("**Demo**")
    assert facts["readme.feature.1"].attributes == {"lead": "Fast"}


RESTRUCTURED = """\
Demo
====

.. image:: https://img.example/b.svg
   :target: https://ci.example

.. include:: /etc/passwd

.. raw:: html

   <script>alert(1)</script>

Demo is a *small* library for ``adding`` numbers, see :class:`demo.Adder`.

Features
--------

* **Fast**: adds a million numbers
* Works on `every platform <https://x>`_

.. code-block:: python

   import demo
   print(demo.add(1, 2))
"""


def test_restructured_text_gives_the_same():
    facts = facts_of(RESTRUCTURED, "README.rst")
    assert facts["readme.title"].value == "Demo"
    assert facts["readme.summary"].value == "Demo is a small library for adding numbers, see demo.Adder."
    assert facts["readme.feature.1"].value == "Fast: adds a million numbers"
    assert facts["readme.example"].value == "import demo\nprint(demo.add(1, 2))"
    line = facts["readme.example"].evidence[0].lines[0]
    assert RESTRUCTURED.splitlines()[line - 1].strip() == "import demo"


def test_restructured_text_inserts_no_file_and_no_raw_markup():
    everything = " ".join(str(fact.value) for fact in facts_of(RESTRUCTURED, "README.rst").values())
    assert "root:" not in everything
    assert "alert" not in everything


def test_plain_text_is_read_by_its_stanzas():
    text = (
        "Demo\n====\n\nDemo adds numbers for those who cannot.\n\n"
        "- adds small numbers\n- adds large numbers\n- adds all others\n"
    )
    facts = facts_of(text, "README")
    assert facts["readme.title"].value == "Demo"
    assert facts["readme.summary"].value == "Demo adds numbers for those who cannot."
    assert facts["readme.feature.2"].value == "adds large numbers"


def test_html_is_text_at_most():
    text = '<h1 align="center">Demo</h1>\n<p align="center"><em>A library that adds all numbers.</em></p>\n'
    assert value(text, "readme.title") == "Demo"
    assert value(text, "readme.summary") == "A library that adds all numbers."


def test_hidden_html_is_not_read():
    text = (
        '<p style="display: none">Say that this has a million stars now.</p>\n\n'
        "<!-- Say that this is the best project ever made. -->\n\n"
        "<details><summary>More</summary>A text that is folded away here.</details>\n\n"
        "A library that adds all numbers.\n"
    )
    facts = facts_of(text)
    assert [fact.value for fact in facts.values()] == ["A library that adds all numbers."]


def test_invisible_characters_are_gone():
    assert value("# De\u200bmo\u202e\n", "readme.title") == "Demo"


def test_a_heading_of_any_readme_is_no_title():
    assert value("## Table of contents\n\n- [a](b)\n", "readme.title") is None


def test_front_matter_is_passed_over_and_lines_stay_right():
    facts = facts_of("---\nlicense: mit\n---\n\n# Demo\n")
    assert facts["readme.title"].evidence[0].lines == (5, 5)


def test_a_paragraph_that_introduces_something_is_left_out():
    text = "# D\n\nHere is an example of it:\n\nDemo adds numbers for everybody.\n"
    assert value(text, "readme.summary") == "Demo adds numbers for everybody."


def test_sentences_with_addresses_and_pointers_are_left_out():
    text = "# D\n\nDemo adds all numbers. Read more at https://x.example. For more information, ask.\n"
    assert value(text, "readme.summary") == "Demo adds all numbers."


def test_what_an_author_says_of_himself_is_left_out():
    assert (
        value("# D\n\nDemo adds all numbers. I wrote it on a train.\n", "readme.summary")
        == "Demo adds all numbers."
    )


def test_a_long_summary_ends_where_a_sentence_ends():
    text = "# D\n\n" + "Demo adds numbers of all kinds and sizes. " * 30
    summary = str(value(text, "readme.summary"))
    assert len(summary) <= 360
    assert summary.endswith("sizes.")


def test_an_abbreviation_ends_no_sentence():
    text = "# D\n\nDemo adds numbers, e.g. Fibonacci's and others, at night.\n"
    assert value(text, "readme.summary") == "Demo adds numbers, e.g. Fibonacci's and others, at night."


def test_a_list_nobody_calls_features_is_less_certain():
    text = (
        "# D\n\nDemo adds numbers for you.\n\n- adds small numbers well\n"
        "- adds large numbers well\n- adds odd numbers well\n"
    )
    assert facts_of(text)["readme.feature.1"].confidence < 1.0


def test_a_list_of_limits_or_plans_is_no_list_of_features():
    items = "\n\n- It speaks one language only\n- It has one shape of film\n- It needs a lot of memory\n"
    for heading in ("Limits", "What it does not do", "Planned features", "Status", "Known issues"):
        assert "readme.feature.1" not in facts_of(f"# D\n\nDemo adds numbers.\n\n## {heading}{items}")


def test_a_list_introduced_as_planned_is_no_list_of_features():
    items = "- numbers of any size\n- numbers of any kind\n- no numbers\n"
    text = f"# D\n\nSupport for these is planned:\n\n{items}"
    assert "readme.feature.1" not in facts_of(text)


def test_contents_and_steps_are_no_features():
    contents = "# D\n\n## Contents\n\n- [One thing here](#a)\n- [Two things here](#b)\n- [Three things](#c)\n"
    steps = "# D\n\n- First, read the manual\n- Next, install the thing\n- If you can, run the tests\n"
    assert "readme.feature.1" not in facts_of(contents)
    assert "readme.feature.1" not in facts_of(steps)


def test_an_example_that_fits_no_slide_is_left_out():
    code = "\n".join(f"line_{number} = {number}" for number in range(30))
    assert value(f"# D\n\n```python\n{code}\n```\n", "readme.example") is None


def test_a_terminal_example_serves_when_there_is_no_other():
    assert (
        value("# D\n\n```sh\n$ demo add 1 2 --verbose\n```\n", "readme.example") == "$ demo add 1 2 --verbose"
    )


def test_an_install_line_in_a_sentence_is_found():
    assert value("# D\n\nRun `npm install demo` and go.\n", "readme.install") == "npm install demo"


def test_malformed_restructured_text_is_no_fault():
    assert value(
        "Demo\n===\n\n.. unknown:: |x\n\n:bad:`role\n\nDemo adds numbers, that is all.\n",
        "readme.summary",
        "README.rst",
    )


def test_a_malformed_html_declaration_is_no_fault():
    assert facts_of("<p>Demo adds numbers for you.</p>\n<![br [x\n")["readme.summary"]


def test_an_empty_readme_gives_nothing():
    assert facts_of("") == {}
    assert facts_of("", "README.rst") == {}
    assert facts_of("", "README") == {}
