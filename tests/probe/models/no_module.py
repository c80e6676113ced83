"""A function that makes something else than a model."""
# target: make_net
# forward failed: the model cannot be built: no_module.py:make_net gives a str, not a torch.nn.Module
# trace skipped: not run: the model cannot be built: no_module.py:make_net gives a str, not a torch.nn.Module
# export skipped: not run: the model cannot be built: no_module.py:make_net gives a str, not a torch.nn.Module
# onnx skipped: not run: the model cannot be built: no_module.py:make_net gives a str, not a torch.nn.Module


def make_net():  # TR480@5-13 the model cannot be built: no_module.py:make_net gives a str, not a torch.nn.Module
    return "a model"
