"""What the network learns from an annotated article: the right labels on the right words, each claim once."""

import random
from dataclasses import dataclass, field

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from annotations.nlp.extraction import encoding, tags
from annotations.nlp.training.examples import cue_weights, examples, learning_batches, read_articles

CONTENT, SOURCE, CUE = range(3)
BESIDE = tags.BEFORE + tags.AFTER + 1
LEFT_OUT = -100
PERSON = ("lee", "roe")
SPECIAL = [encoding.PAD, encoding.UNKNOWN, encoding.START, encoding.SEPARATOR, '"', "“", "”"]


@dataclass
class Article:
    """A gold article made of sentences in which no word stands twice, so that each is known by its piece."""

    parts: list[str] = field(default_factory=list)
    length: int = 0
    claims: list[dict[str, list[list[int]]]] = field(default_factory=list)
    people: list[list[int | str]] = field(default_factory=list)
    labels: dict[str, dict[str, int]] = field(default_factory=dict)
    sources: dict[str, str | None] = field(default_factory=dict)

    def put(self, words):
        start = self.length
        self.parts.append(words)
        self.length += len(words)
        return [start, start + len(words.rstrip())]

    def say(self, number, *, content, named, cue_first):
        """Add one claim of `content` words, with a source where `named`."""
        person, cue = f"Lee{number} Roe{number}", f"said{number}"
        claim = {"content": [], "cue": [], "source": []}
        what = " ".join(f"word{number}a{i}" for i in range(content))
        if not cue_first:
            claim["content"].append(self.put(f"{what} "))
        if named:
            claim["source"].append(self.put(f"{person} "))
            self.people.append([*claim["source"][0], "PERSON"])
        claim["cue"].append(self.put(f"{cue} "))
        if cue_first:
            claim["content"].append(self.put(f"{what} "))
        self.claims.append(claim)
        roles = [what.split(), person.lower().split() if named else [], [cue]]
        self.labels[cue] = {
            word: tags.inside(role) if position else tags.begin(role)
            for role, words in enumerate(roles)
            for position, word in enumerate(words)
        }
        self.sources[cue] = f"lee{number}" if named else None

    def fill(self, number, count):
        self.put("".join(f"rain{number}a{i} " for i in range(count)) + "\n")

    @property
    def record(self):
        return {"id": "a", "text": "".join(self.parts), "attributions": self.claims}

    @property
    def vocabulary(self):
        return encoding.Vocabulary(self.pieces)

    @property
    def pieces(self):
        return [*SPECIAL, *dict.fromkeys("".join(self.parts).lower().split())]


def made(sentences):
    article = Article()
    for number, (content, filler, named, cue_first) in enumerate(sentences):
        article.say(number, content=content, named=named, cue_first=cue_first)
        article.fill(number, filler)
    return article


def known_of(article):
    names = {"a": article.people}
    return examples([article.record], article.vocabulary, {}, names)


def batches_of(article, seed, size=1024):
    return list(learning_batches(known_of(article), article.vocabulary, random.Random(seed), size))


def words_of(article, batch, row):
    """Return the words of a window, told from their pieces; another person's where names were changed."""
    count = int((batch.names[row] != LEFT_OUT).sum())
    return [article.pieces[batch.inputs.pieces[row, first]] for first in batch.inputs.firsts[row, :count]]


SENTENCES = st.lists(
    st.tuples(st.integers(1, 30), st.integers(0, 20), st.booleans(), st.booleans()), min_size=1, max_size=40
)
SEEDS = st.integers(0, 1000)
SOME = settings(max_examples=40, deadline=None)


# -- a pass over an article --------------------------------------------------------------------------------


@SOME
@given(SENTENCES, SEEDS, st.sampled_from([400, 1024, 4096]))
@example(sentences=[(8, 12, True, True)] * 80, seed=1, size=400)
def test_every_gold_cue_is_learned_once_a_pass(sentences, seed, size):
    article = made(sentences)

    learned = []
    for batch in batches_of(article, seed, size):
        learned += [words_of(article, batch, row)[at] for row, at in zip(batch.rows, batch.at, strict=True)]
        # What is no gold cue is learned as none, and only where a cue is sought.
        marked = np.zeros_like(batch.cues)
        marked[batch.rows, batch.at] = 1.0
        assert (batch.cues == marked).all()
        assert (batch.inputs.wanted[batch.rows, batch.at] == 1).all()

    assert sorted(learned) == sorted(article.labels)


