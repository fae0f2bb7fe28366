"""The schema as JSON Schema: it takes what the checker takes, and refuses what the checker refuses."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from json_documents import document, faults

from mlipilot.spec.resolve import resolve
from mlipilot.spec.resolve.expressions import default_value
from mlipilot.spec.schema import BLOCKS
from mlipilot.spec.schema.json_schema import json_schema
from mlipilot.spec.schema.json_types import default_of, type_schema
from mlipilot.spec.source import SourceFile

ROOT = Path(__file__).parents[2]
SCHEMA = json_schema()
SPECS = [ROOT / "examples" / "copper" / "copper.mlp", ROOT / "tests" / "compiler" / "copper.mlp"]
MORE = """edition "2026"
dataset d : files { train = ["a.xyz"], valid = ["b.xyz"], test = ["c.xyz"], stress = "s" }
dataset f : files {
    files = ["a.db"], select = ["bulk"], isolated = alone, types = [O, H], every = 2, positive = tension
    split = by_group("id", valid = 10 %)
    units = dft(energy = kcal/mol, stress = eV/Å^3)
}
model größe : mace { r_max = 4.5 Å, e0 = values(Cu = -3.5 eV, O = 1e2 meV), radial_mlp = [8], pair_repulsion = true }
training fit { model = größe, data = d, stage one { epochs = 3, lr = 1 %, loss = huber(1, 2×) } }
dynamics run : nvt { potential = fit, start = d.test, temperature = 300 K, timestep = 1 fs, duration = 1 ps }
scorecard s { judges = fit, require force_rmse(d.test, element = Cu) <= 1 eV/Å because "x", maximize survival(run) }
search {
    fit.one.lr       ~ log_uniform(1e-3, 1e-1)
    größe.r_max      ~ uniform(4 Å, 5 Å, step = 0.5 Å)
    größe.scaling    ~ choice(none, rms_forces)
    require größe.r_max <= 4.5 Å when fit.one.lr > 1e-2 because "it is slow"
}
pilot { proposer = llm("gpt-5.5"), controls = [random, llm_shuffled("x")] }
encoding e { data = [iris, soap(d, r_cut = 4 Å)], encodings = [angle(axis = y)], controls = [same_head(raw)] }
encoding whole {
    data      = [higgs(rows = 1000), higgs, table("a.csv", "y"), table("b.csv", "y", task = numbers, group = "batch")]
    encodings = [amplitude, angle(bandwidth = 0.5), angle(axis = z, bandwidth = tuned)]
    controls  = [same_head(raw, polynomial(3)), same_kernel(rbf), adaptive(svm, mlp([32]))]
    dimension = [native, sketched(64)]
    rope      = [1 %, 2 meV/atom]
    require not_worse(amplitude, raw) because "it is cheaper"
    predict better(angle(axis = z), mlp([32]), tier = adaptive, data = higgs(1000), scaling = none, head = linear)
        because "phases"
}
"""


def instance(text: str) -> dict[str, Any]:
    """A spec's text as JSON."""
    found = resolve(SourceFile("a.mlp", text))
    assert not [d for d in found.diagnostics if d.is_error and d.code != "MLP0409"], found.diagnostics
    return document(found.spec)


TEXTS = {path.parent.name: path.read_text(encoding="utf-8") for path in SPECS} | {"more": MORE}


@pytest.mark.parametrize("name", TEXTS)
def test_specs_fit_their_schema(name: str) -> None:
    assert list(faults(SCHEMA, SCHEMA, instance(TEXTS[name]))) == []


def block(spec: dict[str, Any], kind: str) -> dict[str, Any]:
    return next(one for one in spec["blocks"] if one["kind"] == kind)


