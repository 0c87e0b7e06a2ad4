"""One text at a time: what is kept, what our phrases say, what the engine says, where boxes appear."""

import pytest

from services.translator.chain import Chain
from services.translator.slots import marked
from shared.script import Reveal
from tests.support.fact_bases import fact

NAMED = (
    fact("repo.name", "repo", "portico"),
    fact("module.1", "module", "routing"),
    fact("dependency.1", "dependency", "anyio"),
    fact("dependency.2", "dependency", "httptools"),
    fact("directory.1", "directory", "lib", files=6),
    fact("directory.2", "directory", "bin", files=1),
)


def said(chain, text, reveals=(), facts=NAMED):
    return chain.translate(marked(text, tuple(reveals)), facts)


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("At a glance", "Visão geral"),
        ("portico in numbers", "portico em números"),
        ("lines of code", "linhas de código"),
        ("12,431", "12.431"),
        ("12,431 lines", "12.431 linhas"),
        ("1 file", "1 arquivo"),
        ("commit 3f9c2ab", "commit 3f9c2ab"),
        ("Licence: BSD-3-Clause", "Licença: BSD-3-Clause"),
        ("anyio", "anyio"),
        ("", ""),
        ("We counted three files.", "Contamos 3 arquivos."),
        (
            "It holds 341 files and about 28,000 lines of code, 96 percent of it in Python.",
            "Contém 341 arquivos e cerca de 28.000 linhas de código, 96% em Python.",
        ),
        ("It builds on anyio and httptools.", "Baseia-se em anyio e httptools."),
        (
            "Its main folders are lib, with six files, and bin, with one file.",
            "Suas pastas principais são lib, com 6 arquivos, e bin, com um arquivo.",
        ),
        (
            "The newest release is v2.4.1, from September 2026.",
            "O lançamento mais recente é v2.4.1, de setembro de 2026.",
        ),
        (
            "One contributor wrote all 24 commits, and we found no tag and no release of portico.",
            (
                "Um colaborador escreveu todos os 24 commits, "
                "e não encontramos nenhuma tag nem lançamento do portico."
            ),
        ),
        (
            "Eight years of history speaks for portico; no tagged version would make us look again.",
            "A favor do portico: 8 anos de história; nenhuma versão com tag nos faria olhar de novo.",
        ),
        (
            "Its versions are pinned, from v0.1.0 in April 2018 to v0.26.1 in December 2025.",
            "As suas versões estão marcadas, da v0.1.0, de abril de 2018, à v0.26.1, de dezembro de 2025.",
        ),
        (
            "Three CI workflows come with the code of portico.",
            "3 fluxos de CI acompanham o código do portico.",
        ),
        ("340 stars on GitHub", "340 estrelas no GitHub"),
        ("One CI workflow comes with the code of portico.", "Um fluxo de CI acompanha o código do portico."),
        (
            "Look at the pins: 0.1 is from April 2014, 8.5.0 from August 2026.",
            "Veja os marcadores: 0.1 é de abril de 2014, 8.5.0 é de agosto de 2026.",
        ),
        (
            "It may be used under MIT, and its last commit so far came 4 years after the first, in May 2026.",
            (
                "Pode ser usado sob MIT, e o seu último commit até agora veio 4 anos depois do primeiro, "
                "em maio de 2026."
            ),
        ),
    ],
)
def test_our_own_phrases_are_those_of_a_person(chain, source, target):
    assert said(chain, source).text == target


def test_a_box_that_appears_within_a_date_leaves_the_phrase_whole(chain):
    source = "Its history counts 40 commits since November 2026."
    translated = said(chain, source, (Reveal(word=3, box=2), Reveal(word=7, box=3)))
    assert translated.text == said(chain, source).text
    words = translated.text.split()
    assert [(words[one.word], one.box) for one in translated.reveals] == [("40", 2), ("novembro", 3)]


def test_a_quotation_is_translated_by_itself(chain):
    translated = said(chain, "portico calls itself “a small routing framework for Python web services”.")
    assert translated.text == (
        "portico se apresenta como “um pequeno framework de roteamento para serviços web Python”."
    )


