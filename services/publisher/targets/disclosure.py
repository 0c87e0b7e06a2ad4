"""The line that says how a film was made, in the language of the film."""

from __future__ import annotations

LINES = {
    "ca": "Guió, imatges i veu fets automàticament a partir del repositori. La veu és sintètica.",
    "de": "Text, Bilder und Stimme entstanden automatisch aus dem Repository. Die Stimme ist synthetisch.",
    "en": "Script, pictures and voice were made automatically from the repository. The voice is synthetic.",
    "es": "Guion, imágenes y voz creados automáticamente a partir del repositorio. La voz es sintética.",
    "fr": "Texte, images et voix produits automatiquement à partir du dépôt. La voix est synthétique.",
    "gl": "Guión, imaxes e voz feitos automaticamente a partir do repositorio. A voz é sintética.",
    "it": "Testo, immagini e voce sono stati creati automaticamente dal repository. La voce è sintetica.",
    "pt": "Roteiro, imagens e voz feitos automaticamente a partir do repositório. A voz é sintética.",
}
SOURCE = "en"


def disclosure(language: str) -> str:
    """Give the line; in English for a language that has none of its own."""
    return LINES.get(language) or LINES.get(language.partition("-")[0]) or LINES[SOURCE]
