"""A plan as a table and as a graph."""

from __future__ import annotations

import re

import pytest
from comparing import HARDWARE, plan

from mlipilot.compiler.plan import job_keys
from mlipilot.compiler.render import PLAIN, Style
from mlipilot.compiler.review.graph import document, dot, edges, mermaid
from mlipilot.compiler.review.table import as_document, as_text, rows

COPPER = plan()
JOBS = [job.id for job in COPPER.plan.jobs]


def test_the_table_has_a_row_for_each_job() -> None:
    keys = job_keys(COPPER.plan, HARDWARE)
    table = rows(COPPER, keys, {"dataset/cu"})
    assert [row.job for row in table] == JOBS
    assert [row.state for row in table] == ["reuse", *["run"] * 7]
    assert [row.key for row in table] == [keys[job] for job in JOBS]
    assert table[1].place == "copper.mlp:30"
    heads, *lines = as_text(table, PLAIN).split("\n")
    for head, cell in (("state", "reuse"), ("key", str(keys["dataset/cu"])[:12]), ("source", "copper.mlp:7")):
        assert lines[0][heads.index(head) :].startswith(cell)
    assert re.sub(r"\x1b\[[\d;]*m", "", as_text(table, Style(True))) == as_text(table, PLAIN)


def test_a_plan_without_places_shows_the_lines_that_it_has() -> None:
    older = COPPER._replace(places={})
    assert [row.place for row in rows(older, job_keys(older.plan), set())] == [
        row.place for row in rows(COPPER, job_keys(COPPER.plan), set())
    ]


def test_an_unknown_key_is_called_unknown() -> None:
    table = rows(COPPER, job_keys(COPPER.plan), set())
    assert [row.job for row in table if row.key is None] == ["speed/fit/seed-1/cu.cell-4-4-4", "verdict/copper"]
    assert as_text(table, PLAIN).count("unknown") == 2
    assert as_document(COPPER, table, "x")["jobs"][-1]["key"] is None


def test_each_edge_is_drawn_once() -> None:
    found = edges(COPPER.plan)
    assert len(set(found)) == len(found)
    assert set(found) == {(source.job, job.id) for job in COPPER.plan.jobs for source in job.inputs.values()}
    assert mermaid(COPPER.plan).count("-->") == dot(COPPER.plan).count("->") == len(found)


@pytest.mark.parametrize("name", ['a"b', "a\\b", "a#b", "<a>"])
def test_no_name_of_a_job_breaks_out_of_its_label(name: str) -> None:
    from dataclasses import replace

    jobs = (replace(COPPER.plan.jobs[0], id=name),)
    odd = replace(COPPER.plan, jobs=jobs)
    (label,) = re.findall(r'\["(.*)"\]', mermaid(odd))
    assert not set(label.replace("#", "").replace(";", "")) & set('"<>')
    (quoted,) = re.findall(r'^    ("(?:[^"\\]|\\.)*") \[', dot(odd), re.MULTILINE)
    assert quoted[1:-1].replace('\\"', '"').replace("\\\\", "\\") == name


def test_the_graph_as_json_has_every_file() -> None:
    graph = document(COPPER.plan)
    assert [node["job"] for node in graph["nodes"]] == JOBS
    assert len(graph["edges"]) == sum(len(job.inputs) for job in COPPER.plan.jobs)
    assert {"from": "dataset/cu", "to": "train/fit/seed-1", "role": "train", "file": "train.xyz"} in graph["edges"]
