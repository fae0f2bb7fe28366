"""A campaign of real jobs whose edits a language model proposes, and every command that reads its record."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from asked import KEY, call
from real_campaign import SPEC, Campaign
from scripted_server import Call

PILOT = 'proposer = llm("scripted", prices = per_million(2, 8)), controls = [default], confirm_seeds = 3, detect = 4'

pytestmark = pytest.mark.slow


def test_a_language_model_s_campaign_is_executed_verified_replayed_and_shown(
    tmp_path: Path, serve: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = serve(Call(call(("fit.forces.lr", "2e-2")), usage=(1000, 500)))
    text = SPEC.replace("proposer = grid, controls = [default], confirm_seeds = 3, detect = 4", PILOT)
    text = text.replace("trials <= 1,", "trials <= 1, money <= 1,")
    assert PILOT in text
    project = Campaign(tmp_path, text)
    project.run("execute", "tiny.mlp")
    entries = project.entries()
    assert entries[0]["event"] == "campaign"
    (trial,) = [entry for entry in entries if entry["event"] == "trial" and entry["lane"] == "llm(scripted)/1"]
    assert trial["state"] == "accepted"
    assert "lr = 2e-2 }" in (project.record.parent / "accepted/llm-scripted-1.mlp").read_text()
    assert len(server.requests) == 1
    server.close()
    # What follows needs neither the endpoint nor its key.
    monkeypatch.delenv("OPENAI_BASE_URL")
    monkeypatch.delenv("OPENAI_API_KEY")
    verified = json.loads(project.run("verify", "--json").stdout)
    assert verified["holds"]
    assert verified["closed"]
    project.run("replay")
    project.run("rejudge", "--alpha", "0.01")
    lane, _ = json.loads(project.run("status", "--json").stdout)["lanes"]
    assert (lane["language_model"]["tokens"], lane["language_model"]["money"]) == (1500, 0.006)
    project.run("report", "--output", "report.html")
    page = (tmp_path / "report.html").read_text()
    assert "more channels fit better" in page
    written = "".join(path.read_text(errors="replace") for path in tmp_path.rglob("*.json*")) + page
    assert KEY not in written
