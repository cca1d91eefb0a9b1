"""Confidence against what is right: bands, and the error that is expected of a stated confidence."""

import pytest

from annotations.nlp.scoring import calibration_table, score
from annotations.nlp.scoring.calibration import calibration

TEXT = "Ann Lee said it was late. Bo Ek said it was early."
LATE = {"content": [[13, 24]], "source": [[0, 7]], "names": ["Ann Lee"], "speaker_kind": "person"}
EARLY = {"content": [[37, 49]], "source": [[26, 31]]}


def judged(*claims, gold=(LATE, EARLY)):
    article = {"id": "a", "text": TEXT, "attributions": list(gold)}
    return score([article], [{"id": "a", "claims": list(claims)}])


def test_expected_error_is_the_distance_weighted_by_claims():
    found = calibration([(0.95, True), (0.95, False), (0.25, False)])

    # Two claims are 0.95 against 0.5, one is 0.25 against 0.
    assert found.expected_error == pytest.approx((2 * 0.45 + 0.25) / 3)
    assert found.claims == 3
    last = found.bands[9]
    assert (last.claims, last.confidence, last.right) == (2, 0.95, 0.5)


@pytest.mark.parametrize(("confidence", "band"), [(0.0, 0), (0.1, 1), (0.999, 9), (1.0, 9)])
def test_a_band_holds_its_lower_bound_and_the_last_one_both(confidence, band):
    found = calibration([(confidence, True)])

    assert [each.claims for each in found.bands] == [int(number == band) for number in range(10)]


def test_source_calibration_is_over_all_predictions_that_state_a_confidence():
    found = judged(
        LATE | {"confidence": 0.9},
        EARLY | {"source": [], "confidence": 0.9},
        {"content": [[8, 12]], "source": [], "confidence": 0.9},
        {"content": [[32, 36]], "source": []},
    ).source_calibration

    assert (found.claims, found.bands[9].right) == (3, pytest.approx(1 / 3))


def test_name_calibration_is_over_predictions_whose_name_can_be_told():
    late = LATE | {"confidence": 0.9, "speaker": "Ann Lee", "source": []}
    early = EARLY | {"confidence": 0.9, "speaker": "Bo Ek"}
    made_up = {"content": [[8, 12]], "source": [], "confidence": 0.9, "speaker": "Ann Lee"}
    result = judged(late, early, made_up)

    # The second gold claim has no name: whether "Bo Ek" is right is not known.
    assert (result.name_calibration.claims, result.name_calibration.bands[9].right) == (2, 0.5)
    assert result.source_calibration.bands[9].right == pytest.approx(1 / 3)


def test_predictions_without_confidence_have_no_calibration():
    result = judged(LATE, EARLY)

    assert result.source_calibration is None
    assert calibration_table(result) == ""


def test_table_shows_every_band_and_both_errors():
    lines = calibration_table(judged(LATE | {"confidence": 0.75, "speaker": "Bo Ek"})).splitlines()

    assert len(lines) == 12
    assert lines[8].split() == ["0.7", "to", "0.8", "|", "1", "75.0", "100.0", "|", "1", "75.0", "0.0"]
    assert lines[-1] == "expected error, in percentage points: source 25.0, name 75.0"
