"""What chapter 9's check says of names: which weights decay, and which do not."""

from tests.exercise_words import said_to
from vitlib.show.exercises import model as exercises


def by(rule):
    """Groups of names by a rule for a name and its number of axes."""

    def groups(model):
        names = {name: weight.ndim for name, weight in model.named_parameters()}
        decayed = [name for name, axes in names.items() if rule(name, axes)]
        return decayed, [name for name in names if name not in decayed]

    return groups


def spared(name):
    """Whether it is the class token or the table of positions."""
    return name in ("cls_token", "pos_embed")


def right(model):
    """As it should be, lazily."""
    decayed, rest = by(lambda name, axes: axes > 1 and not spared(name))(model)
    return iter(decayed), (name for name in rest)


def changed(change):
    """The right groups, changed."""
    return lambda model: change(*map(list, right(model)))


GROUPS = [
    (lambda model: None, "… no answer yet"),
    (right, "✓ matrices decay"),
    (by(lambda name, axes: axes in (2, 4)), "✓ matrices decay"),
    (changed(lambda d, s: [set(d), tuple(s)]), "✓ matrices decay"),
    (by(lambda name, axes: axes > 1), "✗ cls_token and pos_embed decay: three axes"),
    (by(lambda name, axes: not spared(name)), "✗ patch_embed.proj.bias decays, and"),
    (by(lambda name, axes: True), "✗ cls_token decays, and is no matrix"),
    (by(lambda name, axes: name.endswith("weight")), "✗ blocks.0.norm1.weight decays"),
    (
        by(lambda name, axes: axes > 1 and name != "cls_token"),
        "✗ pos_embed decays, and",
    ),
    (by(lambda name, axes: axes == 2), "✗ patch_embed.proj.weight is a matrix: a ker"),
    (
        by(lambda name, axes: axes > 1 and not spared(name) and "head" not in name),
        "✗ head.weight is a matrix; it should decay",
    ),
    (changed(lambda d, s: (s, d)), "✗ the lists have changed places"),
    (changed(lambda d, s: (d, s[1:])), "✗ 1 of 32 are in neither list, such as cls_t"),
    (changed(lambda d, s: (d, [])), "✗ 22 of 32 are in neither list"),
    (changed(lambda d, s: (d, s + d[:1])), "✗ patch_embed.proj.weight stands in both"),
    (changed(lambda d, s: (d + d[:1], s)), "✗ patch_embed.proj.weight stands there tw"),
    (
        changed(lambda d, s: (d, [*s, "pos_embedding"])),
        "✗ 'pos_embedding' is no parameter of this model; it has 32",
    ),
    (
        changed(lambda d, s: (d, [*{*s, "pos_embed"}])),
        "✗ 'pos_embed' is no parameter of this model; it has 27",
    ),
    (changed(lambda d, s: (d, s, [])), "✗ two lists of names are asked"),
    (changed(lambda d, s: ("head.weight", s)), "✗ two lists of names are asked"),
    (changed(lambda d, s: {"decay": d, "rest": s}), "✗ two lists of names are asked"),
    (lambda model: [list(model.parameters()), []], "✗ two lists of names are asked"),
    (lambda model: "head", "✗ two lists of names are asked"),
    (lambda model: ([["head.weight"]], []), "✗ two lists of names are asked"),
    (lambda model: 3, "✗ the function stopped with TypeError"),
    (lambda model: model.weights, "✗ the function stopped with AttributeError"),
]
test_what_a_check_says = said_to({exercises.check_groups: GROUPS})
