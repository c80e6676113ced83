import torch
from torch import nn

from .loop import Decoder, GenerationMixin
from .processors import Probabilities  # noqa: F401
from .scaling import Scaler


class Net(nn.Module, GenerationMixin):
    def __init__(self):
        super().__init__()
        self.act = nn.ReLU()
        self.scaler = Scaler()

    def forward(self, x):
        """What comes out is for `Probabilities().read(x)`."""
        return self.scaler.scale(self.act(x))

    def generate(self, x):
        x = self._prepare_inputs_for_generation(x)
        return Decoder(self).decode(x)

    def sample(self, x):
        return self.pick(self.forward(x))

    def _prepare_inputs_for_generation(self, x):
        return self.act(self.act(x))


INPUTS = {"Net": lambda: (torch.rand(2, 4),)}
