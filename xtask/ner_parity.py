"""Tags the invented texts of tests/fixtures/ner_parity.txt, one a line, with the original Python
implementation and writes tests/fixtures/ner_parity.tsv: token, tab, tag; a blank line between texts.

    pip install natasha==1.6.0 setuptools
    python xtask/ner_parity.py
"""

from natasha import NewsEmbedding, NewsNERTagger
from razdel import tokenize

FOLDER = "tests/fixtures/"


def main():
    infer = NewsNERTagger(NewsEmbedding()).infer
    with open(FOLDER + "ner_parity.txt", encoding="utf-8") as texts:
        items = [[token.text for token in tokenize(text)] for text in texts]
    tags = infer.decoder(infer.process(infer.encoder(items)))
    with open(FOLDER + "ner_parity.tsv", "w", encoding="utf-8", newline="\n") as out:
        out.write("\n".join(
            "".join(f"{token}\t{tag}\n" for token, tag in zip(*pair)) for pair in zip(items, tags)
        ))


if __name__ == "__main__":
    main()
