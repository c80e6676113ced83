"""timeout: 1

building the model was ended after 1 second, the time limit; raise `timeout` if it may take longer
"""

from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        while True:
            print("loading " * 100)  # TR480
