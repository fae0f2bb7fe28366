"""The page of a campaign, made from its folder alone."""

from __future__ import annotations

import re
import shutil
import sys
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest

from mlipilot.runtime.foundation.atomic_files import write_bytes
from mlipilot.runtime.pilot.campaign.measurement import Measurement, Run
from mlipilot.runtime.pilot.campaign.rules import objective_of
from mlipilot.runtime.pilot.outcome.folder import CampaignFolder, accepted_spec, read_folder
from mlipilot.runtime.pilot.outcome.wording import headline
from mlipilot.runtime.pilot.trial import Failure
from mlipilot.runtime.record import Journal, read_journal
from mlipilot.runtime.reporting.campaign import render_campaign, write_campaign_report
from mlipilot.spec.diagnostics import Diagnostic

sys.path.append(str(Path(__file__).parents[1] / "pilot" / "campaign"))

from simulated import Campaign, spec_text

VOID = {"meta", "br", "wbr", "hr", "img", "link", "input"}


def fail(run: Run) -> Measurement | None:
    if run.lane == "random/1" and run.trial == 2:
        return Measurement((), 3.0, "", Failure.CANDIDATE, "MLP0810", "MLP0810 the loss of `fit` is not finite")
    return None


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A campaign that has come to its end."""
    made = tmp_path_factory.mktemp("campaign")
    assert Campaign(made, spec_text(budget="trials <= 6, device_time <= 40 min"), fail=fail).run()
    return made


def read(folder: Path) -> CampaignFolder:
    found = read_folder(folder)
    assert isinstance(found, CampaignFolder), found
    return found


@pytest.fixture(scope="module")
def campaign(folder: Path) -> CampaignFolder:
    return read(folder)


@pytest.fixture(scope="module")
def page(campaign: CampaignFolder) -> str:
    return render_campaign(campaign)


def section(page: str, name: str) -> str:
    found = re.search(rf'<section id="{name}".*?</section>', page, re.DOTALL)
    assert found is not None, name
    return found[0]


def words(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def until(folder: Path, copy: Path, count: int) -> Path:
    """The same campaign as it was after so many entries."""
    shutil.copytree(folder, copy)
    lines = (folder / "campaign.jsonl").read_bytes().splitlines(keepends=True)
    (copy / "campaign.jsonl").write_bytes(b"".join(lines[:count]))
    return copy


def test_the_first_words_are_the_sentence_of_the_terminal(campaign: CampaignFolder, page: str) -> None:
    said = headline(campaign.result, campaign.activity).replace("`", "")
    shown = words(section(page, "verdict"))
    assert re.sub(r"\s+([,;:.])", r"\1", shown).find(said) >= 0, shown


def test_every_trial_is_shown_with_its_decision_and_reason(campaign: CampaignFolder, page: str) -> None:
    for lane in campaign.result.lanes:
        found = re.search(rf'<div class="lane" data-lane="{lane.name}">.*?(?=<div class="lane"|</section>)', page, re.S)
        assert found is not None
        shown = dict(re.findall(r'data-trial="(\d+)" data-state="([^"]+)"', found[0]))
        assert shown == {str(trial.number): trial.state for trial in lane.trials}
        for trial in lane.trials:
            assert trial.reason.replace("`", "") in words(found[0]).replace(" :", ":")


def test_figures_under_each_seed_are_those_of_the_record(campaign: CampaignFolder, page: str) -> None:
    result = campaign.result
    place = objective_of(result.rules)
    best = result.best
    assert place is not None
    assert best is not None
    assert best.final is not None
    rule = result.rules[place]
    row = re.search(r'<tbody [^>]*data-verb="minimize".*?</tbody>', section(page, "final"), re.DOTALL)
    assert row is not None
    shown = [float(value) for value in re.findall(r'data-value="([^"]+)"', row[0].split("by-seed")[1])]
    assert shown == [rule.in_unit(value) for value in best.final.values(place)]


def test_an_accepted_edit_is_a_difference_of_the_specs(campaign: CampaignFolder, page: str) -> None:
    best = campaign.result.best
    assert best is not None
    assert campaign.baseline is not None
    html = section(page, "accepted")
    before = set(campaign.baseline.splitlines())
    added = [line for line in campaign.accepted[best.name].splitlines() if line not in before]
    diff = re.findall(r'<span class="added">(.*?)</span>', html.split("</pre>")[0])
    assert added
    assert [unescape(line)[1:] for line in diff] == added


def test_failures_are_reconciled_by_phase(page: str) -> None:
    row = re.search(r'<tr data-phase="trials">(.*?)</tr>', page, re.DOTALL)
    assert row is not None
    requested, measured, failed = (int(n) for n in re.findall(r"<td>(\d+)</td>", row[1])[:3])
    assert (requested, failed) == (measured + 1, 1)
    assert "1 candidate" in words(row[1])


def test_noise_of_each_metric_stands_once(campaign: CampaignFolder, page: str) -> None:
    shown = re.findall(r'<tr data-rule="([^"]+)">', page)
    assert shown == list(dict.fromkeys(rule.shown for rule in campaign.result.rules))


def test_the_drawing_marks_each_acceptance(campaign: CampaignFolder, page: str) -> None:
    accepted = sum(len(lane.accepted) for lane in campaign.result.lanes)
    drawing = section(page, "arms").split("</svg>")[0]
    # Rings are the only marks filled with paper.
    assert accepted
    assert len(re.findall(r"<use [^>]*fill: ?var\(--paper\)", drawing)) == accepted


def test_nothing_outside_the_page_is_needed(page: str) -> None:
    assert not re.search(r'(?:src|href)="(?!#)', page)
    assert "url(http" not in page
    assert "@import" not in page


def test_tags_are_closed_in_order(page: str) -> None:
    open_tags: list[str] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            if tag not in VOID:
                open_tags.append(tag)

        def handle_endtag(self, tag: str) -> None:
            assert open_tags.pop() == tag

        def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            pass

    Reader().feed(page)
    assert open_tags == []


def test_the_same_record_gives_the_same_bytes(folder: Path, page: str, tmp_path: Path) -> None:
    copy = tmp_path / "elsewhere"
    shutil.copytree(folder, copy)
    write_campaign_report(read(copy), tmp_path / "report.html")
    assert (tmp_path / "report.html").read_text(encoding="utf-8") == page


@pytest.mark.parametrize("share", [0.0, 0.1, 0.4, 0.9])
def test_a_campaign_that_goes_on_has_a_page(folder: Path, tmp_path: Path, share: float) -> None:
    count = len(read_journal(folder / "campaign.jsonl").entries)
    found = read(until(folder, tmp_path / "part", max(1, int(share * count))))
    page = render_campaign(found)
    assert f'data-stage="{found.result.stage}"' in page
    assert found.result.stage != "closed"
    assert 'data-verdict="not finished"' in page


def test_specs_that_are_missing_are_said_to_be(folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "bare"
    shutil.copytree(folder, copy)
    shutil.rmtree(copy / "accepted")
    (copy / "baseline.mlp").unlink()
    assert "the specs are not in the folder" in words(section(render_campaign(read(copy)), "accepted"))


def test_what_a_proposer_writes_is_text_and_no_markup(folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "rude"
    copy.mkdir()
    write_bytes(copy / "baseline.mlp", (folder / "baseline.mlp").read_bytes())
    journal = Journal(copy / "campaign.jsonl")
    for entry in read_journal(folder / "campaign.jsonl").entries:
        body = {
            name: value for name, value in entry.items() if name not in ("seq", "time", "event", "previous", "hash")
        }
        if entry["event"] == "proposed":
            body["proposal"]["hypothesis"] = '</p><script>alert("1")</script>'
        journal.append(entry["event"], **body)
    journal.close()
    page = render_campaign(read(copy))
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_a_damaged_record_has_no_page(folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "damaged"
    shutil.copytree(folder, copy)
    path = copy / "campaign.jsonl"
    path.write_bytes(path.read_bytes().replace(b'"state": "rejected"', b'"state": "accepted"', 1))
    found = read_folder(copy)
    assert isinstance(found, Diagnostic)
    assert found.code == "MLP0807"


def test_the_spec_of_a_lane_is_where_the_campaign_puts_it(campaign: CampaignFolder, folder: Path) -> None:
    for lane, text in campaign.accepted.items():
        assert accepted_spec(folder, lane).read_text() == text


def test_a_rule_without_bounds_is_undecided_and_says_why(folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "few"
    copy.mkdir()
    journal = Journal(copy / "campaign.jsonl")
    for entry in read_journal(folder / "campaign.jsonl").entries:
        body = {
            name: value for name, value in entry.items() if name not in ("seq", "time", "event", "previous", "hash")
        }
        if entry["event"] == "sealed":
            body["figures"][0] = [body["figures"][0][0], None, None]
        journal.append(entry["event"], **body)
    journal.close()
    page = render_campaign(read(copy))
    row = re.search(r'<tbody class="undecided" data-constraint="force_rmse.*?</tbody>', page, re.DOTALL)
    assert row is not None
    assert "no bounds could be given" in words(row[0])
    assert 'data-verdict="undecided"' in page
