"""memory: 500000000

the model cannot be built: MemoryError
"""

from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.table = [bytearray(50_000_000) for _ in range(1000)]  # TR480
