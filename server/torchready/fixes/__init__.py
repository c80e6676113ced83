"""Building the edits of fixes, one class at a time, and applying many of them to one text.

What lives here: reading a class as far as an edit needs it, names, imports, the place in `__init__`, argument
surgery, and the applier. What must not: deciding what is wrong (that is `rules`) or what torch offers
(that is `torch_api`). Every builder returns a `Fix`, or a `Refusal` that says what to do instead.
"""

from torchready.fixes.apply import FixedText, apply_compatible, fix_to_fixpoint
from torchready.fixes.class_editor import ClassEditor
from torchready.fixes.names import ModuleNames, Spelling
from torchready.fixes.refusal import Refusal

__all__ = [
    "ClassEditor",
    "FixedText",
    "ModuleNames",
    "Refusal",
    "Spelling",
    "apply_compatible",
    "fix_to_fixpoint",
]
