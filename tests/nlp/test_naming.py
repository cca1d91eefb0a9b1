"""Names found in a text by their capitals alone."""

import pytest

from annotations.nlp.naming import names_in


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("then Ana Lindqvist spoke to Bo Ek.", ["Ana Lindqvist", "Bo Ek"]),
        ("then Mr Ek’s bridge fell on Ms Lindqvist.", ["Ek", "Lindqvist"]),
        ("then J. K. Ek met Ludwig van der Rohe.", ["J. K. Ek", "Ludwig van der Rohe"]),
        ("at the Bank of England and Firth & Sound Ferries", ["Bank of England", "Firth & Sound Ferries"]),
        ("Then Ana Lindqvist came, then left.", ["Ana Lindqvist"]),
        ("“Tolls stay,” said Ana. Nobody saw Ana.", ["Tolls", "Ana", "Nobody"]),
        ("then Ann Lee and Bo Roe came to Leeds in May", ["Ann Lee", "Bo Roe", "Leeds", "May"]),
        ("then Örjan Åkesson met", ["Örjan Åkesson"]),
        ("nobody at all", []),
        ("", []),
    ],
)
def test_runs_of_capitalised_words_are_names(text: str, names: list[str]) -> None:
    assert names_in(text) == names
