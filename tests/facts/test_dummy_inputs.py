"""First guesses at dummy inputs, and what else is known of classes without running them."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from torchready.config import Config
from torchready.engine import Engine
from torchready.facts.dummy_inputs import GuessedModel

HEAD = "import torch\nfrom torch import nn\nimport torch.nn.functional as F\n\n\n"


def guessed(body: str, name: str = "Net") -> GuessedModel | None:
    engine = Engine(Config(), Path("/project"))
    path = Path("/project/net.py")
    engine.open(path, HEAD + textwrap.dedent(body))
    return engine.guess_model(path, name)


def shapes(body: str) -> list[tuple[str, tuple[int, ...], str]]:
    model = guessed(body)
    assert model is not None
    return [(each.name, each.shape, each.dtype) for each in model.inputs]


def net(layer: str, forward: str = "return self.layer(x)", parameters: str = "") -> str:
    return f"""
        class Net(nn.Module):
            def __init__(self{parameters}):
                super().__init__()
                self.layer = {layer}

            def forward(self, x):
                {forward}
        """


@pytest.mark.parametrize(
    ("layer", "shape", "dtype"),
    [
        ("nn.Linear(16, 4)", (1, 16), "float32"),
        ("nn.Linear(28 * 28, 4)", (1, 784), "float32"),
        ("nn.Conv2d(3, 8, 3)", (1, 3, 224, 224), "float32"),
        ("nn.Conv2d(1, 8, 3)", (1, 1, 28, 28), "float32"),
        ("nn.Conv2d(in_channels=64, out_channels=8, kernel_size=3)", (1, 64, 32, 32), "float32"),
        ("nn.Conv1d(2, 8, 3)", (1, 2, 128), "float32"),
        ("nn.Embedding(50, 8)", (1, 16), "int64"),
        ("nn.LSTM(12, 8, batch_first=True)", (1, 16, 12), "float32"),
        ("nn.GroupNorm(2, 8)", (1, 8, 32, 32), "float32"),
        ("nn.LayerNorm([4, 8])", (1, 16, 8), "float32"),
        ("nn.Sequential(nn.Flatten(), nn.ReLU(), nn.Linear(9, 3))", (1, 9), "float32"),
        ("nn.Sequential(nn.Sequential(nn.Conv2d(3, 8, 1)))", (1, 3, 224, 224), "float32"),
    ],
)
def test_the_first_layer_says_the_shape(layer: str, shape: tuple[int, ...], dtype: str) -> None:
    assert shapes(net(layer)) == [("x", shape, dtype)]


def test_numbers_of_an_embedding_stay_below_its_size() -> None:
    model = guessed(net("nn.Embedding(vocabulary, 8)", parameters=", vocabulary=77"))
    assert model is not None
    assert [(each.high, each.why) for each in model.inputs] == [
        (77, "self.layer begins with Embedding, num_embeddings vocabulary")
    ]


def test_sizes_come_from_guessed_and_default_arguments() -> None:
    body = net("nn.Linear(features * 2, 4)", parameters=", features: int, depth=3")
    assert shapes(body) == [("x", (1, 32), "float32")]


def test_the_layer_that_runs_first_counts_not_the_one_that_is_written_first() -> None:
    body = """
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.head = nn.Linear(8, 2)
                self.act = nn.ReLU()
                self.stem = nn.Conv2d(3, 8, 3)

            def forward(self, image):
                y = F.relu(image)
                return self.head(self.act(self.stem(y)).mean((2, 3)))
        """
    assert shapes(body) == [("image", (1, 3, 224, 224), "float32")]


def test_layers_of_submodules_and_of_base_classes() -> None:
    body = """
        class Block(nn.Module):
            def __init__(self, width, kernel=3):
                super().__init__()
                self.conv = nn.Conv2d(width, 8, kernel)

            def forward(self, x):
                return self.conv(x)


        class Base(nn.Module):
            def forward(self, x):
                return self.block(x)


        class Net(Base):
            def __init__(self, width=6):
                super().__init__()
                self.block = Block(width + 1)
        """
    assert shapes(body) == [("x", (1, 7, 32, 32), "float32")]


def test_names_tell_where_no_layer_does() -> None:
    body = """
        class Net(nn.Module):
            def forward(self, input_ids, attention_mask, pixel_values, x, scale: float, past=None):
                return x
        """
    model = guessed(body)
    assert model is not None
    assert [(each.name, each.shape, each.dtype) for each in model.inputs] == [
        ("input_ids", (1, 16), "int64"),
        ("attention_mask", (1, 16), "bool"),
        ("pixel_values", (1, 3, 224, 224), "float32"),
        ("x", (1, 16), "float32"),
    ]
    assert model.unknown == ("scale",)


def test_required_arguments_of_the_constructor() -> None:
    parameters = ", num_classes, dim: int, dropout: float, bias: bool, config, name: str, eps=1e-5"
    model = guessed(net("nn.Linear(dim, num_classes)", parameters=parameters))
    assert model is not None
    assert model.arguments == (("num_classes", 10), ("dim", 64), ("dropout", 0.1), ("bias", False))
    assert model.unknown == ("config", "name")


def test_what_is_no_module() -> None:
    assert guessed("class Net:\n    def forward(self, x): ...\n") is None
    assert guessed("def Net(): ...\n") is None
    assert guessed("class Other(nn.Module): ...\n") is None


def test_a_module_that_contains_itself() -> None:
    body = net("Net()")
    assert shapes(body) == [("x", (1, 16), "float32")]


def test_definitions_are_found_by_their_text() -> None:
    text = "import os\n\n\nclass A(os.X):\n    x = 1\n\n    def f(self): ...\n\n\n@dec\ndef make(): ...\n\n"
    text += "class Bé: ...\n"
    snapshot = Engine(Config(), Path("/project")).open(Path("/project/a.py"), text)
    found = [
        (each.name, each.is_class, tuple(each.range.start), each.end_line) for each in snapshot.definitions
    ]
    assert found == [("A", True, (3, 6), 7), ("make", False, (10, 4), 11), ("Bé", True, (12, 6), 13)]


def test_imported_files_are_followed_inside_the_workspace(tmp_path: Path) -> None:
    files = {
        "net.py": "import torch\nfrom blocks import conv\nimport package.deep.leaf\n",
        "blocks/__init__.py": "",
        "blocks/conv.py": "def f():\n    from . import act\n",
        "blocks/act.py": "import net\n",
        "package/__init__.py": "",
        "package/deep/__init__.py": "",
        "package/deep/leaf.py": "",
        "other.py": "",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    found = Engine(Config(), tmp_path).imported_files(tmp_path / "net.py")
    assert {path.relative_to(tmp_path).as_posix() for path in found} == files.keys() - {"other.py"}