@SOME
@given(SENTENCES, SEEDS)
@example(sentences=[(tags.BEFORE + 40, 5, True, False), (tags.AFTER + 40, 5, True, True)] * 12, seed=1)
def test_labels_land_on_their_words_however_the_text_is_cut(sentences, seed):
    article = made(sentences)

    for batch in batches_of(article, seed):
        for row, at, line in zip(batch.rows, batch.at, batch.labels, strict=True):
            window = words_of(article, batch, row)
            gold = article.labels[window[at]]
            for column, label in enumerate(line):
                word = at - tags.BEFORE + column
                if not 0 <= word < len(window):
                    assert label == LEFT_OUT
                elif window[word].startswith(PERSON):
                    # The name may be another's by now; the source stands right before its cue.
                    is_source = article.sources[window[at]] is not None and word in (at - 2, at - 1)
                    assert label == (tags.begin(SOURCE) + (word == at - 1) if is_source else tags.OUTSIDE)
                else:
                    assert label == gold.get(window[word], tags.OUTSIDE)


@SOME
@given(SENTENCES, SEEDS)
def test_source_points_at_its_first_word_or_at_nobody(sentences, seed):
    article = made(sentences)

    for batch in batches_of(article, seed):
        for row, at, line, source in zip(batch.rows, batch.at, batch.labels, batch.sources, strict=True):
            window = words_of(article, batch, row)
            if article.sources[window[at]] is None:
                assert source == BESIDE
                assert tags.begin(SOURCE) not in line
            else:
                # Two words before the cue, however the window was cut: margins are wider than that.
                assert source == tags.BEFORE - 2
                assert line[source] == tags.begin(SOURCE)


@SOME
@given(SENTENCES, SEEDS)
def test_names_are_labelled_where_they_stand(sentences, seed):
    article = made(sentences)

    for batch in batches_of(article, seed):
        for row in range(len(batch.names)):
            named = [word.startswith(PERSON) for word in words_of(article, batch, row)]
            for word, is_person in enumerate(named):
                # Names are of two words; a window may cut one in two.
                is_second = is_person and batch.names[row, word - 1] == tags.begin(0) and word > 0
                second = (tags.inside(0),) if is_second or word == 0 else ()
                first = () if is_second else (tags.begin(0),)
                assert batch.names[row, word] in ((*first, *second) if is_person else (tags.OUTSIDE,))


def test_same_seed_gives_the_same_pass():
    article = made([(8, 12, True, True)] * 120)

    first, again, other = (batches_of(article, seed) for seed in (1, 1, 2))

    def arrays(batches):
        return [array.tolist() for batch in batches for array in (batch.inputs.pieces, batch.labels)]

    assert arrays(first) == arrays(again)
    assert arrays(first) != arrays(other)


def test_article_without_claims_is_learned_as_well():
    article = Article()
    article.fill(0, 300)

    batches = batches_of(article, seed=1)

    assert sum(len(batch.cues) for batch in batches) > 0
    for batch in batches:
        assert not batch.cues.any()
        assert batch.labels.shape == (len(batch.at), BESIDE) == (0, BESIDE)


def test_batches_hold_about_as_many_pieces_as_asked():
    article = made([(8, 12, True, True)] * 120)

    for batch in batches_of(article, seed=3, size=1024):
        assert batch.inputs.pieces.size <= 1024 + encoding.LONGEST_WINDOW


# -- other people, lost marks and capitals -----------------------------------------------------------------


def test_passes_differ_in_what_a_window_looks_like_but_not_in_what_is_gold():
    text = "“We go,” Ann Leeman said.\n“We stay by the roe,” Bo Roe said."
    people = [
        [start, start + len(name), "PERSON"]
        for name in ("Ann Leeman", "Bo Roe")
        for start in [text.index(name)]
    ]
    article = {"id": "a", "text": text, "attributions": []}
    known = ["we", "go", "stay", "by", "the", "said", ".", ",", "ann", "lee", "##man", "bo", "roe"]
    vocabulary = encoding.Vocabulary([*SPECIAL, *known])
    (learned,) = examples([article], vocabulary, {}, {"a": people})
    before = ([*learned.encoded.pieces], [*learned.encoded.shapes], [*learned.encoded.places])
    plain = encoding.batch([(learned.encoded, encoding.windows(learned.encoded)[0])], vocabulary)
    names = {vocabulary.pieces(name)[0] for name in ("ann", "bo", "roe")}

    looks = set()
    for seed in range(200):
        (batch,) = learning_batches([learned], vocabulary, random.Random(seed), 1024)
        inputs = batch.inputs
        looks.add((inputs.places.any(), (inputs.shapes == encoding.TITLE).any(), inputs.pieces.tobytes()))
        # A name becomes another of as many pieces; a word that is spelled like a name is none.
        assert inputs.pieces.shape == plain.pieces.shape
        changed = inputs.pieces != plain.pieces
        assert set(inputs.pieces[changed]) | set(plain.pieces[changed]) <= names
        assert (inputs.shapes[changed] == encoding.TITLE).all()
        assert batch.names.tolist() == [learned.names]

    assert (False, True, plain.pieces.tobytes()) in looks  # without marks
    assert (True, False, plain.pieces.tobytes()) in looks  # without capitals
    assert any(marks and capitals and pieces != plain.pieces.tobytes() for marks, capitals, pieces in looks)
    assert before == (learned.encoded.pieces, learned.encoded.shapes, learned.encoded.places)


