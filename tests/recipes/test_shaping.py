"""What the recipes of shaping must do beside their rows' numbers: holes in the data, calls, memory, composition."""

from __future__ import annotations

import json
from typing import Any

import pytest

import guerdon as gd
from guerdon.recipes.shaping import REASONING_PHRASES

RIGHT, LENGTH = gd.col("right"), gd.col("length")


def values(score: gd.Score, **rows: Any) -> list[float | None]:
    return score.score(rows).numbers


class TestMemory:
    """Multipliers, running quantiles and parameters outlive an interruption."""

    BATCHES = ([2.0, 1.5], [1.8, 2.2], [0.5, 0.0], [1.2, 0.9])

    @staticmethod
    def advantage() -> gd.Score:
        return gd.recipes.constrained([gd.col("a"), gd.col("b")], targets=[1, 1], lr=0.1)

    @staticmethod
    def rows(batch: list[float]) -> dict[str, Any]:
        return {"prompt": ["p"] * 2, "a": batch, "b": [x * x for x in reversed(batch)]}

    def test_multipliers_go_on_where_they_stopped(self) -> None:
        whole, first = self.advantage().compile(), self.advantage().compile()
        expected = [whole.score(self.rows(batch)).numbers for batch in self.BATCHES]
        found = [first.score(self.rows(batch)).numbers for batch in self.BATCHES[:2]]
        second = self.advantage().compile()
        second.load_state_dict(json.loads(json.dumps(first.state_dict())))
        found += [second.score(self.rows(batch)).numbers for batch in self.BATCHES[2:]]
        assert found == expected
        assert second.state_dict() == whole.state_dict()

    def test_a_frozen_runner_moves_no_multiplier(self) -> None:
        runner = self.advantage().compile()
        before = runner.state_dict()
        with runner.frozen():
            runner.score(self.rows([5.0, 5.0]))
        assert runner.state_dict() == before

    def test_quantiles_of_one_kind_of_question_are_not_another_s(self) -> None:
        reward = gd.recipes.armed(gd.col("text"), gd.col("near"), kind=gd.col("kind"), quantiles=(0, 1))
        found = values(reward, text=[0] * 4, near=[0.9, 0.8, 0.2, 0.1], kind=["x", "x", "y", "y"])
        assert found == [1, 0, 1, 0]

    def test_closed_questions_teach_the_quantiles_nothing(self) -> None:
        reward = gd.recipes.armed(gd.col("text"), gd.col("near"), closed=gd.col("closed"), quantiles=(0, 1))
        found = values(reward, text=[0] * 3, near=[0.6, 0.8, 99], closed=[0, 0, 1])
        assert found == [0, 1, 0]


class TestHoles:
    """What could not be scored reaches only those whom it concerns."""

    def test_a_judge_that_fails_on_a_wrong_answer_is_not_missed(self) -> None:
        assert values(gd.recipes.crf(RIGHT, gd.col("concise")), right=[1, 0, 1], concise=[0.5, None, None]) == [
            1.25,
            0,
            None,
        ]

    def test_a_model_is_not_missed_where_the_rule_is_sure(self) -> None:
        reward = gd.recipes.harmo(gd.col("rule"), gd.col("model"), gd.col("sure"))
        assert values(reward, rule=[1, None, 1], model=[None, 0.5, None], sure=[1, 0, 0.5]) == [1, 0.5, None]

    def test_thinking_that_was_not_judged_costs_its_own_rollout_alone(self) -> None:
        reward = gd.recipes.trust_grpo(gd.col("outcome"), gd.col("thinking"), judge_all=True)
        rows = {"prompt": ["p"] * 4, "outcome": [1, 1, 0, 0], "thinking": [0.5, None, 0.3, 0.1]}
        found = reward.score(rows, step=0).numbers
        assert found == [pytest.approx(1.15), None, pytest.approx(0.09), pytest.approx(0.03)]

    def test_a_group_of_one_is_settled(self) -> None:
        reward = gd.recipes.trust_grpo(gd.col("outcome"), gd.col("thinking"))
        assert values(reward, prompt=["p", "q"], outcome=[1, 0.5], thinking=[None, 1]) == [1, 0.8]

    def test_a_member_without_a_score_leaves_no_ensemble(self) -> None:
        reward = gd.recipes.rm_ensemble(gd.col("scores", axis="member"))
        assert values(reward, scores=[[1, None, 6], [1, 1, 1]]) == [None, 1]

    def test_a_missing_length_costs_no_band_of_the_others(self) -> None:
        reward = gd.recipes.laser_d(RIGHT, LENGTH)
        assert values(reward, prompt=["p"] * 3, right=[1, 1, 0], length=[100, None, 100]) == [1.5, None, -0.5]


