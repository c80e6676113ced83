"""How many dimensions a tensor has is known where the code says so on every path, and never guessed."""

from __future__ import annotations

from pathlib import Path

import pytest

from torchready.config import Config
from torchready.engine import Engine

MODEL = """import torch
import torch.nn.functional as F
from elsewhere import other
from torch import nn


def is_batched(x):
    return x.dim() == 4


def grown(x):
    x = x.view(2, 3, 4)
    many = [x for _ in range(2)]
    many[0].unsqueeze_(1)
    return many[0]


class Net(nn.Module):
    def __init__(self, heads, is_flat=False):
        super().__init__()
        self.heads = heads
        self.is_flat = is_flat

    def forward(self, x, mask=None, *rest):
        b, n, d = x.shape
        q = x.view(b, n, d)
{code}
        return F.scaled_dot_product_attention(q, q, q)

    def attend(self, y):
        if y.ndim == 3:
            y = y.unsqueeze(1)
        return F.scaled_dot_product_attention(y, y, y)

    def grow(self):
        self.q = self.q.unsqueeze(1)

    def exchange(self, many):
        many[0] = many[0].unsqueeze(1)

    def lengthened(self, shape):
        shape.append(1)
"""


def says_another_number(code: str, folder: Path) -> bool:
    indented = "".join(f"        {line}\n" for line in code.splitlines())
    source = MODEL.replace("{code}\n", indented)
    compile(source, "model.py", "exec")
    return bool(Engine(Config(select=("TR402",)), folder).check(folder / "model.py", source).findings)


@pytest.mark.parametrize(
    "code",
    [
        "",
        "q = x.reshape([b, n, d])",
        "q = torch.reshape(x, (b, n, d)).contiguous()",
        "shape = (b, n)\nq = x.view(*shape, d)",
        "q = x.view(-1)",
        "q = x.view(b, n, 2, -1, 1).transpose(1, 2)",
        "q = x.view(3, b, n, d).unbind(0)[1]",
        "q, k = x.view(2, b, n, d).unbind(0)",
        "q = q[1:]",
        "q, k = q.contiguous(), q.transpose(1, 2)",
        "q, k = (x.view(b, n, d) for _ in range(2))",
        "q = q.T if self.is_flat else q.float()",
        "if mask is not None and mask.dim() == 3:\n    mask = mask.unsqueeze(1)",
        "for _ in range(3):\n    x = self.attend(x)",
    ],
)
def test_what_the_code_says_is_known(code: str, tmp_path: Path) -> None:
    assert says_another_number(code, tmp_path)


@pytest.mark.parametrize(
    "code",
    [
        # Four
        "q = x.view(b, n, 2, -1).transpose(1, 2)",
        "q = x.view(3, b, n, 2, -1).unbind(0)[0]",
        # Other numbers than before
        "q = x",
        "q = q.unsqueeze(1)",
        "q = q.squeeze()",
        "q = q[None]",
        "q = q[:, None]",
        "q = q[..., None, :]",
        "q = q[torch.zeros(2, 2, dtype=torch.long)]",
        "q = q[mask]",
        "q = q.expand(2, b, n, d)",
        "q = q.expand_as(mask)",
        "q = q + mask",
        "q = q * torch.ones(2, 1, 1, 1)",
        "q += mask",
        "q = torch.where(mask, q, x)",
        "q = torch.stack([q, q], 1)",
        "q = q.unflatten(2, (2, -1)).transpose(1, 2)",
        "q = q.movedim(0, 1)",
        "q = other(q)",
        "q = self.attend(q)",
        # Shapes of which not all is known
        "q = x.view(b, *rest)",
        "q = x.view(x.shape)",
        "q = x.view(mask.size())",
        "q = x.view(*x.shape[:2], 2, -1)",
        "q = x.view((b, n) + x.shape[2:])",
        "q = x.view(b, n, *[1] * self.heads)",
        "q = x.view(*(b, n, d) * 1, *(1,) * 0, 1)",
        "q = x.view(b, n, d, *(1,) * 0 if self.is_flat else (1,))",
        "q = x.view(other())",
        "q = x.view(torch.int32)",
        "shape = [b, n, d]\nshape.insert(1, 1)\nq = x.view(shape)",
        "shape = [b, n, d]\nshape[1:1] = [1]\nq = x.view(shape)",
        "shape = [1, b, n, d, 1]\ndel shape[0]\nq = x.view(shape)",
        "shape = [b, n, d]\nself.lengthened(shape)\nq = x.view(shape)",
        "shape = (b, n, d)\nif self.is_flat:\n    shape += (1,)\nq = x.view(shape)",
        "shape = (b,)\nfor size in rest:\n    shape += (size,)\nq = x.view(shape)",
        # Paths that disagree
        "if self.is_flat:\n    q = q.unsqueeze(1)",
        "q = q if self.is_flat else mask",
        "q = q if self.is_flat else q.view(b, n, 2, -1)",
        "q = q if self.is_flat else other(b)",
        "q, k = q.view(2, n, d).unbind(0) if self.is_flat else other(b)",
        "if self.is_flat:\n    q = other()",
        "try:\n    q = q.unsqueeze(1)\n    q = other(q)\nexcept ValueError:\n    pass",
        "match self.heads:\n    case 1:\n        q = q.unsqueeze(1)",
        # Loops
        "for _ in range(1):\n    q = q.unsqueeze(1)",
        "while self.is_flat:\n    q = q.view(b, n, 2, -1)",
        "for _ in range(2):\n    q = x.view(2, b, n, d).unbind(0)[0].unsqueeze(0)",
        "for turn in range(3):\n    if turn > 0:\n        return F.scaled_dot_product_attention(q, q, q)\n"
        "    q = q.unsqueeze(1)\nq = x",
        # Who asks knows more
        "if q.dim() == 3:\n    q = q.unsqueeze(1)",
        "if q.dim() != 4:\n    return x",
        "if len(q.shape) != 4:\n    return x",
        "is_flat = q.ndim == 3\nif is_flat:\n    return x",
        "if not is_batched(q):\n    return x",
        "if not other(q):\n    return x",
        # Changed where it is
        "q.unsqueeze_(1)",
        "k = q\nk.unsqueeze_(1)",
        "qs = [q]\nqs[0].unsqueeze_(1)\nq = qs[0]",
        "q.resize_(b, 1, n, d)",
        "q.data = q.data.unsqueeze(1)",
        "self.q = q\nself.grow()\nq = self.q",
        "qs = [q]\nself.exchange(qs)\nq = qs[0]",
        "qs = [x.view(b, n, d) for _ in range(2)]\nself.exchange(qs)\nq = qs[0]",
        "qs = [q]\nself.exchange(qs)\nreturn F.scaled_dot_product_attention(*qs, q, q)",
        "qs = ((q, q), q) if self.is_flat else other(b)\nq = qs[0][0]",
        "self.qs = ((q, q), q)\nself.grow()\nq = self.qs[0][0]",
        "q = grown(x)",
        "add = lambda: q.unsqueeze_(1)\nadd()",
    ],
)
def test_what_it_does_not_say_is_unknown(code: str, tmp_path: Path) -> None:
    assert not says_another_number(code, tmp_path)
