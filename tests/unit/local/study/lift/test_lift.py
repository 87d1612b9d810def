"""The lift report on simulated seasons with known engagement."""

import json
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from domain.experiment import Experiment
from local.cli import main
from local.study.lift.errors import LiftError
from local.study.lift.lift import QUERY, Lift, measure_lift, screens_by_rung
from local.study.lift.logs import open_logs
from local.study.lift.policies import policy_values
from local.study.lift.sample_ratio import sample_ratio
from local.study.simulator.sampled_reports import sampled_reports
from local.study.simulator.season import Season, simulate_season
from local.study.simulator.truth import RandomTruth
from local.study.simulator.world import SimulatedWorld, make_world

EXPERIMENT = Experiment(season="test", holdout_share=0.2, trial_share=0.4)


@pytest.fixture(scope="module")
def world() -> SimulatedWorld[RandomTruth]:
    return make_world(7, viewers=800, held_out=0)


@pytest.fixture(scope="module")
def season(world: SimulatedWorld[RandomTruth]) -> Season:
    return simulate_season(world, EXPERIMENT, versions=25)


def write_logs(season: Season, folder: Path) -> tuple[Path, Path]:
    """Write the season's logs as folders of JSON lines, as in the buckets; return their paths."""
    paths = (folder / "decisions", folder / "interactions")
    for path, rows in zip(paths, (season.decisions, season.interactions), strict=True):
        path.mkdir()
        (path / "part.json").write_text("\n".join(json.dumps(row) for row in rows))
    return paths