# -- an article as an example ------------------------------------------------------------------------------

TEXT = "Ann Lee has told us that the bridge, she hopes, is safe."
WORDS = ["ann", "lee", "has", "told", "us", "that", "the", "bridge", "she", "hopes", "is", "safe", ".", ","]


def spans(*parts):
    return [[TEXT.index(part), TEXT.index(part) + len(part)] for part in parts]


def example_of(*claims, weights=None, names=()):
    article = {"id": "a", "text": TEXT, "attributions": claims}
    vocabulary = encoding.Vocabulary([*SPECIAL, *WORDS])
    (found,) = examples([article], vocabulary, weights or {}, {"a": names})
    return found


def labelled(found):
    """Return the labelled words of the only claim, in words."""
    (link,) = found.links
    encoded = found.encoded
    return {TEXT[encoded.starts[w] : encoded.ends[w]]: label for w, label in sorted(link.labels.items())}


CLAIM = {
    "content": spans("that the bridge", "is safe"),
    "source": spans("Ann Lee"),
    "cue": spans("has told us"),
}


def test_claim_labels_each_stretch_with_its_begin_and_insides():
    content, source, cue = (tags.begin(kind) for kind in range(3))

    assert labelled(example_of(CLAIM)) == {
        **{"Ann": source, "Lee": source + 1},
        **{"has": cue, "told": cue + 1, "us": cue + 1},
        **{"that": content, "the": content + 1, "bridge": content + 1},
        **{"is": content, "safe": content + 1},
    }


@pytest.mark.parametrize("word", ["has", "told", "us"])
def test_claim_hangs_on_the_word_of_its_cue_that_most_tells_a_cue(word):
    found = example_of(CLAIM, weights={word: 0.9, "ann": 1.0})

    (link,) = found.links
    assert TEXT[found.encoded.starts[link.cue] : found.encoded.ends[link.cue]] == word


def test_word_of_two_roles_is_content_before_source_before_cue():
    claim = {"content": spans("told us that"), "source": spans("us"), "cue": spans("has told")}

    assert labelled(example_of(claim)) == {
        "has": tags.begin(CUE),
        "told": tags.begin(CONTENT),
        "us": tags.inside(CONTENT),
        "that": tags.inside(CONTENT),
    }


def test_word_that_a_span_touches_belongs_to_it():
    at = TEXT.index("bridge")

    found = labelled(example_of({"content": [[at + 2, at + 4]], "source": [], "cue": spans("told")}))

    assert found == {"bridge": tags.begin(CONTENT), "told": tags.begin(CUE)}


def test_claim_without_a_cue_is_not_learned():
    assert example_of({**CLAIM, "cue": []}).links == []


def test_names_of_an_article_are_labelled_by_their_kind():
    found = example_of(names=[[*spans("Ann Lee")[0], "PERSON"], [*spans("bridge")[0], "GPE"]])

    person, place = (tags.begin(tags.ENTITIES.index(kind)) for kind in ("PERSON", "GPE"))
    assert found.names[:8] == [person, person + 1, 0, 0, 0, 0, 0, place]
    assert set(found.names[8:]) == {tags.OUTSIDE}


def test_cue_weight_is_the_share_of_a_words_uses_that_stand_in_cues():
    texts = ["Ann said it. Bo said it.", "He said: it is said"]
    articles = [
        {"text": texts[0], "attributions": [{"cue": [[4, 8]]}, {"cue": [[16, 20]]}]},
        {"text": texts[1], "attributions": [{"cue": [[3, 8]]}]},
    ]

    weights = cue_weights(articles, encoding.Vocabulary(SPECIAL))

    # A few unseen uses are counted in, so that a rare word is not sure of itself.
    assert weights == {"said": 3 / (4 + 5), ":": 1 / (1 + 5)}


def test_corpus_is_one_article_a_line(tmp_path):
    path = tmp_path / "corpus.jsonl"
    path.write_text('{"id": "a", "text": "“né”"}\n{"id": "b", "text": ""}\n', encoding="utf-8")

    assert read_articles(path) == [{"id": "a", "text": "“né”"}, {"id": "b", "text": ""}]