class TestBounds:
    """Correctness comes first."""

    @pytest.mark.parametrize("how", ["reward", "penalty", "hybrid"])
    def test_laser_never_pays_a_wrong_answer_more_than_a_right_one(self, how: Any) -> None:
        reward = gd.recipes.laser(RIGHT, LENGTH, limit=100, how=how, repetitive=gd.col("again"))
        worst = values(reward, right=[1, 1], length=[1, 10_000], again=[1, 1])
        best = values(reward, right=[0, 0], length=[1, 10_000], again=[0, 0])
        assert min(x for x in worst if x is not None) > max(x for x in best if x is not None)

    def test_crf_pays_nothing_for_a_wrong_answer_and_says_so_beforehand(self) -> None:
        right = gd.col("right").clip(0, 1)
        assert gd.recipes.crf(right, gd.col("c").clip(0.1, 1)).bounds() == (0, 1.5)

    def test_rpr_lies_between_0_and_1(self) -> None:
        reward = gd.recipes.rpr(gd.col("phrases").clip(0, 40), gd.col("repeated").clip(0, 1))
        assert reward.bounds() == (0, 1)

    def test_the_phrases_are_forty_plain_words_in_small_letters(self) -> None:
        assert len(set(REASONING_PHRASES)) == 40
        assert all(phrase == phrase.lower().strip() for phrase in REASONING_PHRASES)


class TestLimits:
    """LASER-D's limits, as a hook refreshes them."""

    def test_the_limits_of_monitor_prompts_steer_training(self) -> None:
        monitor = {
            "uid": [i // 8 for i in range(24)],
            "right": [float(i % 8 < right) for right in (8, 4, 1) for i in range(8)],
            "length": [2500 + 300 * (i % 8) + 2000 * (i // 8) for i in range(24)],
        }
        limit = gd.recipes.laser_limit(RIGHT, LENGTH).score(monitor).values.reshape(3, 8)
        assert (limit == limit[:, :1]).all()
        easy, medium, hard = limit[:, 0]
        # Easy: 2 of 8 lengths (2500, 2800) fit into 3072, and floor(2/8 * 5) = 1. Medium: half must fit, 5400 does.
        # Hard: all must fit, up to 8600.
        assert (easy, medium, hard) == (3072, 6144, 9216)
        runner = gd.recipes.laser_d(RIGHT, LENGTH).compile()
        for name, value in (("easy", easy), ("medium", medium), ("hard", hard)):
            runner.set(f"limit {name}", float(value))
        rewards = runner.score({**monitor, "length": [4000] * 24}).values.reshape(3, 8)
        assert rewards[:, 0].tolist() == [1.0, 1.5, 1.5]


class TestComposition:
    def test_noise_on_top_of_any_reward(self) -> None:
        clean = gd.recipes.sweet_spot(gd.col("close"), power=1)
        noisy = gd.recipes.noisy_reward(clean, probability=1.0)
        assert values(noisy, prompt=["p"] * 2, close=[0.3, 1]) == [0.75, 0]

    def test_two_constrained_rewards_log_their_multipliers(self) -> None:
        advantage = gd.recipes.constrained([gd.col("a"), gd.col("b")], targets=[1, 1])
        scores = advantage.score({"prompt": ["p"] * 2, "a": [1, 2], "b": [0, 1]})
        assert set(scores.observed) == {"multiplier0", "multiplier1"}
        assert advantage.is_advantage

    def test_as_many_targets_as_rewards(self) -> None:
        with pytest.raises(ValueError, match="2 rewards need as many targets, not 1"):
            gd.recipes.constrained([gd.col("a"), gd.col("b")], targets=[1])
