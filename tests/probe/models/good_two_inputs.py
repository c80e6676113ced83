"""Words by their numbers and a mask; two outputs."""
# inputs: 2,5:int64 2,5:bool
# forward passed
# trace passed
# export passed
# onnx passed

from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(10, 4)
        self.scores = nn.Linear(4, 3)

    def forward(self, words, mask):
        x = self.embedding(words).masked_fill(mask.unsqueeze(2), 0.0)
        return self.scores(x), x.sum(dim=1)
