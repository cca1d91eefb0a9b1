"""The trained extractor alone, and what happens where it can't be had."""

import logging
import subprocess
import sys
from dataclasses import replace

import pytest
import spacy
from spacy.training import Example

from annotations.choices import Region
from annotations.nlp import pipeline, trained
from annotations.nlp.components import layers
from annotations.nlp.draft import Span
from annotations.nlp.paragraphs import paragraphs
from annotations.nlp.quotations import scan
from annotations.nlp.reading import Reading
from annotations.nlp.regions import find_regions

pytestmark = pytest.mark.pipeline

TEXT = (
    "“The bridge will reopen in May,” said Ann Lee, the mayor of Hull.\n\n"
    "Bo Roe told reporters that the old wall was not safe."
)
CONTENTS = [["“The bridge will reopen in May,”"], ["that the old wall was not safe"]]
SOURCES = ["Ann Lee", "Bo Roe"]


def contents(triples, text=TEXT):
    return [[span.of(text) for span in triple.content] for triple in triples]


# -- the component -----------------------------------------------------------------------------------------


def test_component_leaves_triples_and_names_in_text_order():
    doc = trained.load()(TEXT)

    triples = layers.triples(doc)
    assert contents(triples) == CONTENTS
    assert [triple.source[0].of(TEXT)[:7].strip() for triple in triples] == SOURCES
    assert [triple.lemma for triple in triples] == ["said", "told"]
    assert all(0 < triple.confidence <= 1 for triple in triples)
    people = [TEXT[name.start : name.end] for name in layers.names(doc) if name.label == "PERSON"]
    assert people == SOURCES


def test_component_finds_paragraphs_and_quotations_where_nobody_gave_them():
    nlp = trained.load()

    doc = nlp(TEXT)

    assert doc.user_data[layers.PARAGRAPHS] == tuple(paragraphs(TEXT))
    assert layers.quotations(doc) == scan(TEXT)


def test_component_reads_the_given_paragraphs_alone():
    nlp = trained.load()
    doc = nlp.make_doc(TEXT)
    doc.user_data[layers.PARAGRAPHS] = tuple(paragraphs(TEXT))[1:]

    assert contents(layers.triples(nlp(doc))) == CONTENTS[1:]


@pytest.mark.parametrize("text", ["", " \n ", "😀", "said", "“", "a" * 10_000, "said " * 2_000])
def test_component_takes_any_text(text):
    doc = trained.load()(text)

    for triple in layers.triples(doc):
        for span in (*triple.content, *triple.cue, *triple.source):
            assert 0 <= span.start < span.end <= len(text)


def test_text_far_longer_than_a_window_is_read_to_its_end():
    filler = "The rain fell on the old wall and on the river all night long. " * 60
    text = f"{filler}\n{TEXT}\n{filler}\n{TEXT}"

    doc = trained.load()(text)

    assert [piece for piece in contents(layers.triples(doc), text) if piece in CONTENTS] == CONTENTS * 2


def test_pipeline_is_loaded_once():
    assert trained.load() is trained.load()


@pytest.mark.parametrize("least_chance", [0.0, 1.0])
def test_config_of_the_factory_sets_how_sure_a_claim_must_be(least_chance):
    nlp = spacy.blank("en")
    nlp.add_pipe("newsdesk_extractor", config={"path": str(trained.SHIPPED), "least_chance": least_chance})

    found = contents(layers.triples(nlp(TEXT)))

    # Nothing is quite certain, so that asking for certainty leaves nothing.
    assert found == [] if least_chance == 1.0 else all(content in found for content in CONTENTS)


def test_factory_refuses_a_file_that_is_not_there(tmp_path):
    with pytest.raises(OSError, match="nowhere"):
        spacy.blank("en").add_pipe("newsdesk_extractor", config={"path": str(tmp_path / "nowhere.onnx")})


# -- its score ---------------------------------------------------------------------------------------------


def scores(reference_triples):
    nlp = trained.load()
    predicted, reference = nlp(TEXT), nlp.make_doc(TEXT)
    reference.user_data[layers.TRIPLES] = tuple(reference_triples(layers.triples(predicted)))
    return nlp.get_pipe("newsdesk_extractor").score([Example(predicted, reference)])


def test_score_of_its_own_output_is_one():
    assert scores(lambda triples: triples) == {
        "attribution_f": 1.0,
        "content_exact_f": 1.0,
        "content_overlap_f": 1.0,
    }


def test_score_is_less_where_a_claim_is_missing():
    found = scores(lambda triples: triples[:1])

    assert all(0 < figure < 1 for figure in found.values())


