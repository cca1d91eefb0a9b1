"""A draft read back in words, so that tests compare what people see."""

from dataclasses import dataclass

from annotations.nlp.draft import Draft, DraftClaim


@dataclass(frozen=True)
class Reading:
    """A text with its draft."""

    text: str
    draft: Draft

    def contents(self) -> list[list[str]]:
        """Return the pieces of every claim's content."""
        return [[span.of(self.text) for span in claim.content] for claim in self.draft.claims]

    def claim(self, words: str) -> DraftClaim:
        """Return the one claim whose content holds `words`."""
        found = [
            claim for claim in self.draft.claims if any(words in span.of(self.text) for span in claim.content)
        ]
        assert len(found) == 1, f"{len(found)} claims hold {words!r}: {self.contents()}"
        return found[0]

    def pieces(self, words: str) -> list[str]:
        """Return the content of the claim that holds `words`, piece by piece."""
        return [span.of(self.text) for span in self.claim(words).content]

    def cue(self, words: str) -> str:
        """Return the cue of the claim that holds `words`."""
        return " ".join(span.of(self.text) for span in self.claim(words).cue)

    def source(self, words: str) -> str:
        """Return the source of the claim that holds `words`."""
        return " ".join(span.of(self.text) for span in self.claim(words).source)

    def speaker(self, words: str) -> str | None:
        """Return the speaker's name of the claim that holds `words`."""
        speaker = self.claim(words).speaker
        return None if speaker is None else self.draft.speakers[speaker].name

    def candidates(self, words: str) -> set[str]:
        """Return the names that the claim that holds `words` could be given to."""
        return {self.draft.speakers[index].name for index in self.claim(words).candidates}

    def names(self) -> list[str]:
        """Return the names of all speakers."""
        return [speaker.name for speaker in self.draft.speakers]

    def sentences(self) -> list[str]:
        """Return the sentences in words."""
        return [self.text[sentence.start : sentence.end] for sentence in self.draft.sentences]