@pytest.mark.parametrize(
    "kept",
    [
        "services/scanner/scan.py",
        "https://example.org/a?b=c",
        "match()",
        "os.path",
        "max_size",
        "v2.15.1",
        "3.11",
        "--lang",
        "me@example.org",
        "HTTPServer",
        "C++",
        "JSON",
        "GitHub",
        ".env",
    ],
)
def test_code_and_names_stay_letter_by_letter(chain, kept):
    translated = said(chain, f"The worker reads {kept} before it answers the next request.")
    assert not translated.why
    assert translated.text.count(kept) == 1
    assert "antes" in translated.text


def test_a_name_from_the_facts_is_no_word_of_the_language(chain):
    assert " routing " in said(chain, "The largest of them is routing in our view.").text


def test_numbers_are_written_as_the_language_writes_them(chain):
    text = said(chain, "The archive grew by 12,431 lines and 3.5 percent since yesterday.").text
    assert "12.431" in text
    assert "3,5" in text


def test_a_box_appears_with_the_word_it_appeared_with(chain):
    source = "It holds 341 files and about 28,000 lines of code, 96 percent of it in Python."
    reveals = (Reveal(word=2, box=0), Reveal(word=5, box=1))
    translated = said(chain, source, reveals)
    words = translated.text.split()
    assert [(words[one.word], one.box) for one in translated.reveals] == [("341", 0), ("cerca", 1)]


def test_a_box_that_appears_with_a_common_word_keeps_its_place_in_time(chain):
    source = "The picture begins with routing, which imports anyio."
    reveals = (Reveal(word=0, box=0), Reveal(word=4, box=1), Reveal(word=7, box=3))
    translated = said(chain, source, reveals)
    assert translated.text == "A imagem começa com routing, que importa anyio."
    assert translated.reveals == reveals


@pytest.mark.parametrize("boxes", [1, 4, 40])
def test_no_box_is_lost_or_doubled(chain, boxes):
    source = "Every worker takes the next event from its queue, and answers before the time is up."
    reveals = [Reveal(word=box % 16, box=box) for box in range(boxes)]
    translated = said(chain, source, reveals)
    assert sorted(one.box for one in translated.reveals) == list(range(boxes))
    assert all(one.word < len(translated.text.split()) for one in translated.reveals)


class Broken:
    """An engine that always answers the same."""

    name = "broken"
    max_characters = 1000

    def __init__(self, answer: str) -> None:
        self.answer = answer

    def translate(self, sentences):
        return [self.answer for _ in sentences]

    def close(self):
        """Nothing runs."""


SENTENCE = "The worker reads os.path before it answers 300 requests."


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ("", "empty"),
        ("O trabalhador lê antes de responder a 300 solicitações.", "lost"),
        ("O trabalhador lê X0Y antes de responder a 301 solicitações.", "number"),
        ("X0Y 300", "too long or too short"),
        ("O que lê X0Y X0Y responde a 300 solicitações por vez.", "lost"),
        ("lê X0Y de de de de 300 solicitações que chegam agora", "repeats"),
        ("The worker reads X0Y before it answers 300 requests.", "English"),
    ],
)
def test_a_sentence_that_no_engine_gets_right_is_kept_with_the_reason(answer, why):
    translated = said(Chain("pt", [Broken(answer)]), SENTENCE)
    assert translated.text == SENTENCE
    assert why in translated.why


def test_the_next_engine_is_asked_when_the_first_fails(chain):
    hybrid = Chain("pt", [Broken("The same."), *chain._engines])
    translated = said(hybrid, SENTENCE)
    assert not translated.why
    assert "os.path" in translated.text


def test_kept_sentences_keep_their_reveals():
    reveals = (Reveal(word=3, box=0),)
    assert said(Chain("pt", []), SENTENCE, reveals).reveals == reveals


def test_private_characters_of_foreign_text_do_no_harm(chain):
    translated = chain.translate("The \uf000 worker \ue001 reads", ())
    assert "\uf000" not in translated.text
    assert "\ue001" not in translated.text


def test_a_very_long_text_is_split_and_loses_nothing(chain):
    text = " ".join(f"The worker number {number} reads the next event." for number in range(10, 60))
    translated = chain.translate(text, ())
    assert not translated.why
    assert all(str(number) in translated.text for number in range(10, 60))


def test_one_endless_sentence_is_kept_rather_than_cut(chain):
    text = "the worker and " * 100
    translated = chain.translate(text.strip(), ())
    assert translated.why
    assert translated.text == text.strip()
