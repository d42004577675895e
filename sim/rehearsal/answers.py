"""What can be answered to any post in a moment that brings no answers of its own, in each language of the crowd."""

from __future__ import annotations

from typing import Any

CANNED = {"action": 0.0, "ease": 0.05, "empathy": 0.2, "honesty": 0.3, "personal": 0.0}
HONEST = {"action": 0.1, "ease": 0.5, "empathy": 0.4, "honesty": 0.9, "personal": 0.4}
MENDED = {"action": 0.6, "ease": 0.6, "empathy": 0.6, "honesty": 0.7, "personal": 0.6}
TEXTS = {
    "en": (
        ("We are sorry for any inconvenience caused.", "The canned line: whoever reads it sees that nobody read them."),
        (
            "We have seen this and do not know the answer yet. You hear from us here within 30 minutes.",
            "Honest and quick, and a promise that has to be kept.",
        ),
        (
            "That should not have happened. I am sorting it out and will tell you here when it is done.",
            "Says what is done, by a person.",
        ),
    ),
    "de": (
        (
            "Wir bitten um Entschuldigung für die entstandenen Unannehmlichkeiten.",
            "Der Textbaustein: Wer ihn liest, sieht, dass niemand gelesen hat.",
        ),
        (
            "Wir haben das gesehen und wissen es noch nicht. Innerhalb von 30 Minuten steht die Antwort hier.",
            "Ehrlich und schnell, und ein Versprechen, das gehalten werden muss.",
        ),
        (
            "Das hätte nicht passieren dürfen. Ich kümmere mich darum und schreibe hier, sobald es erledigt ist.",
            "Sagt, was geschieht, und ein Mensch sagt es.",
        ),
    ),
    "fr": (
        (
            "Nous vous prions de nous excuser pour la gêne occasionnée.",
            "La phrase toute faite : qui la lit voit que personne n'a lu.",
        ),
        (
            "Nous avons vu votre message et n'avons pas encore la réponse. Elle sera ici dans les 30 minutes.",
            "Honnête et rapide, et une promesse qu'il faut tenir.",
        ),
        (
            "Cela n'aurait pas dû arriver. Je m'en occupe et je vous écris ici dès que c'est réglé.",
            "Dit ce qui est fait, et c'est quelqu'un qui le dit.",
        ),
    ),
}


def answers_in(language: str) -> list[dict[str, Any]]:
    """The options for any post in a language, as they would stand in a file."""
    kinds = (("sorry", "reply", CANNED), ("later", "hold", HONEST), ("fix", "reply", MENDED))
    return [
        {
            "id": name, "move": move, "text": text, "note": note, "quality": quality,
            **({"promise": "30 min"} if move == "hold" else {}),
        }
        for (name, move, quality), (text, note) in zip(kinds, TEXTS[language], strict=True)
    ]
