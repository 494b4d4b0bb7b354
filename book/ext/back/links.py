"""Links from the chapters into the back matter, which no notebook has to hold."""

from docutils import nodes
from sphinx.application import Sphinx

from . import api, glossary, references
from .contents import Chapter

API, GLOSSARY, REFERENCES = "book/api", "book/glossary", "book/references"


def tie(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Tie a chapter to the glossary and to the references."""
    chapter = Chapter(docname)
    if chapter.path.is_file():
        cite(doctree, app.builder.get_relative_uri(docname, REFERENCES))
        explain(doctree, chapter, app.builder.get_relative_uri(docname, GLOSSARY))
        refer(doctree, app.builder.get_relative_uri(docname, API))


def cite(doctree: nodes.document, page: str) -> None:
    """Put behind each link to a paper its number in the list of references."""
    papers = references.numbered()
    for link in [*doctree.findall(nodes.reference)]:
        for number in references.linked(link.get("refuri", "")) & papers.keys():
            place, paper = papers[number]
            mark = nodes.reference("", f"[{place}]", classes=["cited"])
            mark["refuri"] = f"{page}#{paper.anchor}"
            mark["reftitle"] = f"{paper.short}, in the references"
            link.parent.insert(link.parent.index(link) + 1, mark)


def explain(doctree: nodes.document, chapter: Chapter, page: str) -> None:
    """Link the glossary's terms where they first stand in bold, and give them ids."""
    met = set()
    for bold in [*doctree.findall(nodes.strong)]:
        for term in glossary.terms():
            if term.term in met or not term.meant_by(bold.astext(), chapter):
                continue
            met.add(term.term)
            link = nodes.reference("", "", refuri=f"{page}#{term.anchor}")
            link["classes"], link["ids"] = ["term"], [term.anchor]
            link["reftitle"] = "in the glossary"
            bold.replace_self(link)
            link += bold
            break


def refer(doctree: nodes.document, page: str) -> None:
    """Link names of vitlib to the reference where the chapter first has them."""
    names, met = api.names(), set()
    for literal in [*doctree.findall(nodes.literal)]:
        full = names.get(literal.astext().removesuffix("()"))
        apart = isinstance(literal.parent, nodes.reference | nodes.title)
        if full is None or full in met or apart:
            continue
        met.add(full)
        link = nodes.reference("", "", refuri=f"{page}#{full}", classes=["name"])
        literal.replace_self(link)
        link += literal


def leave(app: Sphinx, env: object, node: nodes.Node, words: nodes.Node) -> object:
    """A type of PyTorch's or Python's links to where it is documented there."""
    address = api.elsewhere(node.get("reftarget", ""))
    if node.get("refdomain") != "py" or not address:
        return None
    return nodes.reference("", "", words, refuri=address, internal=False)
