"""Asks a question that nobody can answer.

the model cannot be built: EOFError: EOF when reading a line
"""

from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.size = int(input("Size? "))  # TR480
