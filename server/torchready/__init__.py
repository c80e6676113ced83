"""torchready: is this PyTorch model ready to be traced, exported to ONNX and quantized?

One way through the house: text -> syntax -> facts -> rules -> engine -> cli or lsp. Lower floors never
import upper ones.
"""

__version__ = "0.1.0"
