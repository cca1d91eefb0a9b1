"""The columns are a contract with everybody's spreadsheets."""

from annotations.exports.row import COLUMNS
from tests.exports.rows import make_row, written

CONTRACT = (
    "set,article_id,article_title,outlet,byline,url,published_on,claim_id,claim_no,paragraph,sentence,region,"
    "kind,content,content_spans,cue,cue_spans,source,source_spans,source_form,speaker_id,speaker,speaker_kind,"
    "speaker_role,speaker_external_id,speaker_gender,gender_basis,countable,words,state,origin,confidence,"
    "suggested_speaker,changed,editor,updated_at,left_context,right_context,text_sha256,pipeline"
)


def test_columns_are_the_contract_in_its_order():
    assert ",".join(COLUMNS) == CONTRACT


def test_header_of_the_file_is_the_contract():
    first_line = written("csv", [make_row()], bom=False).split(b"\r\n")[0]

    assert first_line.decode() == CONTRACT
