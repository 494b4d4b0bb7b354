"""Pictures with sliders, live in a notebook and without a kernel on a page."""

from vitlib.show.widgets.attention import AttentionExplorer
from vitlib.show.widgets.class_token import ClassTokenGatherer
from vitlib.show.widgets.cost import CostInspector
from vitlib.show.widgets.depth import DepthGradients
from vitlib.show.widgets.encoder import BlockExplorer
from vitlib.show.widgets.heads import HeadsExplorer
from vitlib.show.widgets.inspection import DigitReader
from vitlib.show.widgets.patches import PatchExplorer
from vitlib.show.widgets.position import ClockHands
from vitlib.show.widgets.tokens import TokenMaker
from vitlib.show.widgets.training import TrainingReplay
from vitlib.show.widgets.upload import own_picture

__all__ = [
    "AttentionExplorer",
    "BlockExplorer",
    "ClassTokenGatherer",
    "ClockHands",
    "CostInspector",
    "DepthGradients",
    "DigitReader",
    "HeadsExplorer",
    "PatchExplorer",
    "TokenMaker",
    "TrainingReplay",
    "own_picture",
]
