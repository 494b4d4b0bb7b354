"""What the checks of exercises say, as the tests see it."""


def check_said(capsys, words: str) -> None:
    """One line has been printed, which begins with these words."""
    said = capsys.readouterr().out
    assert said.startswith(words)
    assert said.count("\n") == 1