@pytest.fixture(scope="module")
def logs(season: Season, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return write_logs(season, tmp_path_factory.mktemp("logs"))


def lift_of(logs: tuple[Path, Path]) -> Lift:
    return measure_lift(open_logs(decisions=logs[0], interactions=logs[1]))


def test_the_saved_query_measures_the_true_lift(season: Season, logs: tuple[Path, Path]) -> None:
    found = lift_of(logs)
    served, held = (float(np.mean(season.expected[arm])) for arm in (False, True))
    assert found.served_low < served < found.served_high
    assert found.holdout_low < held < found.holdout_high
    assert found.lift_low < served / held - 1 < found.lift_high
    assert found.lift_low > 0


def test_intervals_have_the_stated_coverage_without_a_difference(tmp_path: Path) -> None:
    # GIVEN forty seasons of 120 viewers with different rates, and no difference between the arms
    inside = 0
    for seed in range(40):
        chance = np.random.default_rng(seed)
        eagerness = chance.beta(2, 8, 120)
        season = Season()
        for arm in (False, True):
            season.decisions.append({"match_id": "m", "version": 1, "holdout": arm, "viewers": 100})
        for viewer, eager in enumerate(eagerness):
            for at in range(chance.integers(1, 30)):
                about = {"match_id": "m", "version": 1, "holdout": viewer % 2 == 0, "viewer_id": f"v{viewer}"}
                for kind in ("impression", "click") if chance.random() < eager else ("impression",):
                    act = {**about, "type": kind, "interaction_id": f"{viewer}/{at}/{kind}"}
                    season.interactions.append(act)
        folder = tmp_path / str(seed)
        folder.mkdir()
        found = lift_of(write_logs(season, folder))
        inside += found.lift_low < 0 < found.lift_high
    # THEN about one in twenty intervals misses zero; treating impressions as independent misses far more
    assert inside >= 35


def test_the_interval_agrees_with_bootstrapping_the_viewers(season: Season, logs: tuple[Path, Path]) -> None:
    found = lift_of(logs)
    counts: dict[bool, dict[str, list[int]]] = {True: {}, False: {}}
    for act in season.interactions:
        count = counts[act["holdout"]].setdefault(act["viewer_id"], [0, 0])
        count[act["type"] == "click"] += 1
    chance = np.random.default_rng(1)
    rates = {}
    for arm, by_viewer in counts.items():
        table = np.array(list(by_viewer.values()))
        drawn = table[chance.integers(0, len(table), (2000, len(table)))].sum(axis=1)
        rates[arm] = drawn[:, 1] / drawn[:, 0]
    low, high = np.quantile(rates[False] / rates[True] - 1, [0.025, 0.975])
    width = found.lift_high - found.lift_low
    assert found.lift_low == pytest.approx(low, abs=0.1 * width)
    assert found.lift_high == pytest.approx(high, abs=0.1 * width)


def test_duplicate_interactions_and_versions_without_a_decision_do_not_count(
    season: Season, logs: tuple[Path, Path], tmp_path: Path
) -> None:
    stray = {**season.interactions[0], "version": 10_000, "interaction_id": "stray"}
    twice = Season(decisions=season.decisions, interactions=[*season.interactions * 2, stray])
    assert asdict(lift_of(write_logs(twice, tmp_path))) == pytest.approx(asdict(lift_of(logs)))


def test_the_holdout_has_no_screens_from_the_recommender(logs: tuple[Path, Path]) -> None:
    screens = screens_by_rung(open_logs(decisions=logs[0], interactions=logs[1]))
    assert {(each.holdout, each.rung) for each in screens} == {(False, "cohort"), (True, "popularity")}


def test_other_policies_are_estimated_from_slots_with_a_trial(
    season: Season, logs: tuple[Path, Path]
) -> None:
    best, _ = policy_values(open_logs(decisions=logs[0], interactions=logs[1]))
    truth = float(np.mean(season.expected_best))
    for estimate in (best.inverse_propensity, best.doubly_robust):
        assert estimate.low < truth < estimate.high
    robust, plain = best.doubly_robust, best.inverse_propensity
    assert robust.high - robust.low < plain.high - plain.low


def test_a_sample_ratio_mismatch_is_reported(
    logs: tuple[Path, Path], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    found = lift_of(logs)
    assert sample_ratio(found, EXPERIMENT.holdout_share).holds
    # GIVEN another expected share, as if viewers of one arm were lost
    html = tmp_path / "lift.html"
    given = ["--decisions", str(logs[0]), "--interactions", str(logs[1]), "--html", str(html)]
    assert main(["lift", *given, "--holdout-share", "0.3"]) == 0
    # THEN the report says that the lift is not valid
    output = capsys.readouterr()
    assert json.loads(output.out)["sample_ratio"]["holds"] is False
    assert "the lift is not valid: expected 30.00% of viewers" in output.err
    assert "the lift is not valid" in html.read_text()


def test_the_sample_ratio_check_has_the_stated_false_positive_rate(logs: tuple[Path, Path]) -> None:
    # GIVEN a thousand draws of ten thousand viewers, one in twenty held out
    found, chance = lift_of(logs), np.random.default_rng(3)
    held = chance.binomial(10_000, 0.05, 1_000)
    ratios = [
        sample_ratio(replace(found, holdout_viewers=int(one), served_viewers=10_000 - int(one)), 0.05)
        for one in held
    ]
    # THEN about one in a thousand fails the check
    assert sum(not ratio.holds for ratio in ratios) <= 5
    with pytest.raises(LiftError, match="expected a share between 0 and 1, got 1"):
        sample_ratio(found, 1)


def test_a_missing_arm_is_an_error(world: SimulatedWorld[RandomTruth], tmp_path: Path) -> None:
    without_holdout = Experiment(season="test")
    with pytest.raises(LiftError, match="in each arm at least two viewers who engaged"):
        lift_of(write_logs(simulate_season(world, without_holdout, versions=2), tmp_path))


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ("[[[[", "--decisions: expected the columns match_id, cohort"),
        ('{"match_id": "m1",\n', "--decisions: expected the columns match_id, cohort"),
    ],
)
def test_files_that_are_no_logs_are_told_in_one_sentence(
    logs: tuple[Path, Path],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    content: str,
    named: str,
) -> None:
    (tmp_path / "part.json").write_text(content)
    assert main(["lift", "--decisions", str(tmp_path), "--interactions", str(logs[1])]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(named)


def test_the_command_prints_the_report_and_writes_a_self_contained_page(
    logs: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    html = tmp_path / "lift.html"
    given = ["--decisions", str(logs[0]), "--interactions", str(logs[1]), "--html", str(html)]
    assert main(["lift", *given]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["lift"]["lift"] > 0
    assert [each["policy"] for each in report["policies"]] == [
        "top-ranked in the pool",
        "most engaging in the pool",
    ]
    text = html.read_text()
    assert text.count("<svg") == 2
    assert "http" not in text.replace("http-equiv", "")


def test_missing_logs_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lift", "--decisions", str(tmp_path), "--interactions", str(tmp_path)]) == 2
    assert "--decisions: expected Parquet files or JSON lines" in capsys.readouterr().err


def test_the_query_has_no_semicolon() -> None:
    assert ";" not in "".join(line.partition("--")[0] for line in QUERY.read_text().splitlines())


@pytest.fixture(scope="module")
def sampled(season: Season) -> list[dict[str, Any]]:
    """What arrives of the season when apps report a tenth of their impressions."""
    return sampled_reports(season.interactions, 0.1)


def test_a_tenth_of_the_impressions_measures_the_same_lift(
    season: Season, logs: tuple[Path, Path], sampled: list[dict[str, Any]], tmp_path: Path
) -> None:
    found = lift_of(write_logs(replace(season, interactions=sampled), tmp_path))
    everything = lift_of(logs)
    served, held = (float(np.mean(season.expected[arm])) for arm in (False, True))
    # THEN the rates and the lift are those of all impressions, with wider intervals
    shown = [row for row in season.interactions if row["type"] == "impression"]
    counting = [row for row in sampled if row["type"] == "impression" and row["weight"]]
    assert 0.08 < len(counting) / len(shown) < 0.12
    assert found.served_low < served < found.served_high
    assert found.holdout_low < held < found.holdout_high
    assert found.lift_low < served / held - 1 < found.lift_high
    assert found.served_high - found.served_low > everything.served_high - everything.served_low
    assert found.served_impressions == pytest.approx(everything.served_impressions, rel=0.1)


@pytest.mark.parametrize(
    "counted",
    [
        lambda row: {**row, "weight": 1.0},
        lambda row: {**row, "weight": 10.0 if row["type"] == "impression" else 1.0},
    ],
    ids=["no weights", "impressions that came with a click count as sampled"],
)
def test_other_ways_to_count_the_sample_are_far_off(
    season: Season,
    sampled: list[dict[str, Any]],
    tmp_path: Path,
    counted: Callable[[dict[str, Any]], dict[str, Any]],
) -> None:
    logs = write_logs(replace(season, interactions=[counted(row) for row in sampled]), tmp_path)
    found = lift_of(logs)
    served = float(np.mean(season.expected[False]))
    assert not found.served_low < served < found.served_high


def test_files_without_weights_are_read_as_before(
    season: Season, logs: tuple[Path, Path], tmp_path: Path
) -> None:
    path = tmp_path / "old.parquet"
    pd.DataFrame(season.interactions).drop(columns="columns").to_parquet(path)
    assert asdict(lift_of((logs[0], path))) == pytest.approx(asdict(lift_of(logs)))