def test_score_tells_contents_from_attributions():
    def with_wrong_source(triples):
        return [replace(triple, source=(Span(len(TEXT) - 5, len(TEXT)),)) for triple in triples]

    found = scores(with_wrong_source)

    assert found["content_exact_f"] == 1.0
    assert found["attribution_f"] < 1.0


# -- what is read of an article ----------------------------------------------------------------------------


def read(text, regions=None) -> Reading:
    return trained.read(text, find_regions(text, regions=regions), scan(text))


def test_reading_has_sentences_claims_and_mentions():
    reading = read(TEXT)

    assert [TEXT[sentence.start : sentence.end] for sentence in reading.sentences] == TEXT.split("\n\n")
    assert contents(reading.triples) == CONTENTS
    assert {"Ann Lee", "Bo Roe"} <= {name.text for name in reading.mentions.names}


@pytest.mark.parametrize("region", [Region.BOILERPLATE, Region.CAPTION])
def test_claims_are_read_in_headline_and_body_alone(region):
    assert contents(read(TEXT, {0: region}).triples) == CONTENTS[1:]


def test_names_are_read_everywhere_but_in_boilerplate():
    def names(region):
        return {name.text for name in read(TEXT, {0: region}).mentions.names}

    assert "Ann Lee" in names(Region.CAPTION)
    assert "Ann Lee" not in names(Region.BOILERPLATE)


def test_layout_that_names_its_speakers_wins_over_what_was_learned():
    text = "LEE: Will the bridge be open by the summer?\n\nROE: Nobody can promise you that."

    found = [(triple.construction, triple.source[0].of(text)) for triple in read(text).triples]

    assert found == [("transcript", "LEE"), ("transcript", "ROE")]


def test_lone_surrogate_keeps_every_offset():
    text = f"It rained \ud800 all night.\n\n{TEXT}"

    assert contents(read(text).triples, text) == CONTENTS


# -- without it --------------------------------------------------------------------------------------------


@pytest.fixture
def fresh():
    """Forget, before and after, what was loaded and which engine was best."""
    caches = (trained.load, trained.file_version, pipeline.best_engine)
    for cached in caches:
        cached.cache_clear()
    yield
    for cached in caches:
        cached.cache_clear()


def assert_rules_step_in(caplog, reason):
    """Articles are annotated by rules, which one warning with the reason tells once for all."""
    with caplog.at_level(logging.WARNING):
        drafts = [pipeline.annotate(TEXT) for _ in range(2)]

    assert drafts[0] == drafts[1]
    assert drafts[0].pipeline.startswith("newsdesk-rules ")
    assert contents(drafts[0].claims) == CONTENTS
    (record,) = [record for record in caplog.records if record.name == pipeline.__name__]
    assert record.levelno == logging.WARNING
    assert reason in record.getMessage()


def test_rules_step_in_where_the_trained_file_is_missing(fresh, monkeypatch, tmp_path, caplog):
    monkeypatch.setattr(trained, "SHIPPED", tmp_path / "nowhere.onnx")

    assert_rules_step_in(caplog, "nowhere.onnx")


def test_rules_step_in_where_the_trained_file_is_cut_off(fresh, monkeypatch, tmp_path, caplog):
    cut_off = tmp_path / "cut-off.onnx"
    cut_off.write_bytes(trained.SHIPPED.read_bytes()[:100_000])
    monkeypatch.setattr(trained, "SHIPPED", cut_off)

    assert_rules_step_in(caplog, "cut-off.onnx is damaged")


def test_rules_step_in_where_onnxruntime_is_missing(fresh, monkeypatch, caplog):
    for module in [name for name in sys.modules if name.startswith("annotations.nlp.extraction.")]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, "onnxruntime", None)

    assert_rules_step_in(caplog, "onnxruntime")


def test_trained_engine_is_taken_where_it_can_be_had(fresh, caplog):
    with caplog.at_level(logging.WARNING):
        draft = pipeline.annotate(TEXT)

    assert draft.pipeline.startswith("newsdesk-trained ")
    assert not [record for record in caplog.records if record.name == pipeline.__name__]


def test_trained_engine_needs_neither_torch_nor_a_spacy_model():
    check = (
        "import sys; from annotations.nlp import pipeline; "
        f"draft = pipeline.annotate({TEXT!r}, engine=pipeline.Engine.TRAINED); "
        f"print(len(draft.claims), [m for m in ('torch', {pipeline.DEFAULT_MODEL!r}) if m in sys.modules])"
    )

    done = subprocess.run([sys.executable, "-c", check], check=True, capture_output=True, text=True)

    assert done.stdout.split(maxsplit=1) == ["2", "[]\n"]
