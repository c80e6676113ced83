"""The file imports what is not there."""
# forward failed: the model cannot be built: ModuleNotFoundError: No module named 'no_such_package_anywhere'
# trace skipped: not run: the model cannot be built: ModuleNotFoundError: No module named 'no_such_package_anywhere'
# export skipped: not run: the model cannot be built: ModuleNotFoundError: No module named 'no_such_package_anywhere'
# onnx skipped: not run: the model cannot be built: ModuleNotFoundError: No module named 'no_such_package_anywhere'

import no_such_package_anywhere  # TR480@1-32 the model cannot be built: ModuleNotFoundError: No module named 'no_such_package_anywhere'
from torch import nn


class Net(nn.Module):
    def forward(self, x):
        return x
