"""Words of a text and which of them a span covers."""

from annotations.nlp.words import Words


def test_words_hold_together_over_inner_marks_only():
    assert Words("Mr. Lee won't pay 1,000 pounds - 're-elected' or not_so.").texts == [
        "Mr",
        "Lee",
        "won't",
        "pay",
        "1,000",
        "pounds",
        "re-elected",
        "or",
        "not",
        "so",
    ]


def test_covered_counts_words_of_which_more_than_half_lies_inside():
    words = Words("alpha beta gamma")

    assert words.covered([(0, 10)]) == {0, 1}
    assert words.covered([(0, 2)]) == set()
    assert words.covered([(0, 3)]) == {0}
    assert words.covered([(0, 1), (8, 16)]) == {2}


def test_words_of_a_part_keep_the_offsets_of_the_whole():
    words = Words("alpha beta gamma", 6, 10)

    assert (words.texts, words.starts, words.ends) == (["beta"], [6], [10])
