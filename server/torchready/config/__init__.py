"""The configuration: what `[tool.torchready]` may say, read, validated and ready to ask.

`keys` says which keys exist and of what shape (the JSON schema and the errors derive from it), `model`
what the rest of the house asks, `load` finds and reads the files, `places` knows where in a TOML text a
key stands. Nothing in here knows the rules: a code is valid by its form alone.
"""

from torchready.config.load import ConfigError, ConfigProblem, find_config, load_config
from torchready.config.model import Config, DummyInput, InputConfig, ModelConfig, PlainInput

__all__ = [
    "Config",
    "ConfigError",
    "ConfigProblem",
    "DummyInput",
    "InputConfig",
    "ModelConfig",
    "PlainInput",
    "find_config",
    "load_config",
]
