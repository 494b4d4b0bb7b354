"""You are here: on each chapter's page a small map of the model, its part marked."""

from sphinx.application import Sphinx

from .contents import ROOT, Chapter, chapters


def topic(chapter: Chapter) -> str:
    """What a chapter is about, as in its file's name: "class_token"."""
    return chapter.file.partition("_")[2]


def show(app: Sphinx, pagename: str, template: str, context: dict, doctree) -> None:
    """Put the map below the title of a chapter's page."""
    here = Chapter(pagename, ROOT)
    if not here.path.is_file():
        return
    stations = [
        {
            "name": chapter.name,
            "number": chapter.number,
            "topic": topic(chapter),
            "link": app.builder.get_relative_uri(pagename, chapter.file),
            "here": chapter.file == pagename,
        }
        for chapter in chapters()
    ]
    drawn = app.builder.templates.render("map.html", {"stations": stations})
    context["body"] = context["body"].replace("</h1>", f"</h1>\n{drawn}", 1)