SPOILT: dict[str, Callable[[dict[str, Any]], object]] = {
    "a misspelt field": lambda s: block(s, "model")["fields"].update(chanels=8),
    "a misspelt block": lambda s: block(s, "model").update(kind="modle"),
    "an unknown tag": lambda s: block(s, "model").update(tag="mace2"),
    "a missing field": lambda s: block(s, "training")["fields"].pop("data"),
    "a missing name": lambda s: block(s, "training").pop("name"),
    "a number without its unit": lambda s: block(s, "model")["fields"].update(r_max=4.5),
    "a number with a unit it has not": lambda s: block(s, "model")["fields"].update(channels="8 atoms"),
    "a number out of its bounds": lambda s: block(s, "model")["fields"].update(channels=0),
    "a number at an open bound": lambda s: block(s, "training")["fields"].update(ema=1.0),
    "a list that is too short": lambda s: block(s, "dataset")["fields"].update(repeats=[2, 2]),
    "another metal": lambda s: block(s, "dataset")["fields"].update(element="Fe"),
    "an unknown choice": lambda s: block(s, "model")["fields"].update(precision="float46"),
    "a range that is none": lambda s: block(s, "dataset")["fields"].update(strain="4 %"),
    "an unknown call": lambda s: block(s, "dataset")["fields"].update(split={"call": "by_frame", "arguments": {}}),
    "a missing argument": lambda s: block(s, "dataset")["fields"]["split"]["arguments"].pop("test"),
    "an unknown argument": lambda s: block(s, "dataset")["fields"]["split"]["arguments"].update(seald=1),
    "a reference without its part": lambda s: block(s, "dynamics")["fields"].update(start="cu"),
    "a rule without a reason": lambda s: block(s, "scorecard")["rules"][0].pop("because"),
    "a rule in the wrong direction": lambda s: block(s, "scorecard")["rules"][0].update(comparator=">="),
    "a metric on what it is not measured on": lambda s: block(s, "scorecard")["rules"][0].update(target="warm"),
    "the sealed split": lambda s: block(s, "scorecard")["rules"][0].update(target="cu.sealed"),
    "rules where none stand": lambda s: block(s, "model").update(rules=[]),
    "another edition": lambda s: s.update(edition="2025"),
    "more beside the blocks": lambda s: s.update(comment="x"),
}


@pytest.mark.parametrize("what", SPOILT)
def test_what_the_checker_refuses_does_not_fit(what: str) -> None:
    spoilt = copy.deepcopy(instance(TEXTS["copper"]))
    SPOILT[what](spoilt)
    assert list(faults(SCHEMA, SCHEMA, spoilt))


def whole(spec: dict[str, Any]) -> dict[str, Any]:
    """The encoding block that has everything."""
    return next(one for one in spec["blocks"] if one.get("name") == "whole")


def claim(spec: dict[str, Any]) -> dict[str, Any]:
    """What is predicted in it."""
    found: dict[str, Any] = whole(spec)["claims"][1]
    return found


def of_files(spec: dict[str, Any]) -> dict[str, Any]:
    """The fields of the block of files that has everything."""
    found: dict[str, Any] = next(one for one in spec["blocks"] if one.get("name") == "f")["fields"]
    return found


SPOILT_FILES: dict[str, Callable[[dict[str, Any]], object]] = {
    "a number for a unit": lambda s: of_files(s)["units"]["arguments"].update(energy=1),
    "a number before a unit": lambda s: of_files(s)["units"]["arguments"].update(energy="1 eV"),
    "a unit of nothing": lambda s: of_files(s)["units"]["arguments"].update(time="fs"),
    "a split without its key": lambda s: of_files(s)["split"]["arguments"].pop("key"),
    "a share of all": lambda s: of_files(s)["split"]["arguments"].update(valid=1),
    "neither of a text and a word": lambda s: of_files(s).update(isolated=3),
    "an element that is none": lambda s: of_files(s).update(types=["Xx"]),
}
SPOILT_BENCHMARKS: dict[str, Callable[[dict[str, Any]], object]] = {
    "a control outside of its tier": lambda s: whole(s)["fields"].update(controls=["raw"]),
    "a tier without controls": lambda s: whole(s)["fields"].update(controls=["same_head"]),
    "a tier of none": lambda s: whole(s)["fields"]["controls"][0]["arguments"].update(controls=[]),
    "a control in another tier": lambda s: whole(s)["fields"]["controls"][0]["arguments"]["controls"].append("svm"),
    "a tier with another argument": lambda s: whole(s)["fields"]["controls"][0]["arguments"].update(size=3),
    "neither of a word and a number": lambda s: whole(s)["fields"]["encodings"][1]["arguments"].update(
        bandwidth="wide"
    ),
    "a number of two forms beyond its bounds": lambda s: whole(s)["fields"]["encodings"][1]["arguments"].update(
        bandwidth=0
    ),
    "neither of two dimensions": lambda s: whole(s)["fields"].update(rope=[True]),
    "a share that is all": lambda s: whole(s)["fields"].update(rope=[1]),
    "too many of a list": lambda s: whole(s)["fields"].update(rope=[0.01, "2 meV/atom", 0.02]),
    "an optional argument out of its bounds": lambda s: whole(s)["fields"]["data"][0]["arguments"].update(rows=19),
    "an optional argument of another type": lambda s: whole(s)["fields"]["data"][3]["arguments"].update(group=3),
    "a table without its target": lambda s: whole(s)["fields"]["data"][2]["arguments"].pop("target"),
    "another verb": lambda s: claim(s).update(verb="prefer"),
    "another relation": lambda s: claim(s).update(relation="worse"),
    "a claim without a reason": lambda s: claim(s).pop("because"),
    "a claim without a control": lambda s: claim(s)["arguments"].pop("control"),
    "a claim of another head": lambda s: claim(s)["arguments"].update(head="deep"),
    "a claim with a bound": lambda s: claim(s).update(threshold="2 %"),
    "a claim elsewhere": lambda s: block(s, "model").update(claims=[]),
}


