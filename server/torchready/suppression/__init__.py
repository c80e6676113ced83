"""Comments that switch rules off: read, applied, judged when they do nothing, and written.

`# torchready: ignore[TR101]` and `# noqa: TR101` speak for their line, `# torchready: ignore-file[TR101]` for
the file. Where comments stand is not found out here but by the scanner of `syntax`; which rules exist is told
by the caller.
"""

from torchready.suppression.directives import Comment
from torchready.suppression.disabling import disable_file_edit, disable_line_edit
from torchready.suppression.matching import Suppressions
from torchready.suppression.unused import Reason, Unused, unused_findings

__all__ = [
    "Comment",
    "Reason",
    "Suppressions",
    "Unused",
    "disable_file_edit",
    "disable_line_edit",
    "unused_findings",
]
