"""Imports what may not be installed; who uses it then is told so."""

from importlib import import_module
from typing import Any


class NotInstalled(Exception):
    pass


def optional_import(module: str, version: str = "", name: str = "") -> tuple[Any, bool]:
    try:
        __import__(module)
        found = import_module(module)
        if name:
            found = getattr(found, name)
    except Exception as error:
        reason = str(error)
    else:
        return found, True

    class Lazy:
        def __call__(self, *args, **kwargs):
            raise NotInstalled(reason)

    return Lazy(), False