SPOILT_MORE = SPOILT_BENCHMARKS | SPOILT_FILES


@pytest.mark.parametrize("what", SPOILT_MORE)
def test_what_the_checker_refuses_of_a_benchmark_and_of_files_does_not_fit(what: str) -> None:
    spoilt = copy.deepcopy(instance(TEXTS["more"]))
    SPOILT_MORE[what](spoilt)
    assert list(faults(SCHEMA, SCHEMA, spoilt))


@pytest.mark.parametrize("name", TEXTS)
def test_a_validator_of_others_agrees(name: str) -> None:
    jsonschema = pytest.importorskip("jsonschema", reason="needs the jsonschema package")
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    validator = jsonschema.Draft202012Validator(SCHEMA)
    assert list(validator.iter_errors(instance(TEXTS[name]))) == []
    for spoil in {"copper": SPOILT, "more": SPOILT_MORE}.get(name, {}).values():
        spoilt = copy.deepcopy(instance(TEXTS[name]))
        spoil(spoilt)
        assert list(validator.iter_errors(spoilt))


def objects(node: Any) -> Iterator[dict[str, Any]]:
    """Every object of a document."""
    if isinstance(node, dict):
        yield node
    for one in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from objects(one)


def test_objects_are_closed_and_references_lead_somewhere() -> None:
    described = [node for node in objects(SCHEMA) if node.get("type") == "object"]
    references = {node["$ref"] for node in objects(SCHEMA) if "$ref" in node}
    assert len(described) > 20
    assert references
    for node in described:
        assert "additionalProperties" in node
        assert set(node.get("required", ())) <= set(node.get("properties", {}))
    assert references <= {f"#/$defs/{name}" for name in SCHEMA["$defs"]}


def test_every_field_is_there_with_its_words_and_its_option() -> None:
    for schema in BLOCKS.values():
        name = f"{schema.kind}.{schema.tag}" if schema.tag else schema.kind
        fields = SCHEMA["$defs"][name]["properties"]["fields"]["properties"]
        assert list(fields) == [field.name for field in schema.fields]
        for field in schema.fields:
            assert fields[field.name]["description"] == field.doc
            assert fields[field.name].get("x-mace-option") == field.option


def test_defaults_fit_their_fields() -> None:
    shown = [
        (field, default_of(field.type, field.default)) for b in BLOCKS.values() for field in b.fields if field.default
    ]
    assert any("default" in found for _, found in shown)
    for field, found in shown:
        assert field.default is not None
        assert default_value(field.default, field.type).is_default
        if "default" in found:
            assert list(faults(type_schema(field.type), SCHEMA, found["default"])) == []
        else:
            assert found == {"x-default": field.default}


def test_quantities_say_what_they_measure() -> None:
    r_max = SCHEMA["$defs"]["model.mace"]["properties"]["fields"]["properties"]["r_max"]
    assert (r_max["x-dimension"], r_max["x-base-unit"]) == ("length", "Å")
    assert {"Å", "nm", "Bohr"} <= set(r_max["x-units"])
    assert (r_max["x-above"], r_max["x-maximum"]) == ("0.5", "20")
