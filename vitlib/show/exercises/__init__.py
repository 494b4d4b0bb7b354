"""Checks of the reader's answers, chapter by chapter; each says right, or why not."""


def unanswered(answer: object) -> bool:
    """Whether the place of an answer is still empty; if so, say how to fill it."""
    if answer is not None:
        return False
    print("… no answer yet: change this cell and run it again.")
    return True


def right(words: str) -> None:
    """Say that an answer is right, and what it shows."""
    print(f"✓ {words}")


def wrong(words: str) -> None:
    """Say that an answer is wrong, and where to look."""
    print(f"✗ {words}")
