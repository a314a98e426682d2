"""One voice, one vote."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.elicitation.clusters import Voice, clusters, repeated, shares, strongest


def test_speaker_or_origin_ties_and_ties_chain() -> None:
    voices = [Voice("d", "D", "4"), Voice("c", "C", "2"), Voice("b", "A", "2"), Voice("a", "A", "1")]
    assert clusters(voices) == {"a": "a", "b": "a", "c": "a", "d": "d"}


voices = st.lists(st.tuples(st.sampled_from("ABCD"), st.sampled_from("1234")), min_size=1, max_size=8).map(
    lambda pairs: [Voice(f"s{place}", *pair) for place, pair in enumerate(pairs)]
)


@given(voices, st.randoms(use_true_random=False))
def test_clusters_are_the_connected_parts_in_any_order(voices: list[Voice], random: object) -> None:
    named = clusters(voices)
    assert clusters(reversed(voices)) == named
    for one in voices:
        for other in voices:
            if one.speaker == other.speaker or one.origin == other.origin:
                assert named[one.statement] == named[other.statement]
    # Nothing is tied without a reason: inside a cluster every split shares a speaker or an origin.
    for name in set(named.values()):
        members = [voice for voice in voices if named[voice.statement] == name]
        reached, frontier = {members[0]}, [members[0]]
        while frontier:
            here = frontier.pop()
            for voice in members:
                if voice not in reached and (voice.speaker == here.speaker or voice.origin == here.origin):
                    reached.add(voice)
                    frontier.append(voice)
        assert reached == set(members)


def test_shares_by_hand() -> None:
    # Cluster x weighs the mean of .9 and .3, split 3 : 1; y weighs .6 as well.
    assert shares([0.9, 0.3, 0.6], ["x", "x", "y"]) == pytest.approx((0.375, 0.125, 0.5))


@given(st.lists(st.floats(0.01, 10), min_size=1, max_size=5))
def test_a_copy_adds_no_share(weights: list[float]) -> None:
    names = [str(place) for place in range(len(weights))]
    before = shares(weights, names)
    after = shares([*weights, weights[0]], [*names, names[0]])
    assert sum(after) == pytest.approx(1)
    assert after[0] + after[-1] == pytest.approx(before[0])
    assert after[1:-1] == pytest.approx(before[1:])


def test_the_strongest_of_a_cluster_counts_per_state() -> None:
    powers = np.log([[3.0, 1.0, 1.0], [2.0, 0.5, 4.0], [1.0, 1.0, 0.25]])
    np.testing.assert_allclose(np.exp(strongest(powers)), [3.0, 0.5, 1.0])


def test_an_echo_is_the_later_or_the_weaker_one_of_an_origin() -> None:
    powers = np.log([[2.0, 1.0], [3.0, 1.0], [3.0, 1.0], [1.0, 3.0], [0.5, 1.0]])
    assert repeated(["o", "o", "o", "o", "o"], powers) == [True, False, True, False, False]
    assert repeated(["o", "p", "q", "o", "r"], powers) == [False] * 5
