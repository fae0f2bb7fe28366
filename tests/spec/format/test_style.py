"""What the formatter's style is, case by case: a text before and after."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from reformatting import ROOT, SPECS, formatted

from mlipilot.spec.format import format_source
from mlipilot.spec.source import SourceFile

LONG = "x" * 100
CASES = {
    "fields are aligned at the equals sign": (
        "model m : mace {\nr_max=4.5 Å\n\tchannels =8\n}",
        "model m : mace {\n    r_max    = 4.5 Å\n    channels = 8\n}",
    ),
    "an empty line ends a run, a comment does not": (
        "model m {\na = 1\n# why\nbbb = 2\n\n\n\nccccc = 3\n}",
        "model m {\n    a   = 1\n    # why\n    bbb = 2\n\n    ccccc = 3\n}",
    ),
    "bounds are aligned at their comparison": (
        "budget {\ntrials<=12\nwall <= 4 h\n}",
        "budget {\n    trials <= 12\n    wall   <= 4 h\n}",
    ),
    "draws are aligned at the tilde": (
        "search {\na.b~choice(1,2)\na.long~uniform(1,2) when a.b\n}",
        "search {\n    a.b    ~ choice(1, 2)\n    a.long ~ uniform(1, 2) when a.b\n}",
    ),
    "rules are aligned at their comparison and their reason": (
        'scorecard s {\nrequire f(a.b) <= 30 meV/Å because "x"\nprefer long(a)<=1\nrequire f(a)>=1\nbecause "y"\n'
        "minimize f(a)\n}",
        'scorecard s {\n    require f(a.b)  <= 30 meV/Å    because "x"\n    prefer  long(a) <= 1\n'
        '    require f(a)    >= 1           because "y"\n    minimize f(a)\n}',
    ),
    "one rule has nothing to be aligned with": (
        'scorecard s { require  f(a)   <= 1    because "x" }',
        'scorecard s { require f(a) <= 1 because "x" }',
    ),
    "a block on one line stays there": (
        "engine here:local{workers=1,threads=2}",
        "engine here : local { workers = 1, threads = 2 }",
    ),
    "a block of several lines stays open": ("model m {\n\n\na = 1\n\n}", "model m {\n    a = 1\n}"),
    "an empty block is closed": ("model m {\n\n}\nmodel n{}", "model m { }\nmodel n { }"),
    "a block on one line that is too wide is opened": (
        f"model m {{ a = {LONG}, bcd = 2 }}",
        f"model m {{\n    a   = {LONG}\n    bcd = 2\n}}",
    ),
    "a block on one line may hold others": (
        "training t {a = 1,stage s{b = 2}stage r{c = 3}}",
        "training t { a = 1, stage s { b = 2 }, stage r { c = 3 } }",
    ),
    "a block on one line that holds others and is too wide is opened, they are not": (
        f"training t {{ stage s {{ a = 2 }}, stage r {{ b = {LONG} }} }}",
        f"training t {{\n    stage s {{ a = 2 }}\n    stage r {{ b = {LONG} }}\n}}",
    ),
    "a statement a line": ("model m {\na = 1, b = 2,\n}", "model m {\n    a = 1\n    b = 2\n}"),
    "brackets are tight and commas have a blank": (
        "model m { a = [ 1,2 , 3, ], b = f( x = 1 ,2 ) , c = ( 1 ) }",
        "model m { a = [1, 2, 3], b = f(x = 1, 2), c = (1) }",
    ),
    "signs are tight and operators are not": (
        "search { require - a+ - 1-b <=+ 2 .. 3 and not(x)or y in 1..2 }",
        "search { require -a + -1 - b <= +2 .. 3 and not (x) or y in 1 .. 2 }",
    ),
    "a list that fits is closed": ("model m {\na = [\n1,\n2,\n]\n}", "model m {\n    a = [1, 2]\n}"),
    "a list that is too wide has an item a line": (
        f'model m {{\na = ["{LONG}", f(1, 2)]\nbb = 1\n}}',
        f'model m {{\n    a = [\n        "{LONG}",\n        f(1, 2),\n    ]\n    bb = 1\n}}',
    ),
    "the widest bracket is opened first": (
        f'model m {{\na = f(1) + g("{LONG}", h(2))\n}}',
        f'model m {{\n    a = f(1) + g(\n        "{LONG}",\n        h(2),\n    )\n}}',
    ),
    "a reason that does not fit goes to a line of its own": (
        f'scorecard s {{\nrequire f(a) <= 1 because "{LONG}"\n}}',
        f'scorecard s {{\n    require f(a) <= 1\n        because "{LONG}"\n}}',
    ),
    "reasons move left before a line grows too wide": (
        f'scorecard s {{\nrequire f(a) <= 1 because "{LONG[:87]}"\nrequire f(b) <= 2 because "y"\n}}',
        f'scorecard s {{\n    require f(a) <= 1 because "{LONG[:87]}"\n    require f(b) <= 2 because "y"\n}}',
    ),
    "a trailing comment stands two blanks behind": ("edition  '' # a".replace("''", '"x"'), 'edition "x"  # a'),
    "trailing comments of a run are aligned": (
        "model m {\na = 1 # x\nbb = 222\nc = 33 # y\n}",
        "model m {\n    a  = 1    # x\n    bb = 222\n    c  = 33   # y\n}",
    ),
    "a comment too long to be aligned stands behind its line": (
        f"model m {{\na = 1 # {LONG}\nb = [1, 2, 3, 4, 5] # y\n}}",
        f"model m {{\n    a = 1  # {LONG}\n    b = [1, 2, 3, 4, 5]  # y\n}}",
    ),
    "comments of heads and ends stay with them": (
        "model m { # head\na = 1\n} # end",
        "model m {  # head\n    a = 1\n}  # end",
    ),
    "comments before an end stay inside": (
        "model m {\na = 1\n\n  # last\n}\n# after",
        "model m {\n    a = 1\n\n    # last\n}\n# after",
    ),
    "a comment in a list opens it": (
        "model m {\na = [1, # one\n2 # two\n# end\n]\n}",
        "model m {\n    a = [\n        1,  # one\n        2,  # two\n        # end\n    ]\n}",
    ),
    "a comment inside a rule moves behind it": (
        'scorecard s {\nrequire f(a) <= 1 # why\nbecause "x"\n}',
        'scorecard s {\n    require f(a) <= 1 because "x"  # why\n}',
    ),
    "of several comments inside a rule the last moves behind it": (
        'scorecard s {\nrequire f(a) <= 1 # a\n# b\nbecause "x" # c\n}',
        'scorecard s {\n    # a\n    # b\n    require f(a) <= 1 because "x"  # c\n}',
    ),
    "units have one blank and one spelling": (
        "model m { a = 4%, b = 1   eV/Ang, c = 2 A\u030a, d = 3 \u212b^3, e = 4 Angle }",
        "model m { a = 4 %, b = 1 eV/Å, c = 2 Å, d = 3 Å^3, e = 4 Angle }",
    ),
    "units that stand alone have the usual letters where the schema takes a unit": (
        "dataset d : files { units = dft(Ry,Ang ,stress=eV/Ang^3,forces = meV/A\u030a), split = f(Ang, x = bohr) }",
        "dataset d : files { units = dft(Ry, Å, stress = eV/Å^3, forces = meV/Å), split = f(Ang, x = bohr) }",
    ),
    "a percent or times sign has a blank before it": ("model m { a = 4%, b = 2× }", "model m { a = 4 %, b = 2 × }"),
    "numbers and strings are kept as written": (
        'model m { a = 1_000.50E-3, b = "a\\n  ,b", c = 01 }',
        'model m { a = 1_000.50E-3, b = "a\\n  ,b", c = 01 }',
    ),
    "the lines of a long string are kept": (
        'experiment "x" {\nquestion="""a\n b  \n"""\nz = 1\n}',
        'experiment "x" {\n    question = """a\n b  \n"""\n    z = 1\n}',
    ),
    "imports and refinements": (
        'import   "a.mlp"   as   b\nscorecard s   refines b . c{minimize f(a)}',
        'import "a.mlp" as b\nscorecard s refines b.c { minimize f(a) }',
    ),
    "at most one empty line": ("model m { }\n\n\n\n\nmodel n { }\n\n\n", "model m { }\n\nmodel n { }"),
    "line ends are line feeds": ("model m {\r\na = 1 # x\r\n}\r\n", "model m {\n    a = 1  # x\n}"),
}


@pytest.mark.parametrize("what", CASES)
def test_the_style(what: str) -> None:
    before, after = CASES[what]
    assert formatted(before) == after + "\n"
    assert formatted(after + "\n") == after + "\n"


@pytest.mark.parametrize(
    "name", [str(path.relative_to(ROOT)) for path in ROOT.glob("examples/**/*.mlp") if ".mlipilot" not in path.parts]
)
def test_the_examples_are_formatted(name: str) -> None:
    text = Path(ROOT / name).read_text(encoding="utf-8")
    assert formatted(text) == text


@pytest.mark.parametrize("page", ["README.md", "docs/language.md"])
def test_the_specs_of_the_documentation_are_formatted(page: str) -> None:
    fences = re.findall(r"^```\n(.*?)^```$", (ROOT / page).read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    specs = [text for text in fences if isinstance(format_source(SourceFile(page, text)), str)]
    assert specs
    for text in specs:
        assert formatted(text) == text


def test_a_spec_with_everything_in_it_is_formatted_already() -> None:
    assert formatted(SPECS["whole.mlp of format"]) == SPECS["whole.mlp of format"]


@pytest.mark.parametrize("text", ["model m {", "model m { a = }", "a = [1", "", "# only this\n", "model m { a = 1 $ }"])
def test_a_text_that_does_not_parse_is_refused(text: str) -> None:
    found = format_source(SourceFile("a.mlp", text))
    assert isinstance(found, list)
    assert found


def test_what_only_resolves_wrongly_is_formatted() -> None:
    assert formatted("nonsense x : y {colour=4 furlongs}") == "nonsense x : y { colour = 4 furlongs }\n"


def test_brackets_nested_as_deep_as_they_may_be_are_opened_one_in_another() -> None:
    deep = "[" * 60 + "1, # x\n" + f'"{LONG}"' + "]" * 60
    text = formatted(f"model m {{\na = {deep}\n}}")
    assert max(len(line) - len(line.lstrip()) for line in text.split("\n")) == 61 * 4
    assert formatted(text) == text
