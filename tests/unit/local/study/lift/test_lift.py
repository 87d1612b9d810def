"""The lift report against seasons whose truth is known."""

import json
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest

from domain.experiment import Experiment
from local.cli import main
from local.study.lift.errors import LiftError
from local.study.lift.lift import QUERY, Lift, measure_lift, screens_by_rung
from local.study.lift.logs import open_logs
from local.study.lift.policies import policy_values
from local.study.lift.sample_ratio import sample_ratio
from local.study.simulator.season import Season, play_season
from local.study.simulator.world import SimulatedWorld, make_world

EXPERIMENT = Experiment(season="test", holdout_share=0.2, trial_share=0.4)


@pytest.fixture(scope="module")
def world() -> SimulatedWorld:
    return make_world(7, viewers=800, held_out=0)


@pytest.fixture(scope="module")
def season(world: SimulatedWorld) -> Season:
    return play_season(world, EXPERIMENT, versions=25)


def written(season: Season, folder: Path) -> tuple[Path, Path]:
    """The season's logs, each as it lies in its bucket: a folder of JSON lines."""
    paths = (folder / "decisions", folder / "interactions")
    for path, rows in zip(paths, (season.decisions, season.interactions), strict=True):
        path.mkdir()
        (path / "part.json").write_text("\n".join(json.dumps(row) for row in rows))
    return paths


@pytest.fixture(scope="module")
def logs(season: Season, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return written(season, tmp_path_factory.mktemp("logs"))


def lift_of(logs: tuple[Path, Path]) -> Lift:
    return measure_lift(open_logs(decisions=logs[0], interactions=logs[1]))


def test_the_query_that_athena_has_tells_the_true_lift(season: Season, logs: tuple[Path, Path]) -> None:
    found = lift_of(logs)
    served, held = (float(np.mean(season.expected[arm])) for arm in (False, True))
    assert found.served_low < served < found.served_high
    assert found.holdout_low < held < found.holdout_high
    assert found.lift_low < served / held - 1 < found.lift_high
    assert found.lift_low > 0


def test_where_there_is_no_difference_intervals_hold_zero_as_often_as_they_say(tmp_path: Path) -> None:
    # GIVEN forty seasons of a hundred and twenty viewers, eager or not, whose arm changes nothing
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
        found = lift_of(written(season, folder))
        inside += found.lift_low < 0 < found.lift_high
    # THEN about one in twenty intervals misses it; impressions taken for independent would miss far more
    assert inside >= 35


def test_the_interval_is_what_resampling_the_viewers_gives(season: Season, logs: tuple[Path, Path]) -> None:
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


def test_the_same_acts_told_twice_and_versions_that_nobody_decided_change_nothing(
    season: Season, logs: tuple[Path, Path], tmp_path: Path
) -> None:
    stray = {**season.interactions[0], "version": 10_000, "interaction_id": "stray"}
    twice = Season(decisions=season.decisions, interactions=[*season.interactions * 2, stray])
    assert asdict(lift_of(written(twice, tmp_path))) == pytest.approx(asdict(lift_of(logs)))


def test_the_holdout_was_sent_nothing_from_the_recommender(logs: tuple[Path, Path]) -> None:
    screens = screens_by_rung(open_logs(decisions=logs[0], interactions=logs[1]))
    assert {(each.holdout, each.rung) for each in screens} == {(False, "cohort"), (True, "popularity")}


def test_other_policies_are_judged_from_the_slots_that_tried_something(
    season: Season, logs: tuple[Path, Path]
) -> None:
    best, _ = policy_values(open_logs(decisions=logs[0], interactions=logs[1]))
    truth = float(np.mean(season.expected_best))
    for estimate in (best.inverse_propensity, best.doubly_robust):
        assert estimate.low < truth < estimate.high
    robust, plain = best.doubly_robust, best.inverse_propensity
    assert robust.high - robust.low < plain.high - plain.low


def test_arms_of_the_sizes_that_were_drawn_are_believed_and_others_are_not(
    logs: tuple[Path, Path], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    found = lift_of(logs)
    assert sample_ratio(found, EXPERIMENT.holdout_share).holds
    # GIVEN a report that expects another share, as if viewers of one arm were lost on the way
    html = tmp_path / "lift.html"
    given = ["--decisions", str(logs[0]), "--interactions", str(logs[1]), "--html", str(html)]
    assert main(["lift", *given, "--holdout-share", "0.3"]) == 0
    # THEN it says that it is not to be believed
    told = capsys.readouterr()
    assert json.loads(told.out)["sample_ratio"]["holds"] is False
    assert "do not believe the lift: expected 30.00% of the viewers" in told.err
    assert "do not believe the lift" in html.read_text()


def test_the_sample_ratio_errs_no_more_often_than_it_says(logs: tuple[Path, Path]) -> None:
    # GIVEN a thousand draws of ten thousand viewers, one in twenty held out
    found, chance = lift_of(logs), np.random.default_rng(3)
    held = chance.binomial(10_000, 0.05, 1_000)
    ratios = [
        sample_ratio(replace(found, holdout_viewers=int(one), served_viewers=10_000 - int(one)), 0.05)
        for one in held
    ]
    # THEN one in a thousand is doubted, or a few
    assert sum(not ratio.holds for ratio in ratios) <= 5
    with pytest.raises(LiftError, match="expected a share between 0 and 1, got 1"):
        sample_ratio(found, 1)


def test_without_a_holdout_the_report_says_what_is_missing(world: SimulatedWorld, tmp_path: Path) -> None:
    nobody = Experiment(season="test")
    with pytest.raises(LiftError, match="at least two viewers who engaged in each arm"):
        lift_of(written(play_season(world, nobody, versions=2), tmp_path))


def test_the_command_prints_the_figures_and_writes_a_page_that_needs_nothing_else(
    logs: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    html = tmp_path / "lift.html"
    given = ["--decisions", str(logs[0]), "--interactions", str(logs[1]), "--html", str(html)]
    assert main(["lift", *given]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["lift"]["lift"] > 0
    assert [each["policy"] for each in told["policies"]] == ["the ranking's best", "the pool's most engaging"]
    text = html.read_text()
    assert text.count("<svg") == 2
    assert "http" not in text.replace("http-equiv", "")


def test_logs_that_are_not_there_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lift", "--decisions", str(tmp_path), "--interactions", str(tmp_path)]) == 1
    assert "--decisions: expected Parquet files or JSON lines" in capsys.readouterr().err


def test_the_query_ends_no_statement_for_athena_takes_one() -> None:
    assert ";" not in "".join(line.partition("--")[0] for line in QUERY.read_text().splitlines())
